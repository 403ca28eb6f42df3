"""`make bench-portal`: what a reader waits for and what a page weighs, in a real browser.

Prints for each page the median of several first visits (nothing cached): first contentful
paint, largest contentful paint, layout shift, time of the server's answer, bytes over the
network, requests. The budget: paint < 1 s, shift 0, ≤ 150 kB.
"""

import argparse
import os
import platform as machine
import shutil
import statistics
import sys
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from scripts.portal_pages import portal_pages
from tests.support.platform import data_folder, running

_VISITS = 5
_MEASURE = """() => new Promise((done) => {
  const found = { shift: 0, largest: 0 };
  const observe = (type, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each))
      .observe({ type, buffered: true });
  observe('layout-shift', (e) => { if (!e.hadRecentInput) found.shift += e.value; });
  observe('largest-contentful-paint', (e) => { found.largest = e.startTime; });
  setTimeout(() => {
    const page = performance.getEntriesByType('navigation')[0];
    const all = [page, ...performance.getEntriesByType('resource')];
    const first = performance.getEntriesByName('first-contentful-paint')[0];
    done({
      ...found, first: first?.startTime ?? 0, answer: page.responseStart,
      bytes: all.reduce((sum, e) => sum + e.transferSize, 0), requests: all.length,
    });
  }, 250);
})"""


def main() -> int:
    """Measure a platform that runs (`--url`), or a demonstration started for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a `socle demo` that runs already")
    parser.add_argument("--visits", type=int, default=_VISITS)
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is not installed: nothing measured.", file=sys.stderr)
        return 1
    if asked.url:
        _report(asked.url, chromium, asked.visits)
        return 0
    with data_folder() as folder, running("demo", data_dir=folder) as platform:
        platform.wait_for("Ctrl-C arrête")
        _report(platform.url, chromium, asked.visits)
    return 0


def _report(url: str, chromium: str, visits: int) -> None:
    load = os.getloadavg()[0]
    print(f"{machine.machine()}, {os.cpu_count()} cores, load {load:.1f}, {visits} first visits")
    print(
        f"{'page':18} {'first':>7} {'largest':>8} {'answer':>7} {'shift':>6} "
        f"{'kB':>5} {'requests':>8}"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _visit(browser, f"{url}/")  # the server's first page of its life is no reader's
        for name, path in portal_pages(url).items():
            seen = [_visit(browser, f"{url}{path}") for _ in range(visits)]
            median = {key: statistics.median(one[key] for one in seen) for key in seen[0]}
            print(
                f"{name:18} {median['first']:5.0f}ms {median['largest']:6.0f}ms "
                f"{median['answer']:5.0f}ms {median['shift']:6.3f} "
                f"{median['bytes'] / 1000:5.0f} {median['requests']:8.0f}"
            )
        browser.close()


def _visit(browser: Browser, url: str) -> dict[str, Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.goto(url, wait_until="load")
    measured: dict[str, Any] = page.evaluate(_MEASURE)
    context.close()
    return measured


if __name__ == "__main__":
    sys.exit(main())
