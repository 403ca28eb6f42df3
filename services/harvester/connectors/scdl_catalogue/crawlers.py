"""One crawler for each host that a catalogue leads to, each with its robots.txt."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from services.harvester.connectors.contract import Answer, Getter
from services.harvester.connectors.crawl import Crawler

T = TypeVar("T")


class Crawlers:
    """Fetches pages of any host, as its own robots.txt allows."""

    def __init__(self, getter: Getter, *, pauses: tuple[float, ...]) -> None:
        self._getter = getter
        self._pauses = pauses
        self._by_host: dict[str, Crawler] = {}

    async def fetch(self, url: str, decode: Callable[[Answer], T], *, accept: str) -> T:
        """Raises what `Crawler.fetch` raises."""
        host = urlsplit(url).netloc.lower()
        crawler = self._by_host.setdefault(host, Crawler(self._getter, url, pauses=self._pauses))
        return await crawler.fetch(url, decode, accept=accept)
