"""The three kinds of job of the harvester. Handlers are thin: the work is in operations."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.states import ItemEvent
from services.harvester.operations.archive_datasets import ARCHIVE_DATASETS, ArchiveDatasets
from services.harvester.operations.conclude_run import fail_run, finish_if_over
from services.harvester.operations.harvest_batch import HarvestBatch
from services.harvester.operations.lanes import HARVEST_BATCH
from services.harvester.operations.list_source import ListSource
from services.harvester.operations.start_run import RUN_SOURCE
from services.harvester.storage.items import ItemStore
from services.harvester.storage.runs import RunStore
from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Job

_BATCH_TIME = timedelta(hours=2)
_GIVEN_UP = (
    "{error} Ce jeu sera repris au prochain moissonnage ; pour le reprendre tout de suite : "
    "« socle sources failures --relaunch »."
)


def job_kinds(
    *,
    list_source: ListSource,
    harvest_batch: HarvestBatch,
    archive_datasets: ArchiveDatasets,
    run_time: timedelta,
) -> tuple[JobKind, ...]:
    """What a worker of the harvester can do."""

    async def run_source(job: Job, lease: Lease) -> None:
        await list_source(UUID(job.payload["run_id"]), lease)

    async def harvest(job: Job, lease: Lease) -> None:
        await harvest_batch(UUID(job.payload["run_id"]), int(job.payload["lane"]), lease)

    async def archive(job: Job, lease: Lease) -> None:
        ids = [UUID(each) for each in job.payload["dataset_ids"]]
        await archive_datasets(UUID(job.payload["run_id"]), ids, lease)

    return (
        JobKind(name=RUN_SOURCE, handler=run_source, timeout=run_time, on_dead=_run_given_up),
        JobKind(name=HARVEST_BATCH, handler=harvest, timeout=_BATCH_TIME, on_dead=_lane_given_up),
        JobKind(name=ARCHIVE_DATASETS, handler=archive, timeout=_BATCH_TIME),
    )


async def _run_given_up(session: AsyncSession, job: Job, error: str) -> None:
    await fail_run(session, UUID(job.payload["run_id"]), error)


async def _lane_given_up(session: AsyncSession, job: Job, error: str) -> None:
    """What waits in the lane fails with the error in plain words; the run may be over by that."""
    run_id, lane = UUID(job.payload["run_id"]), int(job.payload["lane"])
    await RunStore(session).get(run_id, lock=True)
    await ItemStore(session).move_lane(
        run_id, lane, ItemEvent.GIVEN_UP, reason=_GIVEN_UP.format(error=error)
    )
    await finish_if_over(session, run_id)
