"""A visitor of the site, and what a browser tells of the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

_SERIOUS = {"serious", "critical"}
_TABS = 150


@dataclass
class Visit:
    """One page of a browser; `troubles` are its console's errors and requests elsewhere."""

    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(f"{self.url}{path}", wait_until="load")

    def watch(self) -> None:
        """Note errors of scripts and of the policy, and requests to another origin."""
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on(
            "console",
            lambda message: (
                self.troubles.append(f"console: {message.text}")
                if message.type == "error"
                else None
            ),
        )
        self.page.on("request", self._requested)

    def _requested(self, request: Request) -> None:
        here = urlsplit(self.url).netloc
        if urlsplit(request.url).netloc not in {here, ""}:
            self.troubles.append(f"elsewhere: {request.url}")

    def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on what has this accessible name, as a keyboard user."""
        seen = []
        for _ in range(_TABS):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(
                "(document.activeElement?.labels?.[0] ?? document.activeElement)"
                "?.textContent?.trim().replace(/\\s+/g, ' ') ?? ''"
            )
            seen.append(focused)
            if focused.startswith(name):
                return
        raise AssertionError(f"{name!r} is not reached by the keyboard: {seen}")

    def violations(self) -> list[str]:
        """Serious and critical findings of axe, with where they are."""
        results: dict[str, Any] = Axe().run(self.page).response
        return [
            f"{found['id']} ({found['impact']}): {node['target']} {node.get('failureSummary', '')}"
            for found in results["violations"]
            if found["impact"] in _SERIOUS
            for node in found["nodes"][:3]
        ]


@contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Iterator[Visit]:
    """A visitor of their own: nothing is left by, or for, another one."""
    context = browser.new_context(locale="fr-FR", **options)
    try:
        visit = Visit(context.new_page(), url)
        visit.watch()
        yield visit
    finally:
        context.close()
