"""Reports, and the outcomes that may be used again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.models.notice import Notice
from services.validator.models.report import CheckedFile, StoredReport
from services.validator.storage.storable import storable
from services.validator.storage.tables import reports, verdict_cache


class ReportStore:
    """Reports by their id. They are written once and never changed."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, report: StoredReport) -> None:
        """Keep a new report."""
        await self._session.execute(
            insert(reports).values(
                id=report.id,
                created_at=report.created_at,
                organization_id=report.organization_id,
                content_sha256=report.file.sha256,
                file_name=report.file.name,
                file_size=report.file.size,
                source_url=report.file.source_url,
                schema_name=report.schema_name,
                schema_version=report.schema_version,
                verdict=report.verdict,
                passing=report.file.passing,
                engine_version=report.engine_version,
                outcome=storable(dict(report.outcome)),
                notices=storable([notice.to_json() for notice in report.notices]),
            )
        )

    async def get(self, id_: UUID) -> StoredReport | None:
        """One report."""
        rows = await self._session.execute(select(reports).where(reports.c.id == id_))
        row = rows.first()
        return _report(row) if row else None


class VerdictCache:
    """Outcomes by content, schema and engine: the same three always give the same."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(
        self, *, sha256: str, schema_name: str, schema_version: str, engine_version: str
    ) -> Mapping[str, Any] | None:
        """The outcome, if this was checked before."""
        c = verdict_cache.c
        outcome: Mapping[str, Any] | None = await self._session.scalar(
            select(c.outcome).where(
                c.content_sha256 == sha256,
                c.schema_name == schema_name,
                c.schema_version == schema_version,
                c.engine_version == engine_version,
            )
        )
        return outcome

    async def put(
        self,
        outcome: Mapping[str, Any],
        *,
        sha256: str,
        schema_name: str,
        schema_version: str,
        engine_version: str,
    ) -> None:
        """Keep an outcome; a second one for the same key is the same, and ignored."""
        await self._session.execute(
            insert(verdict_cache)
            .values(
                content_sha256=sha256,
                schema_name=schema_name,
                schema_version=schema_version,
                engine_version=engine_version,
                outcome=storable(dict(outcome)),
            )
            .on_conflict_do_nothing()
        )


def _report(row: Row[Any]) -> StoredReport:
    return StoredReport(
        id=row.id,
        created_at=row.created_at,
        organization_id=row.organization_id,
        file=CheckedFile(
            sha256=row.content_sha256,
            size=row.file_size,
            name=row.file_name,
            source_url=row.source_url,
        ),
        schema_name=row.schema_name,
        schema_version=row.schema_version,
        verdict=row.verdict,
        engine_version=row.engine_version,
        outcome=row.outcome,
        notices=tuple(Notice.from_json(facts) for facts in row.notices),
    )
