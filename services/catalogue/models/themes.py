"""The themes of the EU (table `data-theme`) that words and schemas mean."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from services.catalogue.models.text import plain


@dataclass(frozen=True)
class Theme:
    """`code` is the table's, `label` its French name."""

    code: str
    label: str


def european_themes(words: Iterable[str], schemas: Iterable[str]) -> list[Theme]:
    """What a dataset is about, each theme once, in the order of the words.

    A word is an address of the table, one of its names, or contains a word that is typical of
    a theme; a schema is filed under one theme.
    """
    codes = [theme_of_word(word) for word in words]
    codes += [_vocabulary()["schema_themes"].get(schema) for schema in schemas]
    return [Theme(code, _table()[code][0]) for code in dict.fromkeys(codes) if code]


@lru_cache(maxsize=50_000)
def theme_of_word(word: str) -> str | None:
    """The code of the first theme that the word means."""
    wanted = plain(word)
    for code, (label, typical) in _table().items():
        if (
            word.rstrip("/").endswith(f"data-theme/{code}")
            or wanted == plain(label)
            or any(f" {stem}" in f" {wanted}" for stem in typical)
        ):
            return code
    return None


def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = _vocabulary()["themes"]
    return table


@cache
def _vocabulary() -> Mapping[str, Any]:
    data = files("services.catalogue") / "data" / "dcat_vocabularies.json"
    found: Mapping[str, Any] = json.loads(data.read_text("utf-8"))
    return found
