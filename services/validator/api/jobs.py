"""Where a validation stands."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.validator.api.dependencies import FactoryDependency
from services.validator.api.links import report_url
from services.validator.api.schemas import JobStatus
from services.validator.operations.job_status import validation_job
from shared.contracts.validation import JobState as PublicState
from shared.jobs.states import JobState

router = APIRouter()

_RETRY_SECONDS = "2"


@router.get("/jobs/{job_id}")
async def get_job(job_id: UUID, response: Response, factory: FactoryDependency) -> JobStatus:
    """State, progress, and the link to the report once there is one."""
    job = await validation_job(job_id, database=factory.database)
    response.headers["Cache-Control"] = "no-store"
    state = public_state(job.record.state)
    if state in {"queued", "running"}:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return JobStatus(
        id=job_id,
        state=state,
        attempt=job.record.attempt,
        error=job.record.error if state == "dead" else None,
        report_url=report_url(factory.public_url, job.report_id),
        progress=job.record.progress,
    )


def public_state(state: JobState) -> PublicState:
    """A cancelled job is as dead for its caller as one that failed."""
    match state:
        case JobState.QUEUED:
            return "queued"
        case JobState.RUNNING:
            return "running"
        case JobState.DONE:
            return "done"
        case JobState.DEAD | JobState.CANCELLED:
            return "dead"
