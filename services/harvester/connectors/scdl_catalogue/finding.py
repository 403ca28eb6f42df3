"""Finding the catalogue on a town's site, by its links, in few requests."""

from dataclasses import dataclass
from urllib.parse import urljoin

from services.harvester.connectors.contract import Answer
from services.harvester.connectors.scdl_catalogue.crawlers import Crawlers
from services.harvester.connectors.scdl_catalogue.links import Link, links_in
from services.harvester.connectors.scdl_catalogue.table import is_catalogue
from services.harvester.connectors.transport import looks_like_html
from services.harvester.connectors.values.addresses import same_host
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.errors import ServiceError

ACCEPT = "text/csv, text/html;q=0.9, */*;q=0.1"
_USUAL = ("/catalogue.csv", "/opendata/catalogue.csv", "/data/catalogue.csv")


@dataclass(frozen=True)
class Bounds:
    """How far to look: pages read, files tried, clicks from the first page."""

    pages: int
    files: int
    depth: int


THOROUGH = Bounds(pages=25, files=15, depth=3)
QUICK = Bounds(pages=4, files=4, depth=2)


@dataclass(frozen=True)
class Found:
    """The catalogue: where it is and what it holds."""

    url: str
    body: bytes


async def find_catalogue(crawlers: Crawlers, start: str, bounds: Bounds) -> Found:
    """The file at `start`, or the first catalogue that pages of its site link to.

    Only pages of the same host that seem to be about data are read. Raises
    `PortalRefusedError` when there is none, and what the first page met.
    """
    first = await crawlers.fetch(start, _document, accept=ACCEPT)
    if is_catalogue(first.body):
        return first
    waiting, tried = [(first, 0)], {start, first.url}
    pages = files = 1
    while waiting:
        page, depth = waiting.pop(0)
        links = [link for link in links_in(page.body, page.url) if link.url not in tried]
        for link in [link for link in links if link.may_be_catalogue][: bounds.files - files + 1]:
            tried.add(link.url)
            files += 1
            found = await _try(crawlers, link.url)
            if found and is_catalogue(found.body):
                return found
        for link in _next_pages(links, start) if depth < bounds.depth else ():
            if pages >= bounds.pages or link.url in tried:
                continue
            tried.add(link.url)
            pages += 1
            if (inner := await _try(crawlers, link.url)) is None:
                continue
            if is_catalogue(inner.body):
                return inner
            if looks_like_html(inner.body):
                waiting.append((inner, depth + 1))
    return await _usual(crawlers, start, bounds)


async def _usual(crawlers: Crawlers, start: str, bounds: Bounds) -> Found:
    """Where such a file usually lies, when nothing links to it."""
    for path in _USUAL if bounds is THOROUGH else ():
        found = await _try(crawlers, urljoin(start, path))
        if found and is_catalogue(found.body):
            return found
    raise PortalRefusedError(
        f"Aucun catalogue du SCDL (fichier CSV avec les colonnes ID, TITRE, URL…) n'a été trouvé "
        f"sur {start}. Donnez l'adresse du fichier lui-même."
    )


def _next_pages(links: list[Link], start: str) -> list[Link]:
    return [
        link
        for link in links
        if link.is_about_data
        and not link.is_file
        and not link.may_be_catalogue
        and same_host(link.url, start)
    ]


async def _try(crawlers: Crawlers, url: str) -> Found | None:
    """A page or a file, if it can be had: another may do as well."""
    try:
        return await crawlers.fetch(url, _document, accept=ACCEPT)
    except ServiceError:
        return None


def _document(answer: Answer) -> Found:
    if not answer.body.strip():
        raise PortalUnreachable(f"{answer.url} a répondu une page vide.")
    return Found(answer.url, answer.body)
