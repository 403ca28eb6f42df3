"""Arrays, objects, and lists written with a delimiter."""

from collections.abc import Callable
from typing import Any

from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.geo import read_json


def array_reader(_spec: FieldSpec) -> Callable[[str], Any]:
    """A JSON array."""
    return lambda text: value if isinstance(value := read_json(text), list) else None


def object_reader(_spec: FieldSpec) -> Callable[[str], Any]:
    """A JSON object."""
    return lambda text: value if isinstance(value := read_json(text), dict) else None


def list_reader(spec: FieldSpec, read_item: Callable[[str], Any]) -> Callable[[str], Any]:
    """Items of one type, separated by `delimiter` (a comma by default)."""
    delimiter = spec.options.get("delimiter") or ","

    def read(text: str) -> list[Any] | None:
        items = [read_item(item) for item in text.split(delimiter)]
        return None if any(item is None for item in items) else items

    return read
