"""Which site an address means, and which of its datasets are wanted. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from services.harvester.connectors.contract import Site
from services.harvester.connectors.values.members import listed
from services.harvester.connectors.values.texts import clean_line

_MARK = re.compile(
    r"/(?:explore(?:/dataset/(?P<page>[^/]+))?|catalog|pages|api/(?:explore/)?v2(?:\.[01])?"
    r"(?:/catalog(?:/datasets/(?P<v2>[^/]+))?)?|api/datasets/1\.0(?:/(?!search)(?P<v1>[^/]+))?)(?=/|$)"
)
_PUBLISHER = "publisher"


@dataclass(frozen=True)
class Wanted:
    """What of which site. `where` is ODSQL; `refine` and `exclude` are facets with values.

    `publishers` are asked for exactly, and checked in what comes; `dataset` stands for one
    dataset alone, `since` for those that changed after that day.
    """

    root: str
    publishers: tuple[str, ...] = ()
    where: str | None = None
    refine: tuple[tuple[str, str], ...] = ()
    exclude: tuple[tuple[str, str], ...] = ()
    dataset: str | None = None
    since: date | None = None

    def condition(self, *more: str) -> str | None:
        """The `where` of Explore v2; `more` are further conditions."""
        parts = [f"publisher = {quoted(name)}" for name in self.publishers]
        changed = f"modified > date'{self.since}'" if self.since else ""
        conditions = [" or ".join(parts), self.where or "", changed, *more]
        kept = [each for each in conditions if each]
        return kept[0] if len(kept) == 1 else " and ".join(f"({each})" for each in kept) or None

    def is_stranger(self, publisher: str | None) -> bool:
        """Whether a dataset is of none of the publishers asked for."""
        names = {name.casefold() for name in self.publishers}
        return bool(names) and (publisher or "").casefold() not in names


def wanted_of(site: Site) -> Wanted:
    """The source's configuration (`publisher`, `where`, `refine`, `exclude`, `dataset`), else
    what the address says, as it does on a portal's own search page.
    """
    parts = urlsplit(site.url)
    mark = _MARK.search(parts.path)
    path = parts.path[: mark.start()] if mark else parts.path.rstrip("/")
    query = parse_qsl(parts.query)
    refine = _facets(site.config.get("refine")) or _stated(query, "refine")
    named = [value for facet, value in refine if facet == _PUBLISHER]
    which = next(filter(None, mark.groupdict().values()), None) if mark else None
    where = site.config.get("where") or next((v for k, v in query if k == "where"), None)
    return Wanted(
        root=urlunsplit((parts.scheme, parts.netloc, path, "", "")),
        publishers=_names(site.config.get(_PUBLISHER)) or tuple(named),
        where=clean_line(where),
        refine=tuple((facet, value) for facet, value in refine if facet != _PUBLISHER),
        exclude=tuple(_facets(site.config.get("exclude")) or _stated(query, "exclude")),
        since=(site.since - timedelta(days=1)).date() if site.since else None,
        dataset=clean_line(site.config.get("dataset")) or (unquote(which) if which else None),
    )


def quoted(text: str) -> str:
    """A text as ODSQL writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _names(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else [value]
    return tuple(filter(None, (clean_line(part) for part in parts)))


def _facets(value: object) -> list[tuple[str, str]]:
    """`{"theme": "Eau"}`, `{"theme": ["Eau", "Air"]}`, `"theme:Eau"` or a list of those."""
    if isinstance(value, Mapping):
        value = [f"{facet}:{each}" for facet, found in value.items() for each in listed(found)]
    pairs = [str(text).partition(":") for text in listed(value)]
    return [(facet, name.strip('" ')) for facet, colon, name in pairs if colon]


def _stated(query: list[tuple[str, str]], word: str) -> list[tuple[str, str]]:
    """`refine.theme=Eau` of the search page, `refine=theme:Eau` of the API."""
    dotted = [(k.removeprefix(f"{word}."), v) for k, v in query if k.startswith(f"{word}.")]
    return dotted + _facets([value for key, value in query if key == word])
