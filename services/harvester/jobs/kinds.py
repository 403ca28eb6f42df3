"""The three kinds of job of the harvester. Handlers are thin: the work is in operations."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.states import ItemEvent
from services.harvester.operations.archive_dataset import ArchiveDataset
from services.harvester.operations.conclude_run import (
    ARCHIVE_DATASET,
    fail_run,
    finish_if_over,
)
from services.harvester.operations.harvest_dataset import HarvestDataset
from services.harvester.operations.list_source import ListSource
from services.harvester.operations.start_run import RUN_SOURCE
from services.harvester.operations.store_page import HARVEST_DATASET
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.items import ItemStore
from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Job

_DATASET_TIME = timedelta(hours=1)


def job_kinds(
    *,
    list_source: ListSource,
    harvest_dataset: HarvestDataset,
    archive_dataset: ArchiveDataset,
    run_time: timedelta,
) -> tuple[JobKind, ...]:
    """What a worker of the harvester can do."""

    async def run_source(job: Job, lease: Lease) -> None:
        await list_source(UUID(job.payload["run_id"]), lease)

    async def harvest(job: Job, lease: Lease) -> None:
        await harvest_dataset(UUID(job.payload["run_id"]), UUID(job.payload["dataset_id"]), lease)

    async def archive(job: Job, lease: Lease) -> None:
        await archive_dataset(UUID(job.payload["run_id"]), UUID(job.payload["dataset_id"]), lease)

    return (
        JobKind(name=RUN_SOURCE, handler=run_source, timeout=run_time, on_dead=_run_given_up),
        JobKind(
            name=HARVEST_DATASET, handler=harvest, timeout=_DATASET_TIME, on_dead=_item_given_up
        ),
        JobKind(name=ARCHIVE_DATASET, handler=archive, timeout=_DATASET_TIME),
    )


async def _run_given_up(session: AsyncSession, job: Job, error: str) -> None:
    await fail_run(session, UUID(job.payload["run_id"]), error)


async def _item_given_up(session: AsyncSession, job: Job, error: str) -> None:
    """The item fails with the error in plain words, and the run may be over by that."""
    run_id, dataset_id = UUID(job.payload["run_id"]), UUID(job.payload["dataset_id"])
    dataset = await DatasetStore(session).get(dataset_id)
    if dataset is not None:
        await ItemStore(session).move(run_id, dataset.remote_id, ItemEvent.GIVEN_UP, reason=error)
    await finish_if_over(session, run_id)
