"""Bytes opened as a user's file is."""

import io

from services.validator.engine.readers import open_table
from services.validator.engine.table import ReadHints, Table, UnreadableError

HINTS = ReadHints(names=frozenset({"nom", "ville", "montant", "date", "actif"}))


def opened(content: bytes, name: str = "f.csv", hints: ReadHints = HINTS) -> Table:
    """The table of the bytes."""
    return open_table(io.BytesIO(content), name, hints)


def cells(table: Table) -> list[list[str]]:
    """Its rows."""
    return [list(row) for _, row in table.records]


def refusal(content: bytes, name: str = "f.csv", hints: ReadHints = HINTS) -> UnreadableError:
    """Why the bytes are no table, all of it read."""
    try:
        rows = cells(opened(content, name, hints))
    except UnreadableError as error:
        return error
    raise AssertionError(f"read as a table of {len(rows)} rows")
