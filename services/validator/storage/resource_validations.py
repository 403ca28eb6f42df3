"""Validations of catalogue resources, one per (resource, content, declared schema)."""

import json
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.models.request import ResourceValidation, StoredTable
from services.validator.storage.storable import storable
from services.validator.storage.tables import resource_validations
from shared.bulk import given, insert_rows, with_rows, write_rows
from shared.contracts.records import SchemaReference
from shared.contracts.validation import ResourceValidationRequest


def schema_key(declared: SchemaReference | None) -> str:
    """One text per declared schema; empty when none is declared."""
    if declared is None:
        return ""
    return json.dumps([declared.name, declared.version, declared.url])


_KEY = ("organization_id", "resource_id", "content_sha256", "schema_key")
_ADD = insert_rows(
    resource_validations, ("id", *_KEY, "file_name", "declared_schema"), "do nothing"
)
_LOCK = text(
    f"select asked.* from {resource_validations.fullname} as asked "  # noqa: S608 - names of ours
    f"join {given(resource_validations)} as given using ({', '.join(_KEY)}) "
    f"order by {', '.join(_KEY)} for update of asked"
).columns(*resource_validations.c)
_SET_JOBS = text(
    f"update {resource_validations.fullname} as asked "  # noqa: S608 - names of ours
    "set job_id = given.job_id, file_name = given.file_name "
    f"from {given(resource_validations)} as given where asked.id = given.id"
)


class ResourceValidationStore:
    """The rows that make the harvester's requests repeatable."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self, requests: Sequence[ResourceValidationRequest]) -> list[ResourceValidation]:
        """The one row of each request, in their order, made if it is the first; locked until
        the commit, in the order of resources, so that two batches which share some of them
        wait for one another instead of dying.
        """
        keys = [_key_of(request) for request in requests]
        rows = {
            key: {
                **dict(zip(_KEY, key, strict=True)),
                "id": uuid4(),
                "file_name": storable(request.file_name),
                "declared_schema": storable(_declared(request)),
            }
            for key, request in sorted(zip(keys, requests, strict=True), key=itemgetter(0))
        }
        await write_rows(self._session, _ADD, list(rows.values()))
        taken = {
            tuple(getattr(row, name) for name in _KEY): _validation(row)
            for row in await with_rows(self._session, _LOCK, list(rows.values()))
        }
        return [taken[key] for key in keys]

    async def get(self, id_: UUID) -> ResourceValidation | None:
        """One validation."""
        rows = await self._session.execute(
            select(resource_validations).where(resource_validations.c.id == id_)
        )
        row = rows.first()
        return _validation(row) if row else None

    async def of_job(self, job_id: UUID) -> ResourceValidation | None:
        """The validation that a job carries out."""
        rows = await self._session.execute(
            select(resource_validations).where(resource_validations.c.job_id == job_id)
        )
        row = rows.first()
        return _validation(row) if row else None

    async def last_of_resource(self, resource_id: UUID) -> ResourceValidation | None:
        """The newest verdict of a resource that the catalogue took.

        Only the catalogue knows whose a resource is: a verdict on another member's, which
        anybody with a key may ask for, never gets there.
        """
        c = resource_validations.c
        rows = await self._session.execute(
            select(resource_validations)
            .where(c.resource_id == resource_id, c.published_at.is_not(None))
            .order_by(c.published_at.desc(), c.id)
            .limit(1)
        )
        row = rows.first()
        return _validation(row) if row else None

    async def set_jobs(self, jobs: Sequence[tuple[UUID, UUID, str]]) -> None:
        """Validation, the job that carries it out, and the name of the file: the one last
        asked with.
        """
        rows = [
            {"id": id_, "job_id": job_id, "file_name": storable(file_name)}
            for id_, job_id, file_name in jobs
        ]
        await write_rows(self._session, _SET_JOBS, rows)

    async def set_result(
        self,
        id_: UUID,
        *,
        report_id: UUID,
        verdict: str,
        engine_version: str,
        checked_at: datetime,
    ) -> None:
        """The result; a later one replaces it."""
        await self._session.execute(
            update(resource_validations)
            .where(resource_validations.c.id == id_)
            .values(
                report_id=report_id,
                verdict=verdict,
                engine_version=engine_version,
                checked_at=checked_at,
            )
        )

    async def set_table(self, id_: UUID, *, report_id: UUID, table: StoredTable | None) -> bool:
        """The table of a report, unless there is a newer report; whether it was kept."""
        kept = await self._session.scalar(
            update(resource_validations)
            .where(resource_validations.c.id == id_, resource_validations.c.report_id == report_id)
            .values(
                table_report_id=report_id,
                table_sha256=table and table.sha256,
                table_facts=table and storable(dict(table.facts)),
            )
            .returning(resource_validations.c.id)
        )
        return kept is not None

    async def set_published(self, id_: UUID) -> None:
        """The catalogue took the verdict, now."""
        await self._session.execute(
            update(resource_validations)
            .where(resource_validations.c.id == id_)
            .values(published_at=func.now())
        )


def _declared(request: ResourceValidationRequest) -> dict[str, Any] | None:
    declared = request.declared_schema
    return None if declared is None else declared.model_dump(mode="json")


def _key_of(request: ResourceValidationRequest) -> tuple[UUID, UUID, str, str]:
    """In the order of `_KEY`."""
    return (
        request.organization_id,
        request.resource_id,
        request.content_sha256,
        schema_key(request.declared_schema),
    )


def _validation(row: Row[Any]) -> ResourceValidation:
    return ResourceValidation(
        id=row.id,
        organization_id=row.organization_id,
        resource_id=row.resource_id,
        content_sha256=row.content_sha256,
        file_name=row.file_name,
        declared_schema=row.declared_schema and SchemaReference(**row.declared_schema),
        job_id=row.job_id,
        report_id=row.report_id,
        verdict=row.verdict,
        engine_version=row.engine_version,
        checked_at=row.checked_at,
        table_report_id=row.table_report_id,
        table=StoredTable(row.table_sha256, row.table_facts) if row.table_sha256 else None,
    )
