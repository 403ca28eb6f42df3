"""Where a validation stands."""

from dataclasses import dataclass
from uuid import UUID

from services.validator.operations.request_validation import VALIDATE_RESOURCE
from services.validator.operations.submit import VALIDATE_SUBMISSION
from services.validator.storage.resource_validations import ResourceValidationStore
from services.validator.storage.submissions import SubmissionStore
from services.validator.storage.tables import jobs as jobs_table
from shared.db import Database
from shared.jobs.errors import JobNotFoundError
from shared.jobs.models import JobRecord
from shared.jobs.store import JobStore

_SHOWN = frozenset({VALIDATE_RESOURCE, VALIDATE_SUBMISSION})


@dataclass(frozen=True)
class ValidationJob:
    """`report_id` once there is one."""

    record: JobRecord
    report_id: UUID | None


async def validation_job(job_id: UUID, *, database: Database) -> ValidationJob:
    """Raises `JobNotFoundError`, also for jobs that are no validation."""
    async with database.begin() as session:
        record = await JobStore(session, jobs_table).get(job_id)
        if record.kind not in _SHOWN:
            raise JobNotFoundError(
                f"Aucune validation ne porte l'identifiant {job_id}.",
                message_en=f"No validation has the id {job_id}.",
            )
        if record.kind == VALIDATE_SUBMISSION:
            submission = await SubmissionStore(session).of_job(job_id)
            return ValidationJob(record, submission.report_id if submission else None)
        validation = await ResourceValidationStore(session).of_job(job_id)
        return ValidationJob(record, validation.report_id if validation else None)
