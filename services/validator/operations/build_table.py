"""Make the typed table of a validated content: after the verdict, when nothing else waits."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.adapters.tabulate import tabulate_file
from services.validator.models.request import ResourceValidation, StoredTable
from services.validator.operations.choose_schema import SchemaChooser, citation
from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister
from services.validator.storage.reports import ReportStore
from services.validator.storage.resource_validations import ResourceValidationStore
from shared.db import Database
from shared.store import ContentStore

BUILD_TABLE = "build-table"
PUBLISH_TABLE = "publish-table"
TABULATED = frozenset({"valid", "invalid", "no-schema"})
"""Verdicts of files that are tables."""

_CHUNK = 1 << 20
_MAX_BYTES = 1 << 30


class TableBuilder:
    """One for the life of the process; `at_once` tables are made, the others wait."""

    def __init__(
        self,
        *,
        database: Database,
        store: ContentStore,
        register: SchemaRegister,
        chooser: SchemaChooser,
        max_rows: int,
        at_once: int = 1,
    ) -> None:
        self._database = database
        self._store = store
        self._register = register
        self._chooser = chooser
        self._max_rows = max_rows
        self._slots = asyncio.Semaphore(at_once)

    async def build(self, validation: ResourceValidation) -> StoredTable | None:
        """The table, in the store; None when the file gives none.

        Two readings of the file in a limited process. Raises `ContentMissing` when the store
        has lost the file.
        """
        schema = await self._schema(validation)
        descriptor, name = tempfile.mkstemp(prefix="socle-table-", suffix=".parquet")
        os.close(descriptor)
        sink = Path(name)
        try:
            async with self._slots:
                facts = await tabulate_file(
                    self._store.path(validation.content_sha256),
                    name=validation.file_name,
                    schema=schema,
                    sink=sink,
                    max_rows=self._max_rows,
                    names=frozenset() if schema else await self._column_names(),
                )
            if facts is None:
                return None
            stored = await self._store.put(_chunks(sink), limit=_MAX_BYTES)
        finally:
            await asyncio.to_thread(sink.unlink, missing_ok=True)
        return StoredTable(stored.sha256, asdict(facts))

    async def _schema(self, validation: ResourceValidation) -> Schema | None:
        if validation.report_id is None or validation.verdict == "no-schema":
            return None
        async with self._database.begin() as session:
            report = await ReportStore(session).get(validation.report_id)
        if report is None or report.schema_name is None:
            return None
        try:
            chosen = await self._chooser.asked(citation(report))
        except UnknownSchemaError:
            return None
        return chosen.schema

    async def _column_names(self) -> frozenset[str]:
        """Every name that the register knows: by them the check recognised the header."""
        return await asyncio.to_thread(
            lambda: frozenset(
                name
                for entry in self._register.list()
                if not entry.withdrawn
                for name in self._register.get(entry.name).field_names
            )
        )


async def keep_table(
    session: AsyncSession, validation: ResourceValidation, table: StoredTable | None
) -> bool:
    """Store what was made for the report that `validation` had; False when it has another."""
    if validation.report_id is None:
        return False
    return await ResourceValidationStore(session).set_table(
        validation.id, report_id=validation.report_id, table=table
    )


async def wanted(validation_id: UUID, *, database: Database) -> ResourceValidation | None:
    """The validation when its file is a table that has not been made yet."""
    async with database.begin() as session:
        found = await ResourceValidationStore(session).get(validation_id)
    return None if found is None or not needs_table(found) else found


def needs_table(validation: ResourceValidation) -> bool:
    """Whether the file may be a table and none was made for its report."""
    return validation.verdict in TABULATED and not validation.is_tabulated


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
    finally:
        file.close()
