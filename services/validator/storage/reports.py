"""Reports, whose outcomes may be used again."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.engine.result import Result
from services.validator.models.checked_file import CheckedFile
from services.validator.models.notice import Notice
from services.validator.storage.storable import storable
from services.validator.storage.stored_report import StoredReport
from services.validator.storage.tables import reports

_ADD = insert(reports)


class ReportStore:
    """Reports by their id. They are written once and never changed."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, report: StoredReport) -> None:
        """Keep a new report."""
        await self._session.execute(
            _ADD,
            {
                "id": report.id,
                "created_at": report.created_at,
                "organization_id": report.organization_id,
                "content_sha256": report.file.sha256,
                "file_name": report.file.name,
                "file_size": report.file.size,
                "source_url": report.file.source_url,
                "schema_name": report.schema_name,
                "schema_version": report.schema_version,
                "verdict": report.verdict,
                "passing": report.file.passing,
                "engine_version": report.engine_version,
                "outcome": storable(report.result.to_json()),
                "reuse_key": report.reuse_key,
                "notices": storable([notice.to_json() for notice in report.notices]),
            },
        )

    async def get(self, id_: UUID) -> StoredReport | None:
        """One report."""
        rows = await self._session.execute(select(reports).where(reports.c.id == id_))
        row = rows.first()
        return _report(row) if row else None

    async def known_result(self, *, sha256: str, reuse_key: str) -> Result | None:
        """That of a content which was checked in the same way before."""
        outcome = await self._session.scalar(
            select(reports.c.outcome)
            .where(reports.c.content_sha256 == sha256, reports.c.reuse_key == reuse_key)
            .limit(1)
        )
        return None if outcome is None else Result.from_json(outcome)


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
        result=Result.from_json(row.outcome),
        notices=tuple(Notice.from_json(facts) for facts in row.notices),
    )
