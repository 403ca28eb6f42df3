"""Validations of catalogue resources, one per (resource, content, declared schema)."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.models.request import ResourceValidation, StoredTable
from services.validator.storage.storable import storable
from services.validator.storage.tables import resource_validations
from shared.contracts.records import SchemaReference
from shared.contracts.validation import ResourceValidationRequest


def schema_key(declared: SchemaReference | None) -> str:
    """One text per declared schema; empty when none is declared."""
    if declared is None:
        return ""
    return json.dumps([declared.name, declared.version, declared.url])


class ResourceValidationStore:
    """The rows that make the harvester's requests repeatable."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self, request: ResourceValidationRequest) -> ResourceValidation:
        """The one row of this request, made if it is the first; locked until the commit."""
        c = resource_validations.c
        key = {
            "organization_id": request.organization_id,
            "resource_id": request.resource_id,
            "content_sha256": request.content_sha256,
            "schema_key": schema_key(request.declared_schema),
        }
        declared = request.declared_schema
        await self._session.execute(
            insert(resource_validations)
            .values(
                **key,
                id=uuid4(),
                file_name=storable(request.file_name),
                declared_schema=storable(declared and declared.model_dump(mode="json")),
            )
            .on_conflict_do_nothing()
        )
        rows = await self._session.execute(
            select(resource_validations)
            .where(*(c[name] == value for name, value in key.items()))
            .with_for_update()
        )
        return _validation(rows.one())

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

    async def set_job(self, id_: UUID, job_id: UUID, *, file_name: str) -> None:
        """The job that carries it out; the name is the one last asked with."""
        await self._session.execute(
            update(resource_validations)
            .where(resource_validations.c.id == id_)
            .values(job_id=job_id, file_name=storable(file_name))
        )

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
