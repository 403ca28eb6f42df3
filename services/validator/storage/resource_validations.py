"""Validations of catalogue resources, one per (resource, content, declared schema)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.models.request import ResourceValidation, StoredTable
from services.validator.storage.storable import storable
from services.validator.storage.tables import resource_validations
from shared.contracts.records import SchemaReference
from shared.contracts.validation import ResourceValidationRequest
from shared.given import Given


def schema_key(declared: SchemaReference | None) -> str:
    """One text per declared schema; empty when none is declared."""
    if declared is None:
        return ""
    return json.dumps([declared.name, declared.version, declared.url])


_Key = tuple[UUID, UUID, str, str]
_KEY = ("organization_id", "resource_id", "content_sha256", "schema_key")
_NEW = Given(resource_validations, ("id", *_KEY, "file_name", "declared_schema", "job_id"))
_ADD = _NEW.insertion("do nothing returning id").columns(resource_validations.c.id)
_KEYS = Given(resource_validations, _KEY)
_LOCK = text(
    f"select asked.* from {resource_validations.fullname} as asked "  # noqa: S608 - names of ours
    f"join ({_KEYS.query}) as given using ({', '.join(_KEY)}) "
    f"order by {', '.join(_KEY)} for update of asked"
).columns(*resource_validations.c)
_JOBS = Given(resource_validations, ("id", "job_id", "file_name"))
_SET_JOBS = text(
    f"update {resource_validations.fullname} as asked "  # noqa: S608 - names of ours
    "set job_id = given.job_id, file_name = given.file_name "
    f"from ({_JOBS.query}) as given where asked.id = given.id"
)


class ResourceValidationStore:
    """The rows that make the harvester's requests repeatable."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(
        self, requests: Sequence[ResourceValidationRequest]
    ) -> tuple[list[ResourceValidation], dict[UUID, UUID]]:
        """The one row of each request, in their order; and those made just now, each with the id
        that its job is to have.

        All are locked until the commit, in the order of resources, so that two batches which
        share some of them wait for one another instead of dying.
        """
        keys = [_key_of(request) for request in requests]
        asked = dict(sorted(zip(keys, requests, strict=True), key=itemgetter(0)))
        rows = {key: _row(key, request) for key, request in asked.items()}
        added = await _NEW.write(self._session, _ADD, list(rows.values()))
        fresh = set(added.scalars())
        new = {row["id"]: row["job_id"] for row in rows.values() if row["id"] in fresh}
        taken = {key: _made(row, asked[key]) for key, row in rows.items() if row["id"] in new}
        if left := [row for key, row in rows.items() if key not in taken]:
            for found in await _KEYS.write(self._session, _LOCK, left):
                taken[tuple(getattr(found, name) for name in _KEY)] = _validation(found)
        return [taken[key] for key in keys], new

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
        if rows:
            await _JOBS.write(self._session, _SET_JOBS, rows)

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


def _row(key: _Key, request: ResourceValidationRequest) -> dict[str, Any]:
    declared = request.declared_schema
    return {
        **dict(zip(_KEY, key, strict=True)),
        "id": uuid4(),
        "job_id": uuid4(),
        "file_name": storable(request.file_name),
        "declared_schema": declared and storable(declared.model_dump(mode="json")),
    }


def _made(row: Mapping[str, Any], request: ResourceValidationRequest) -> ResourceValidation:
    """What was inserted, as it would be read."""
    return ResourceValidation(
        id=row["id"],
        organization_id=request.organization_id,
        resource_id=request.resource_id,
        content_sha256=request.content_sha256,
        file_name=row["file_name"],
        declared_schema=request.declared_schema,
        job_id=row["job_id"],
    )


def _key_of(request: ResourceValidationRequest) -> _Key:
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
