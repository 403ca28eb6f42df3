"""Ask for the validation of a resource's content, once however often it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.validator.models.request import ResourceValidation
from services.validator.operations.build_table import BUILD_TABLE, PUBLISH_TABLE, needs_table
from services.validator.storage.resource_validations import ResourceValidationStore
from services.validator.storage.tables import jobs as jobs_table
from shared.contracts.validation import ResourceValidationRequest
from shared.db import Database
from shared.jobs.states import JobState
from shared.jobs.store import JobStore, Wanted

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
    [asked] = await request_validations([request], database=database, engine_version=engine_version)
    return asked


async def request_validations(
    requests: Sequence[ResourceValidationRequest], *, database: Database, engine_version: str
) -> list[RequestedValidation]:
    """Many at once: all or none; the answers in their order."""
    async with database.begin() as session:
        store, jobs = ResourceValidationStore(session), JobStore(session, jobs_table)
        validations, new = await store.take(requests)
        known = {each.job_id for each in validations if each.job_id and each.id not in new}
        states = await jobs.states(known)
        answers: dict[UUID, RequestedValidation] = {}
        wanted: dict[UUID, Wanted] = {}
        names: dict[UUID, str] = {}
        for validation, request in zip(validations, requests, strict=True):
            if job_id := new.get(validation.id):
                wanted[validation.id] = replace(_job_for(validation), id=job_id)
            elif answer := await _known(jobs, validation, states, engine_version):
                answers[validation.id] = answer
            else:
                wanted[validation.id] = _job_for(validation)
                names[validation.id] = request.file_name
        queued = dict(zip(wanted, await jobs.enqueue_all(list(wanted.values())), strict=True))
        await store.set_jobs([(id_, queued[id_], name) for id_, name in names.items()])
        for id_, job_id in queued.items():
            answers[id_] = RequestedValidation(job_id, JobState.QUEUED)
        return [answers[validation.id] for validation in validations]


async def _known(
    jobs: JobStore,
    validation: ResourceValidation,
    states: Mapping[UUID, JobState],
    engine_version: str,
) -> RequestedValidation | None:
    """What is under way or was answered; `None` when there is work to do. A job that is not
    among `states` was done long ago, and purged.
    """
    if validation.job_id is None:
        return None
    state = states.get(validation.job_id)
    if state in {JobState.QUEUED, JobState.RUNNING}:
        return RequestedValidation(validation.job_id, state)
    if not _is_current(validation, engine_version):
        return None
    await enqueue_publication(jobs, validation)
    await enqueue_table(jobs, validation)
    return RequestedValidation(validation.job_id, JobState.DONE, validation.report_id)


def _job_for(validation: ResourceValidation) -> Wanted:
    return Wanted(
        kind=VALIDATE_RESOURCE,
        payload={"validation_id": str(validation.id)},
        organization_id=validation.organization_id,
        dedup_key=f"{VALIDATE_RESOURCE}:{validation.id}",
    )


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
