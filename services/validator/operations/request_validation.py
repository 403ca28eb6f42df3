"""Ask for the validation of a resource's content, once however often it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.models.request import ResourceValidation
from services.validator.operations.build_table import BUILD_TABLE, PUBLISH_TABLE, needs_table
from services.validator.storage.resource_validations import ResourceValidationStore
from services.validator.storage.tables import jobs as jobs_table
from shared.contracts.validation import ResourceValidationRequest
from shared.db import Database
from shared.jobs.errors import JobNotFoundError
from shared.jobs.models import JobRecord
from shared.jobs.states import JobState
from shared.jobs.store import JobStore

VALIDATE_RESOURCE = "validate-resource"
PUBLISH_VERDICT = "publish-verdict"

# A catalogue that is away for a night must still get the verdict: the back-off's cap is
# fifteen minutes, so this is about two days.
_PUBLISH_ATTEMPTS = 200


@dataclass(frozen=True)
class RequestedValidation:
    """The job that answers a request; `report_id` when the answer is known already."""

    job_id: UUID
    state: JobState
    report_id: UUID | None = None


async def request_validation(
    request: ResourceValidationRequest, *, database: Database, engine_version: str
) -> RequestedValidation:
    """The job of this request: the one under way, the one that is done, or a new one.

    A verdict that is known is published again: the caller may have told the catalogue to
    wait for one. A verdict of another engine, or none of ours (`failed`), is made anew.
    """
    async with database.begin() as session:
        return await _request(session, request, engine_version)


async def request_validations(
    requests: Sequence[ResourceValidationRequest], *, database: Database, engine_version: str
) -> None:
    """Many at once: all or none. In the order of resources, so that two batches which share
    some of them wait for one another instead of dying.
    """
    ordered = sorted(requests, key=lambda each: (each.resource_id, each.content_sha256))
    async with database.begin() as session:
        for request in ordered:
            await _request(session, request, engine_version)


async def _request(
    session: AsyncSession, request: ResourceValidationRequest, engine_version: str
) -> RequestedValidation:
    validations = ResourceValidationStore(session)
    jobs = JobStore(session, jobs_table)
    validation = await validations.take(request)
    if validation.job_id is not None:
        job = await _job(jobs, validation.job_id)
        if job is not None and job.state in {JobState.QUEUED, JobState.RUNNING}:
            return RequestedValidation(job.id, job.state)
        if _is_current(validation, engine_version):
            await enqueue_publication(jobs, validation)
            await enqueue_table(jobs, validation)
            return RequestedValidation(validation.job_id, JobState.DONE, validation.report_id)
    job_id = await jobs.enqueue(
        kind=VALIDATE_RESOURCE,
        payload={"validation_id": str(validation.id)},
        organization_id=request.organization_id,
        dedup_key=f"{VALIDATE_RESOURCE}:{validation.id}",
    )
    await validations.set_job(validation.id, job_id, file_name=request.file_name)
    return RequestedValidation(job_id, JobState.QUEUED)


async def enqueue_publication(jobs: JobStore, validation: ResourceValidation) -> None:
    """Tell the catalogue, in the transaction that made the verdict known.

    Not deduplicated: a publication under way may have read the verdict before this one.
    """
    await jobs.enqueue(
        kind=PUBLISH_VERDICT,
        payload={"validation_id": str(validation.id)},
        organization_id=validation.organization_id,
        priority=1,
        max_attempts=_PUBLISH_ATTEMPTS,
    )


async def enqueue_table(jobs: JobStore, validation: ResourceValidation) -> None:
    """Have the table made, or told of again, after everything that somebody waits for."""
    if needs_table(validation):
        await jobs.enqueue(
            kind=BUILD_TABLE,
            payload={"validation_id": str(validation.id)},
            organization_id=validation.organization_id,
            priority=-1,
            dedup_key=f"{BUILD_TABLE}:{validation.id}:{validation.report_id}",
        )
    elif validation.table is not None:
        await enqueue_table_publication(jobs, validation)


async def enqueue_table_publication(jobs: JobStore, validation: ResourceValidation) -> None:
    """Tell the catalogue of the table, in the transaction that keeps it."""
    await jobs.enqueue(
        kind=PUBLISH_TABLE,
        payload={"validation_id": str(validation.id)},
        organization_id=validation.organization_id,
        max_attempts=_PUBLISH_ATTEMPTS,
    )


def _is_current(validation: ResourceValidation, engine_version: str) -> bool:
    return (
        validation.report_id is not None
        and validation.engine_version == engine_version
        and validation.verdict != "failed"
    )


async def _job(jobs: JobStore, job_id: UUID) -> JobRecord | None:
    try:
        return await jobs.get(job_id)
    except JobNotFoundError:
        return None  # done long ago, and purged
