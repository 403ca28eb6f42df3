"""Have a file checked: now, or by a job when that takes long."""

from uuid import UUID, uuid4

from services.validator.models.checked_file import CheckedFile
from services.validator.models.request import Submission
from services.validator.storage.submissions import SubmissionStore
from services.validator.storage.tables import jobs as jobs_table
from shared.db import Database
from shared.jobs.store import JobStore

VALIDATE_SUBMISSION = "validate-submission"


async def submit(
    *,
    database: Database,
    schema: str | None,
    organization_id: UUID | None,
    file: CheckedFile | None = None,
    url: str | None = None,
) -> UUID:
    """The job that will check a stored file, or one that it must first fetch from `url`."""
    submission = Submission(
        id=uuid4(),
        organization_id=organization_id,
        job_id=None,
        file_name=file.name if file else None,
        sha256=file.sha256 if file else None,
        size=file.size if file else None,
        source_url=file.source_url if file else url,
        schema=schema,
        passing=True,
    )
    async with database.begin() as session:
        store = SubmissionStore(session)
        await store.add(submission)
        job_id = await JobStore(session, jobs_table).enqueue(
            kind=VALIDATE_SUBMISSION,
            payload={"submission_id": str(submission.id)},
            organization_id=organization_id,
            priority=10,
        )
        await store.set_job(submission.id, job_id)
    return job_id
