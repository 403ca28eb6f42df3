"""Reading the pages of a site that is no API: as robots.txt allows, at its pace, within it."""

import asyncio
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from services.harvester.connectors.contract import Answer, Getter
from services.harvester.connectors.transport import (
    RETRY_PAUSES,
    ask,
    decode_text,
    looks_like_html,
)
from services.harvester.connectors.values.addresses import same_host
from services.harvester.errors import HostResting, PortalRefusedError, PortalUnreachable
from shared.errors import ServiceError, Transient

T = TypeVar("T")

AGENT = "Socle"
"""The name that a robots.txt calls us by; the first word of the User-Agent."""

ROBOTS_LIMIT = 500 * 1024
DELAY_LIMIT = 30.0
"""Seconds: a longer pause between two pages is not kept, the run would never end."""


class ForbiddenByRobots(PortalRefusedError):
    """The site's robots.txt forbids the page."""

    code = "forbidden-by-robots"


class Crawler:
    """Fetches pages of one host; robots.txt is asked for once."""

    def __init__(
        self, getter: Getter, start: str, *, pauses: tuple[float, ...] = RETRY_PAUSES
    ) -> None:
        self._getter = getter
        self._start = start
        self._pauses = pauses
        self._robots: RobotFileParser | None = None
        self._asked = False

    def is_inside(self, url: str) -> bool:
        """Whether an address is of the host where the crawl began."""
        return urlsplit(url).scheme in {"http", "https"} and same_host(url, self._start)

    async def fetch(self, url: str, decode: Callable[[Answer], T], *, accept: str) -> T:
        """`decode` of a page, which is tried again while it is a passing trouble.

        Raises `ForbiddenByRobots`, `PortalRefusedError` for a page of another host (also
        after redirects) or that is not there, `PortalUnreachable` for a passing trouble.
        """
        robots = await self.robots()
        if not robots.can_fetch(AGENT, url):
            raise ForbiddenByRobots(f"Le fichier robots.txt du site interdit de lire {url}.")
        if self._asked and (delay := robots.crawl_delay(AGENT)):
            await asyncio.sleep(min(float(delay), DELAY_LIMIT))
        self._asked = True

        def inside(answer: Answer) -> T:
            if not self.is_inside(answer.url):
                raise PortalRefusedError(f"{url} renvoie à un autre site ({answer.url}).")
            return decode(answer)

        return await ask(self._getter, url, inside, accept=accept, pauses=self._pauses)

    async def sitemaps(self) -> list[str]:
        """Addresses of sitemaps that robots.txt names."""
        return (await self.robots()).site_maps() or []

    async def robots(self) -> RobotFileParser:
        """The rules of the site. Without the file everything is allowed; while it cannot be
        had nothing is (RFC 9309 §2.3.1), which raises `PortalUnreachable`.
        """
        if self._robots is None:
            parts = urlsplit(self._start)
            url = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
            self._robots = await self._patiently(url)
        return self._robots

    async def _patiently(self, url: str) -> RobotFileParser:
        for pause in self._pauses:
            try:
                return await self._read_robots(url)
            except PortalUnreachable:
                await asyncio.sleep(pause)
        return await self._read_robots(url)

    async def _read_robots(self, url: str) -> RobotFileParser:
        rules = RobotFileParser(url)
        try:
            answer = await self._getter.get(url, limit=ROBOTS_LIMIT)
        except HostResting:
            raise
        except Transient as error:
            raise PortalUnreachable(f"{url} ne répond pas : {error.message}") from error
        except ServiceError as error:
            raise PortalRefusedError(f"{url} n'a pas pu être lu : {error.message}") from error
        if answer.status == 429 or answer.status >= 500:
            raise PortalUnreachable(f"{url} a répondu {answer.status}.")
        # A web page in its place is the error page of a site that has none.
        missing = answer.status >= 400 or looks_like_html(answer.body)
        rules.parse([] if missing else decode_text(answer.body).splitlines())
        return rules
