"""Many rows in one statement with one parameter: a list of them as JSON.

A hundred rows of twenty columns as parameters cost more in this process than their writing
does in PostgreSQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession


def insert_rows(table: Table, columns: Sequence[str], conflict: str) -> TextClause:
    """An insert of the parameter `rows`; `conflict` is what follows `on conflict`."""
    names = ", ".join(f'"{name}"' for name in columns)
    statement = (
        f"insert into {table.fullname} ({names}) select {names} "  # noqa: S608 - names of ours
        f"from jsonb_populate_recordset(null::{table.fullname}, cast(:rows as jsonb)) "
        f"on conflict {conflict}"
    )
    return text(statement)


def overwriting(columns: Iterable[str], *others: str) -> str:
    """The assignments that take each of these columns from the new row."""
    return ", ".join([*(f'"{name}" = excluded."{name}"' for name in columns), *others])


async def write_rows(
    session: AsyncSession, statement: TextClause, rows: Sequence[Mapping[str, Any]], **values: Any
) -> None:
    """Execute a statement of `insert_rows`. Values are what JSON has, UUIDs and dates;
    `orjson.Fragment` for what is JSON already.
    """
    if rows:
        await session.execute(
            statement, {"rows": orjson.dumps(rows, default=_text).decode(), **values}
        )


def _text(value: object) -> str:
    """The driver's own UUID, a subclass, which orjson does not take for one."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
