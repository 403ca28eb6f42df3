"""A `data.json` as a whole: whether it is one, its entries, where it goes on. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.members import listed, mapping, text

_MARK = re.compile(r"project-open-data|dcat-us|resources\.data\.gov", re.IGNORECASE)
_NEXT_LINK = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)
_DEPTH_LIMIT = 5
_HOLDERS = ("datasetSeries", "service", "record")
_MEMBERS = ("seriesMember", "first", "last", "servesDataset", "primaryTopic")


def is_dcat_us(decoded: object) -> bool:
    """Whether decoded JSON is a catalogue of DCAT-US or of Project Open Data.

    It names its standard, or its datasets have an access level, or it is written
    without any JSON-LD. DCAT in JSON-LD has a `@graph`, or contexts of its own.
    """
    if not isinstance(decoded, dict) or "@graph" in decoded:
        return False
    entries = [entry for entry in listed(decoded.get("dataset")) if isinstance(entry, dict)]
    if not entries and not any(key in decoded for key in (*_HOLDERS, "catalog")):
        return isinstance(decoded.get("dataset"), list) and _names_itself(decoded)
    if _names_itself(decoded) or any("accessLevel" in entry for entry in entries):
        return True
    return "@context" not in decoded and any("title" in entry for entry in entries)


def entries(catalogue: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[object, bool]]:
    """Every dataset, and whether it is listed itself rather than within something else.

    In DCAT-US 3.0 a dataset may be described only inside a series, a service, a record
    or a catalogue in the catalogue; a series repeats its first and its last one.
    """
    for entry in listed(catalogue.get("dataset")):
        yield entry, depth == 0
    for holder in _HOLDERS:
        for item in listed(catalogue.get(holder)):
            for member in _MEMBERS:
                for entry in listed(mapping(item).get(member)):
                    # A mere name or address is described elsewhere, or not at all.
                    if isinstance(entry, dict) and ("title" in entry or "identifier" in entry):
                        yield entry, False
    if depth < _DEPTH_LIMIT:
        for inner in listed(catalogue.get("catalog")):
            yield from entries(mapping(inner), depth + 1)


def next_link(catalogue: Mapping[str, Any], headers: Mapping[str, str], url: str) -> str | None:
    """Where a feed in pages goes on: a member `next`, a list of links, a `Link` header."""
    for key in ("next", "nextPage", "hydra:next"):
        if address := clean_url(text(catalogue.get(key)), url):
            return address
    for link in listed(catalogue.get("links")):
        if mapping(link).get("rel") == "next":
            return clean_url(mapping(link).get("href"), url)
    found = _NEXT_LINK.search(headers.get("link", "")[:5_000])
    return clean_url(found[1], url) if found else None


def declared_total(catalogue: Mapping[str, Any]) -> int | None:
    """What the feed claims to hold, of those that say so; a number or a text."""
    for key in ("total", "totalItems", "numberMatched", "hydra:totalItems"):
        number = (text(catalogue.get(key)) or "").strip()
        if number.isascii() and number.isdigit():
            return int(number)
    return None


def _names_itself(decoded: Mapping[str, Any]) -> bool:
    said = [*listed(decoded.get("conformsTo")), decoded.get("describedBy")]
    said += [part for part in listed(decoded.get("@context")) if isinstance(part, str)]
    words = [str(value) for part in said for value in (mapping(part).values() or [part])]
    return any(_MARK.search(word) for word in words)
