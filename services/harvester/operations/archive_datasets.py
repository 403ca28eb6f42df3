"""Tell the catalogue that datasets have gone from their portal. Nothing is deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.runs import Run
from services.harvester.operations.describe import describe
from services.harvester.operations.tell_catalogue import tell_catalogue
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.files import FileStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from services.harvester.storage.tables import jobs
from shared.clients.catalogue import CatalogueClient
from shared.errors import ClientError
from shared.jobs.lease import Lease
from shared.jobs.store import JobStore

ARCHIVE_DATASETS = "archive-datasets"
_ATTEMPTS = 20
_BATCH = 50
_REFUSED = (
    "Le catalogue a refusé d'archiver des jeux de données ({number}), qui y restent donc comme "
    "s'ils étaient encore publiés. {told}"
)


async def queue_archiving(session: AsyncSession, run: Run, condemned: Sequence[UUID]) -> None:
    """A job for every few of them."""
    store = JobStore(session, jobs)
    for start in range(0, len(condemned), _BATCH):
        part = [str(each) for each in condemned[start : start + _BATCH]]
        await store.enqueue(
            kind=ARCHIVE_DATASETS,
            payload={"run_id": str(run.id), "dataset_ids": part},
            organization_id=run.organization_id,
            dedup_key=f"{ARCHIVE_DATASETS}:{run.id}:{start}",
            max_attempts=_ATTEMPTS,
        )


@dataclass(frozen=True)
class ArchiveDatasets:
    """Repeatable; does nothing for a dataset that is back in the meantime."""

    catalogue: CatalogueClient

    async def __call__(self, run_id: UUID, dataset_ids: Sequence[UUID], lease: Lease) -> None:
        """Raises `Transient` while the catalogue is away, `ClientError` when it refuses some; the
        others are archived.
        """
        async with lease.begin() as session:
            found = await DatasetStore(session).many(dataset_ids)
            gone = [each for each in found.values() if each.missing_runs]
            files = await FileStore(session).of_datasets([each.id for each in gone])
            run = await RunStore(session).get(run_id)
            source = await SourceStore(session).get(run.source_id, removed=True)
        messages = [
            describe(
                each,
                files[each.id],
                source=source,
                as_of=run.created_at,
                tables=frozenset(s.id for s in files[each.id].values() if s.requested),
                archived=True,
            )
            for each in gone
        ]
        refused = await tell_catalogue(self.catalogue, messages)
        async with lease.begin() if refused else lease.complete() as session:
            await DatasetStore(session).archived([e.id for e in gone if e.id not in refused])
        if refused:
            titles = {each.id: each.record.title for each in gone}
            raise ClientError(
                _REFUSED.format(
                    number=len(refused),
                    told=" ".join(f"« {titles[id_]} » : {why}" for id_, why in refused.items()),
                )
            )
