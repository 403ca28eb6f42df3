"""Opaque cursors: the sort key of the last row, so that no page is deeper than another."""

import base64
import binascii
import json
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from shared.errors import InvalidInputError

Item = TypeVar("Item")

PageSize = Annotated[int, Query(ge=1, le=100, description="Nombre d'éléments par page")]
Cursor = Annotated[str | None, Query(description="Valeur `next_cursor` de la page précédente")]


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None = None


def encode_cursor(*key: Any) -> str:
    """The sort key of a page's last row, as text for a URL. JSON-able values only."""
    raw = json.dumps(key, separators=(",", ":"), default=str).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(cursor: str, *, length: int) -> list[Any]:
    """The sort key inside a cursor. Raises `InvalidInputError` when it is not one of ours."""
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _not_ours() from error
    if not isinstance(key, list) or len(key) != length or not all(map(_plain, key)):
        raise _not_ours()
    return key


def _plain(value: Any) -> bool:
    """Whether a database can compare its texts with the value: none keeps NUL or half a pair."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    return value is None or isinstance(value, int | float)


def _not_ours() -> InvalidInputError:
    return InvalidInputError(
        "Le paramètre « cursor » n'est pas valable : reprenez la valeur « next_cursor » "
        "de la page précédente, sans la modifier.",
        message_en="`cursor` is not valid: use the previous page's `next_cursor` unchanged.",
    )
