"""The rows of a resource's table: a page, or all of them as they come."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.catalogue.adapters import table_rows
from services.catalogue.models.resource_table import (
    ResourceTable,
    RowsPage,
    RowsQuery,
    TableColumn,
)
from services.catalogue.storage.resource_tables import ResourceTableStore
from shared.db import Database
from shared.errors import InvalidInputError, NotFoundError
from shared.store import ContentStore

MAX_PAGE = 1_000
Rows = list[tuple[Any, ...]]


async def resource_table(database: Database, resource_id: UUID) -> ResourceTable:
    """The table of what the resource holds now. Raises `NotFoundError` when there is none."""
    async with database.begin() as session:
        found = (await ResourceTableStore(session).present([resource_id])).get(resource_id)
    if found is None:
        raise NotFoundError(
            "Cette ressource n’a pas de table à montrer : son fichier n’est pas un tableau, ou "
            "n’a pas encore été lu.",
            message_en="This resource has no table: its file is none, or has not been read yet.",
        )
    return found


async def read_rows(
    database: Database,
    store: ContentStore,
    resource_id: UUID,
    query: RowsQuery,
    *,
    offset: int = 0,
    limit: int = 20,
) -> RowsPage:
    """A page; each row is a mapping from column to text, with `_row` and `_valid`.

    Tens of milliseconds for a million rows. Raises `NotFoundError`, `InvalidInputError` for a
    column that the table does not have, `QueryTooLongError`.
    """
    table = await resource_table(database, resource_id)
    query = checked(table, query)
    rows, total = await asyncio.to_thread(
        table_rows.page,
        store.path(table.table_sha256),
        table.columns,
        query,
        offset=offset,
        limit=limit,
    )
    columns = shown_columns(table, query)
    names = [*query.columns, *(column.name for column in table_rows.SPECIAL)]
    end = offset + len(rows)
    return RowsPage(
        table=table,
        columns=columns,
        rows=tuple(dict(zip(names, row, strict=True)) for row in rows),
        total=total,
        next_offset=end if rows and end < total else None,
    )


async def every_row(
    store: ContentStore, table: ResourceTable, query: RowsQuery
) -> AsyncIterator[Rows]:
    """All rows that fit, some thousands at once, `_row` and `_valid` last.

    `query` must have been `checked`.
    """
    batches = table_rows.every(store.path(table.table_sha256), table.columns, query)
    try:
        while (rows := await asyncio.to_thread(_next, batches)) is not None:
            yield rows
    finally:
        await asyncio.to_thread(batches.close)


def checked(table: ResourceTable, query: RowsQuery) -> RowsQuery:
    """The query with its columns spelt out. Raises `InvalidInputError` for unknown ones."""
    known = [column.name for column in table.columns]
    sortable = {*known, *(column.name for column in table_rows.SPECIAL)}
    asked = {*query.columns, *(each.column for each in query.filters), *dict(query.sort)}
    if unknown := sorted(asked - sortable):
        raise InvalidInputError(
            f"Cette table n’a pas de colonne « {unknown[0][:100]} ». Ses colonnes : "
            f"{', '.join(known)}.",
            message_en=f"This table has no column `{unknown[0][:100]}`. "
            f"It has: {', '.join(known)}.",
        )
    return replace(query, columns=tuple(n for n in query.columns if n in known) or tuple(known))


def shown_columns(table: ResourceTable, query: RowsQuery) -> tuple[TableColumn, ...]:
    """The columns of a checked query, in its order."""
    by_name = {column.name: column for column in table.columns}
    return tuple(by_name[name] for name in query.columns)


def _next(batches: Iterator[Rows]) -> Rows | None:
    return next(batches, None)
