"""Make the table of a validated content, and have the catalogue told."""

from uuid import UUID

import structlog

from services.validator.factory import Factory
from services.validator.operations.build_table import keep_table, wanted
from services.validator.operations.publish_verdict import publish_table
from services.validator.operations.request_validation import enqueue_table_publication
from services.validator.storage.tables import jobs as jobs_table
from shared.jobs.lease import Lease
from shared.jobs.models import Job
from shared.jobs.store import JobStore

log = structlog.get_logger()


class BuildTable:
    """The handler; a file that gives no table is remembered as such."""

    def __init__(self, factory: Factory) -> None:
        self._factory = factory

    async def __call__(self, job: Job, lease: Lease) -> None:
        """Repeatable: the same content and schema give the same bytes."""
        validation = await wanted(
            UUID(job.payload["validation_id"]), database=self._factory.database
        )
        if validation is None:
            return
        table = await self._factory.tables.build(validation)
        async with lease.complete() as session:
            kept = await keep_table(session, validation, table)
            if kept and table is not None:
                await enqueue_table_publication(JobStore(session, jobs_table), validation)
        log.info("Table made", rows=table.facts["rows"] if table else None)


class PublishTable:
    """The handler; the client's `Transient` errors are retried with back-off."""

    def __init__(self, factory: Factory) -> None:
        self._factory = factory

    async def __call__(self, job: Job, _lease: Lease) -> None:
        """Repeatable: the same table twice is one."""
        await publish_table(
            UUID(job.payload["validation_id"]),
            database=self._factory.database,
            catalogue=self._factory.catalogue,
        )
