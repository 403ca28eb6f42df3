"""Members of strangers' JSON: the same one comes as a text, a list, an object or null."""

from collections.abc import Iterator, Mapping
from typing import Any

_NAMES = ("@value", "prefLabel", "name", "title", "label", "fn", "@id")


def mapping(value: object) -> Mapping[str, Any]:
    """The object, or an empty one; of a list its first object."""
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, dict)), None)
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """The list, or a list of the one value; null gives none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def texts(value: object) -> Iterator[str]:
    """Every text that a value holds: itself, of a list each, of an object what names it."""
    for part in listed(value):
        said = _named(part) if isinstance(part, dict) else part
        if isinstance(said, str | int | float) and not isinstance(said, bool):
            yield str(said)


def text(value: object) -> str | None:
    """The first text that a value holds."""
    return next(texts(value), None)


def _named(part: Mapping[str, Any]) -> object:
    said = next((part[name] for name in _NAMES if part.get(name)), part)
    # A text by language: {"fr": …, "en": …}.
    return said.get("fr") or said.get("en") if isinstance(said, dict) else said
