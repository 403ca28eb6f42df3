"""Links of a town's pages: to files, to the catalogue, to the pages about open data. Pure."""

import re
from dataclasses import dataclass

from services.harvester.connectors.markup import read_html, text_in
from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.formats import resolve_format

LINKS_LIMIT = 5_000
_PAGES = frozenset({None, "html", "php", "aspx", "jsp", "png", "jpeg", "ics"})
_ABOUT_DATA = re.compile(
    r"open.?data|donn[eé]es?.?(?:ouvertes?|publi)|jeux?.de.donn|catalogue|scdl|\bdata\b",
    re.IGNORECASE,
)
_CATALOGUE = re.compile(r"catalog|scdl", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """An address, what is written on it, and the format that its name tells."""

    url: str
    label: str
    format: str | None

    @property
    def is_file(self) -> bool:
        """Whether its name says that it is data or a document."""
        return self.format not in _PAGES

    @property
    def is_about_data(self) -> bool:
        """Whether the page behind it may be about open data."""
        return bool(_ABOUT_DATA.search(f"{self.url} {self.label}"))

    @property
    def may_be_catalogue(self) -> bool:
        """Whether the file behind it may be the catalogue."""
        said = f"{self.url} {self.label}"
        return bool(_CATALOGUE.search(said)) and (self.format == "csv" or "csv" in said.lower())


def links_in(body: bytes, url: str) -> list[Link]:
    """Every link of a page, once, in the order of the page."""
    root = read_html(body)
    if root is None:
        return []
    found: dict[str, Link] = {}
    for element in list(root.iter("a"))[:LINKS_LIMIT]:
        address = clean_url(element.get("href"), url)
        if address is not None:
            address = address.split("#", maxsplit=1)[0]
            label = " ".join(text_in(element).split())[:300]
            found.setdefault(address, Link(address, label, resolve_format(None, None, address)))
    return list(found.values())
