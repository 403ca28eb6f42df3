"""Cursors of lists in order of ids."""

from uuid import UUID

from shared.errors import InvalidInputError
from shared.http.paging import decode_cursor


def after_id(cursor: str | None) -> UUID | None:
    """The id behind which a page begins. Raises `InvalidInputError` for what is none."""
    if cursor is None:
        return None
    (text,) = decode_cursor(cursor, length=1)
    try:
        return UUID(str(text))
    except ValueError as error:
        raise InvalidInputError(
            "Le paramètre « cursor » n'est pas valable.", message_en="`cursor` is not valid."
        ) from error
