"""Texts of strangers' files, as PostgreSQL takes them."""

from collections.abc import Mapping
from typing import Any


def storable(value: Any) -> Any:
    """The JSON value without NUL or halves of surrogate pairs, which PostgreSQL refuses."""
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return (
            value.replace("\0", "\ufffd")
            .encode("utf-16", "surrogatepass")
            .decode("utf-16", "replace")
        )
    if isinstance(value, Mapping):
        return {storable(name): storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value
