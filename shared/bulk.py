"""Many rows in one statement with one parameter: a list of them as JSON.

A hundred rows of twenty columns as parameters cost more in this process than their writing
does in PostgreSQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Executable, Result, Table, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession


def insert_rows(table: Table, columns: Sequence[str], conflict: str, **defaults: str) -> TextClause:
    """An insert of the parameter `rows`; `conflict` is what follows `on conflict`. `defaults`
    are expressions for columns that a row may leave null.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(
        f'coalesce("{name}", {defaults[name]})' if name in defaults else f'"{name}"'
        for name in columns
    )
    return text(
        f"insert into {table.fullname} ({names}) select {values} from {given(table)} "  # noqa: S608 - names of ours
        f"on conflict {conflict}"
    )


def given(table: Table) -> str:
    """The parameter `rows` as a table with the columns of this one."""
    return f"jsonb_populate_recordset(null::{table.fullname}, cast(:rows as jsonb))"


def overwriting(columns: Iterable[str], *others: str) -> str:
    """The assignments that take each of these columns from the new row."""
    return ", ".join([*(f'"{name}" = excluded."{name}"' for name in columns), *others])


async def write_rows(
    session: AsyncSession, statement: Executable, rows: Sequence[Mapping[str, Any]], **values: Any
) -> None:
    """Execute a statement over `rows`, unless there are none."""
    if rows:
        await with_rows(session, statement, rows, **values)


async def with_rows(
    session: AsyncSession, statement: Executable, rows: Sequence[Mapping[str, Any]], **values: Any
) -> Result[Any]:
    """Execute a statement over `rows`. Values are what JSON has, UUIDs and dates;
    `orjson.Fragment` for what is JSON already.
    """
    given_rows = orjson.dumps(rows, default=_text).decode()
    return await session.execute(statement, {"rows": given_rows, **values})


def _text(value: object) -> str:
    """The driver's own UUID, a subclass, which orjson does not take for one."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
