"""Check the stored content of a resource, keep the report, have the catalogue told."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.factory import Factory
from services.validator.models.checked_file import CheckedFile
from services.validator.models.request import ResourceValidation
from services.validator.operations.check_file import (
    Check,
    catalogue_verdict,
    failed_check,
    keep_check,
)
from services.validator.operations.request_validation import enqueue_publication, enqueue_table
from services.validator.storage.resource_validations import ResourceValidationStore
from services.validator.storage.tables import jobs as jobs_table
from shared.jobs.lease import Lease
from shared.jobs.models import Job
from shared.jobs.store import JobStore

log = structlog.get_logger()


class ValidateResource:
    """The handler and what happens when its attempts are used up."""

    def __init__(self, factory: Factory) -> None:
        self._factory = factory

    async def __call__(self, job: Job, lease: Lease) -> None:
        """One content, one report, one publication."""
        async with self._factory.database.begin() as session:
            validation = await _wanted(session, job)
        if validation is None:
            return
        size = self._factory.store.path(validation.content_sha256).stat().st_size
        file = CheckedFile(validation.content_sha256, size, validation.file_name)
        check = await self._factory.checker.check_declared(file, validation.declared_schema)
        async with lease.complete() as session:
            await _keep(session, validation, check)
        log.info("Resource validated", verdict=catalogue_verdict(check.result))

    async def on_dead(self, session: AsyncSession, job: Job, error: str) -> None:
        """The catalogue is told that there will be no verdict: nothing stays pending."""
        validation = await _wanted(session, job)
        log.error("Resource validation given up", error=error, **job.to_logging_context())
        if validation is not None:
            file = CheckedFile(validation.content_sha256, 0, validation.file_name)
            await _keep(session, validation, failed_check(file))


async def _wanted(session: AsyncSession, job: Job) -> ResourceValidation | None:
    return await ResourceValidationStore(session).get(UUID(job.payload["validation_id"]))


async def _keep(session: AsyncSession, validation: ResourceValidation, check: Check) -> None:
    report = await keep_check(session, check, organization_id=validation.organization_id)
    await ResourceValidationStore(session).set_result(
        validation.id,
        report_id=report.id,
        verdict=catalogue_verdict(check.result),
        engine_version=report.engine_version,
        checked_at=report.created_at,
    )
    jobs = JobStore(session, jobs_table)
    await enqueue_publication(jobs, validation)
    known = await ResourceValidationStore(session).get(validation.id)
    if known is not None:
        await enqueue_table(jobs, known)
