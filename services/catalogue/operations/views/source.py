"""The table that a view reads, and its neighbours of the same organisation."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.catalogue.adapters import table_rows
from services.catalogue.models.resource_table import ResourceTable
from services.catalogue.operations.read_rows import resource_table
from services.catalogue.storage.resource_tables import ResourceTableStore
from shared.db import Database
from shared.store import ContentStore

Record = dict[str, Any]


@dataclass(frozen=True)
class ViewSource:
    """One table, asked with statements of ours."""

    table: ResourceTable
    _store: ContentStore

    async def summary(self, statement: str, *values: Any) -> list[Record]:
        """Rows of a statement over `valid`, the rows without error."""
        path = self._store.path(self.table.table_sha256)
        return await asyncio.to_thread(table_rows.summary, path, statement, values)

    def shares(self, *schemas: str) -> bool:
        """Whether the table follows one of these schemas."""
        return self.table.schema_name in schemas


async def open_source(database: Database, store: ContentStore, resource_id: UUID) -> ViewSource:
    """The source of a resource. Raises `NotFoundError` when it has no table."""
    return ViewSource(await resource_table(database, resource_id), store)


async def neighbours(
    database: Database, store: ContentStore, source: ViewSource, schema: str
) -> list[ViewSource]:
    """Tables of the same organisation that follow another schema, newest first."""
    async with database.begin() as session:
        tables = await ResourceTableStore(session).of_organization(
            source.table.organization_id, schema
        )
    return [ViewSource(table, store) for table in tables]


def listed(cell: str | None) -> tuple[str, ...]:
    """The values of an array cell: JSON, else texts between commas, bars or semicolons."""
    if not cell:
        return ()
    try:
        found = json.loads(cell)
    except ValueError:
        found = None
    values: Sequence[Any] = found if isinstance(found, list) else _split(cell)
    return tuple(text for value in values if (text := str(value).strip()))


def _split(cell: str) -> list[str]:
    for mark in "|;,":
        if mark in cell:
            return cell.split(mark)
    return [cell]
