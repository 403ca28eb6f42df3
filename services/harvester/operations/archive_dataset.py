"""Tell the catalogue that a dataset has gone from its portal. Nothing is deleted."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.harvester.operations.describe import describe
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.files import FileStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from shared.clients.catalogue import CatalogueClient
from shared.contracts.catalogue import DatasetBatch
from shared.jobs.lease import Lease


@dataclass(frozen=True)
class ArchiveDataset:
    """Repeatable; does nothing for a dataset that is back in the meantime."""

    catalogue: CatalogueClient

    async def __call__(self, run_id: UUID, dataset_id: UUID, lease: Lease) -> None:
        """Raises `Transient` while the catalogue is away."""
        async with lease.begin() as session:
            dataset = await DatasetStore(session).get(dataset_id)
            if dataset is None or not dataset.missing_runs:
                return
            files = await FileStore(session).of_dataset(dataset_id)
            source = await SourceStore(session).get(dataset.source_id, removed=True)
            run = await RunStore(session).get(run_id)
        gone = replace(dataset, revision=run.created_at)
        awaited = frozenset(state.id for state in files.values() if state.requested)
        message = describe(gone, files, source=source, tables=awaited, archived=True)
        await self.catalogue.upsert_datasets(DatasetBatch(datasets=[message]))
        async with lease.complete() as session:
            await DatasetStore(session).archived(dataset_id)
