"""Our words in those of the EU's authority tables, IANA and SPDX."""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from pyoxigraph import NamedNode

from services.catalogue.adapters.dcat.terms import EU
from services.catalogue.models.themes import european_themes
from services.catalogue.quality.formats import FILE_TYPES

PUBLIC = NamedNode(f"{EU}access-right/PUBLIC")
FRANCE = NamedNode(f"{EU}country/FRA")
THEME_TABLE = NamedNode(f"{EU}data-theme")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@cache
def _vocabularies() -> dict[str, Any]:
    data = files("services.catalogue") / "data" / "dcat_vocabularies.json"
    found: dict[str, Any] = json.loads(data.read_text("utf-8"))
    return found


def frequency(word: str | None) -> NamedNode | None:
    """Of the table `frequency`."""
    code = _vocabularies()["frequencies"].get(word)
    return NamedNode(f"{EU}frequency/{code}") if code else None


def file_type(word: str | None) -> NamedNode | None:
    """Of the table `file-type`."""
    known = FILE_TYPES.get(word or "")
    return NamedNode(f"{EU}file-type/{known.code}") if known else None


def media_type(mime: str | None, word: str | None) -> NamedNode | None:
    """Of IANA's register: as the source says, else what the format is sent as."""
    known = FILE_TYPES.get(word or "")
    found = mime if mime and "/" in mime else known.media_type if known else None
    if not found:
        return None
    try:
        return NamedNode(_MEDIA_TYPES + found.split(";")[0].strip())
    except ValueError:
        return None


def licence(word: str | None) -> tuple[NamedNode, str] | None:
    """Its address, of the table `licence` where that has it, and its title."""
    known = _vocabularies()["licences"].get(word)
    return (NamedNode(known[0]), known[1]) if known else None


def language(word: str | None) -> NamedNode | None:
    """Of the table `language`."""
    code = _vocabularies()["languages"].get((word or "").lower())
    return NamedNode(f"{EU}language/{code}") if code else None


def themes(words: Iterable[str], schemas: Iterable[str]) -> list[tuple[NamedNode, str]]:
    """Of the table `data-theme` with their French names: what the words and schemas mean."""
    return [
        (NamedNode(f"{EU}data-theme/{theme.code}"), theme.label)
        for theme in european_themes(words, schemas)
    ]
