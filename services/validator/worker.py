"""The validator's worker: checks files and tells the catalogue."""

import asyncio
from datetime import timedelta

from services.validator.adapters.warming import warm_apart
from services.validator.factory import Factory
from services.validator.jobs.build_table import BuildTable, PublishTable
from services.validator.jobs.publish_verdict import PublishVerdict
from services.validator.jobs.validate_resource import ValidateResource
from services.validator.jobs.validate_submission import ValidateSubmission
from services.validator.operations.build_table import BUILD_TABLE, PUBLISH_TABLE
from services.validator.operations.keep_house import keep_house
from services.validator.operations.request_validation import PUBLISH_VERDICT, VALIDATE_RESOURCE
from services.validator.operations.submit import VALIDATE_SUBMISSION
from services.validator.resources import open_resources
from services.validator.settings import ValidatorSettings
from services.validator.storage.tables import jobs as jobs_table
from shared.jobs.kinds import JobKind
from shared.jobs.worker import Worker, WorkerSettings

QUEUE = "socle:validator"

# A check waits for a free process and is then limited itself; a fetch may come before.
_CHECK_TIMEOUT = timedelta(minutes=15)


def job_kinds(factory: Factory) -> list[JobKind]:
    """Everything this worker can do."""
    resource = ValidateResource(factory)
    return [
        JobKind(VALIDATE_RESOURCE, resource, timeout=_CHECK_TIMEOUT, on_dead=resource.on_dead),
        JobKind(VALIDATE_SUBMISSION, ValidateSubmission(factory), timeout=_CHECK_TIMEOUT),
        JobKind(PUBLISH_VERDICT, PublishVerdict(factory), timeout=timedelta(minutes=2)),
        JobKind(BUILD_TABLE, BuildTable(factory), timeout=_CHECK_TIMEOUT),
        JobKind(PUBLISH_TABLE, PublishTable(factory), timeout=timedelta(minutes=2)),
    ]


async def run_worker(
    settings: ValidatorSettings,
    stop: asyncio.Event,
    *,
    worker_settings: WorkerSettings | None = None,
) -> None:
    """Work until `stop` is set."""
    async with open_resources(settings, checks=settings.worker_checks) as resources:
        worker = Worker(
            database=resources.database,
            redis_url=settings.redis_url.get_secret_value(),
            table=jobs_table,
            queue_name=QUEUE,
            kinds=job_kinds(Factory(resources=resources, settings=settings)),
            concurrency=settings.worker_checks + 2,
            settings=worker_settings,
        )
        beside = [
            asyncio.create_task(
                keep_house(
                    database=resources.database,
                    store=resources.store,
                    jobs_for=timedelta(days=settings.job_retention_days),
                    uploads_for=timedelta(days=settings.upload_retention_days),
                )
            ),
            asyncio.create_task(warm_apart()),
        ]
        try:
            await worker.run(stop)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
