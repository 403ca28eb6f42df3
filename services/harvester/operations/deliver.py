"""What was learnt of a batch goes to the catalogue and to the validator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.harvester.adapters.downloads import Downloader
from services.harvester.models.datasets import StoredDataset, resource_id, schema_of
from services.harvester.models.files import (
    SNIFFED_BYTES,
    FileState,
    looks_like_a_table,
    named_with_extension,
    promises_a_table,
    request_key,
)
from services.harvester.models.runs import Run
from services.harvester.models.sources import Source
from services.harvester.models.states import ItemState
from services.harvester.operations.describe import describe
from services.harvester.operations.look_at_files import Looks
from services.harvester.operations.tell_catalogue import tell_catalogue
from shared.clients.catalogue import CatalogueClient
from shared.clients.validator import ValidatorClient
from shared.contracts.validation import ResourceValidationBatch, ResourceValidationRequest

_REQUESTS_AT_ONCE = 500
_REFUSED = (
    "Le catalogue a refusé ce jeu de données : {error} Corrigez sa description sur le portail, "
    "ou signalez le défaut ; il sera proposé de nouveau au prochain moissonnage."
)


@dataclass(frozen=True)
class Batch:
    """What a turn works on. `wanted` is `failed` when an operator relaunched a lane that had
    died, after the end of its run.
    """

    run: Run
    keys: dict[UUID, str]
    datasets: Sequence[StoredDataset]
    files: dict[UUID, dict[UUID, FileState]]
    source: Source
    wanted: ItemState


@dataclass(frozen=True)
class Delivered:
    """The datasets that the catalogue has now, those that it `refused` and why, and the files of
    which a validation was asked for.
    """

    datasets: Sequence[StoredDataset]
    refused: Mapping[UUID, str]
    requested: Sequence[FileState]


@dataclass(frozen=True)
class Delivery:
    """One call of each service for a whole batch."""

    downloader: Downloader
    catalogue: CatalogueClient
    validator: ValidatorClient

    async def __call__(
        self, datasets: Sequence[StoredDataset], looks: Looks, batch: Batch
    ) -> Delivered:
        """Deliver these of the batch. Raises `Transient` while the catalogue or the validator is
        away.
        """
        tables = {each.id: await self._tables(each, looks) for each in datasets}
        messages = {
            each.id: describe(
                each,
                looks.files[each.id],
                source=batch.source,
                as_of=batch.run.created_at,
                tables=frozenset(tables[each.id]),
            )
            for each in datasets
        }
        told = await tell_catalogue(self.catalogue, list(messages.values()))
        refused = {id_: _REFUSED.format(error=error) for id_, error in told.items()}
        taken = [each for each in datasets if each.id not in refused]
        requested = await self._ask_for_verdicts(taken, looks, tables)
        return Delivered(taken, refused, requested)

    async def _tables(self, dataset: StoredDataset, looks: Looks) -> set[UUID]:
        found = set()
        for resource in dataset.record.resources:
            identifier = resource_id(dataset.id, resource.remote_id)
            state = looks.files[dataset.id][identifier]
            if state.sha256 is None or state.availability != "available":
                continue
            table = promises_a_table(resource)
            if table is None:
                start = await self.downloader.start_of(state.sha256, SNIFFED_BYTES)
                table = looks_like_a_table(start)
            if table:
                found.add(identifier)
        return found

    async def _ask_for_verdicts(
        self,
        datasets: Sequence[StoredDataset],
        looks: Looks,
        tables: dict[UUID, set[UUID]],
    ) -> list[FileState]:
        wanted: list[tuple[FileState, ResourceValidationRequest]] = []
        for dataset in datasets:
            for resource in dataset.record.resources:
                identifier = resource_id(dataset.id, resource.remote_id)
                state = looks.files[dataset.id][identifier]
                if identifier not in tables[dataset.id] or state.sha256 is None:
                    continue
                schema = schema_of(dataset.record, resource)
                key = request_key(state.sha256, schema)
                if state.requested != key:
                    request = ResourceValidationRequest(
                        organization_id=dataset.organization_id,
                        resource_id=identifier,
                        content_sha256=state.sha256,
                        file_name=named_with_extension(
                            state.file_name or resource.title or "fichier", resource
                        ),
                        declared_schema=schema,
                    )
                    wanted.append((replace(state, requested=key), request))
        for start in range(0, len(wanted), _REQUESTS_AT_ONCE):
            part = [request for _, request in wanted[start : start + _REQUESTS_AT_ONCE]]
            await self.validator.validate_resources(ResourceValidationBatch(requests=part))
        return [state for state, _ in wanted]
