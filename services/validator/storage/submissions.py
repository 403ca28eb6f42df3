"""Files that people want checked, when that takes a job."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.models.checked_file import CheckedFile
from services.validator.models.request import Submission
from services.validator.storage.tables import submissions


class SubmissionStore:
    """Submissions by their id and by their job's."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, submission: Submission) -> None:
        """Keep a new submission."""
        await self._session.execute(
            insert(submissions).values(
                id=submission.id,
                organization_id=submission.organization_id,
                job_id=submission.job_id,
                file_name=submission.file_name,
                content_sha256=submission.sha256,
                file_size=submission.size,
                source_url=submission.source_url,
                schema_reference=submission.schema,
                passing=submission.passing,
            )
        )

    async def get(self, id_: UUID) -> Submission | None:
        """One submission."""
        rows = await self._session.execute(select(submissions).where(submissions.c.id == id_))
        row = rows.first()
        return _submission(row) if row else None

    async def of_job(self, job_id: UUID) -> Submission | None:
        """The submission that a job checks."""
        rows = await self._session.execute(
            select(submissions).where(submissions.c.job_id == job_id)
        )
        row = rows.first()
        return _submission(row) if row else None

    async def set_job(self, id_: UUID, job_id: UUID) -> None:
        """The job that checks it."""
        await self._session.execute(
            update(submissions).where(submissions.c.id == id_).values(job_id=job_id)
        )

    async def set_report(self, id_: UUID, report_id: UUID, file: CheckedFile) -> None:
        """The result, and what the file turned out to be."""
        await self._session.execute(
            update(submissions)
            .where(submissions.c.id == id_)
            .values(
                report_id=report_id,
                content_sha256=file.sha256,
                file_size=file.size,
                file_name=file.name,
            )
        )


def _submission(row: Row[Any]) -> Submission:
    return Submission(
        id=row.id,
        organization_id=row.organization_id,
        job_id=row.job_id,
        file_name=row.file_name,
        sha256=row.content_sha256,
        size=row.file_size,
        source_url=row.source_url,
        schema=row.schema_reference,
        report_id=row.report_id,
        passing=row.passing,
    )
