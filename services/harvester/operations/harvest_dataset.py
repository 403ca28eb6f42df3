"""One dataset: its files are fetched, the catalogue is told, the validator is asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.harvester.adapters.downloads import Downloader
from services.harvester.models.datasets import StoredDataset, resource_id
from services.harvester.models.files import (
    FileState,
    after_fetch,
    may_be_a_table,
    request_key,
    unfetchable,
)
from services.harvester.models.states import ItemEvent
from services.harvester.operations.conclude_run import finish_if_over
from services.harvester.operations.describe import describe, schema_of
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.files import FileStore
from services.harvester.storage.items import ItemStore
from services.harvester.storage.sources import SourceStore
from shared.clients.catalogue import CatalogueClient
from shared.clients.validator import ValidatorClient
from shared.contracts.catalogue import DatasetBatch
from shared.contracts.records import ResourceRecord
from shared.contracts.validation import ResourceValidationRequest
from shared.errors import NotFoundError
from shared.jobs.lease import Lease

_SNIFFED = 2_000
_FILES_AT_ONCE = 4
_NO_ADDRESS = "le portail n'indique pas d'adresse utilisable pour cette ressource"


@dataclass(frozen=True)
class HarvestDataset:
    """Repeatable at any point: files already looked at in this run are not asked for again,
    content already sent to the validator is not sent again.
    """

    downloader: Downloader
    catalogue: CatalogueClient
    validator: ValidatorClient
    clock: Callable[[], datetime]

    async def __call__(self, run_id: UUID, dataset_id: UUID, lease: Lease) -> None:
        """A file that cannot be had never fails the job; a catalogue that is away does."""
        async with lease.begin() as session:
            dataset = await DatasetStore(session).get(dataset_id)
            if dataset is None:
                raise NotFoundError(f"Aucun jeu de données ne porte l'identifiant {dataset_id}.")
            known = await FileStore(session).of_dataset(dataset_id)
            source = await SourceStore(session).get(dataset.source_id, removed=True)
        files = await self._fetch_all(dataset, known, lease)
        tables = await self._tables(dataset, files)
        message = describe(dataset, files, source=source, tables=tables)
        await self.catalogue.upsert_datasets(DatasetBatch(datasets=[message]))
        await self._ask_for_verdicts(dataset, files, tables, lease)
        async with lease.complete() as session:
            await FileStore(session).mark_removed(dataset_id, list(files))
            await DatasetStore(session).delivered(dataset_id, dataset.record_hash)
            await ItemStore(session).move(run_id, dataset.remote_id, ItemEvent.HARVESTED)
            await finish_if_over(session, run_id)

    async def _fetch_all(
        self, dataset: StoredDataset, known: dict[UUID, FileState], lease: Lease
    ) -> dict[UUID, FileState]:
        places = asyncio.Semaphore(_FILES_AT_ONCE)

        async def fetch(resource: ResourceRecord) -> FileState:
            async with places:
                return await self._fetch(dataset, resource, known, lease)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(fetch(each)) for each in dataset.record.resources]
        except ExceptionGroup as errors:
            # The job's judge knows LeaseLost and Transient, not groups of them.
            raise errors.exceptions[0] from errors
        return {state.id: state for state in (task.result() for task in tasks)}

    async def _fetch(
        self,
        dataset: StoredDataset,
        resource: ResourceRecord,
        known: dict[UUID, FileState],
        lease: Lease,
    ) -> FileState:
        identifier = resource_id(dataset.id, resource.remote_id)
        state = known.get(identifier) or FileState(
            id=identifier,
            dataset_id=dataset.id,
            organization_id=dataset.organization_id,
            remote_id=resource.remote_id,
        )
        if state.url == resource.url and state.checked_at and state.checked_at > dataset.revision:
            return state
        state = await self._look(state, resource)
        async with lease.begin() as session:
            await FileStore(session).save(state)
        return state

    async def _look(self, state: FileState, resource: ResourceRecord) -> FileState:
        if resource.url is None:
            return unfetchable(state, None, _NO_ADDRESS, self.clock())
        if resource.kind == "api":
            # A service is asked questions, not downloaded: nothing is known of it.
            return replace(state, url=resource.url, checked_at=self.clock())
        same_address = state.url == resource.url
        fetched = await self.downloader.download(
            resource.url,
            etag=state.etag if same_address else None,
            last_modified=state.last_modified if same_address else None,
            known=state.sha256 if same_address else None,
        )
        return after_fetch(state, resource.url, fetched, self.clock())

    async def _tables(
        self, dataset: StoredDataset, files: dict[UUID, FileState]
    ) -> frozenset[UUID]:
        found = set()
        for resource in dataset.record.resources:
            identifier = resource_id(dataset.id, resource.remote_id)
            state = files[identifier]
            if state.sha256 is None or state.availability != "available":
                continue
            start = await self.downloader.start_of(state.sha256, _SNIFFED)
            if may_be_a_table(resource, start):
                found.add(identifier)
        return frozenset(found)

    async def _ask_for_verdicts(
        self,
        dataset: StoredDataset,
        files: dict[UUID, FileState],
        tables: frozenset[UUID],
        lease: Lease,
    ) -> None:
        for resource in dataset.record.resources:
            identifier = resource_id(dataset.id, resource.remote_id)
            state = files[identifier]
            if identifier not in tables or state.sha256 is None:
                continue
            schema = schema_of(dataset, resource)
            key = request_key(state.sha256, schema)
            if state.requested == key:
                continue
            await self.validator.validate_resource(
                ResourceValidationRequest(
                    organization_id=dataset.organization_id,
                    resource_id=identifier,
                    content_sha256=state.sha256,
                    file_name=_file_name(state, resource),
                    declared_schema=schema,
                )
            )
            async with lease.begin() as session:
                await FileStore(session).save(replace(state, requested=key))


def _file_name(state: FileState, resource: ResourceRecord) -> str:
    """With an extension where the portal says the format: the reader looks at it."""
    name = state.file_name or resource.title or "fichier"
    if "." not in name and resource.format:
        return f"{name}.{resource.format}"
    return name
