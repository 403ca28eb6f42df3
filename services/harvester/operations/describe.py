"""A stored dataset as the catalogue is told. Pure."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.harvester.models.datasets import StoredDataset, resource_id, schema_of
from services.harvester.models.files import FileState
from services.harvester.models.sources import Source
from shared.contracts.catalogue import DatasetUpsert, ResourceUpsert, SourcePortal
from shared.contracts.records import ResourceRecord

# Told otherwise than the record has them, or not at all.
_OTHERWISE = frozenset(
    {"resources", "warnings", "schema_ref", "archived", "keywords", "themes", "provenance"}
)
_OF_A_RESOURCE = frozenset({"schema_ref", "size", "alternative_of"})


def describe(
    dataset: StoredDataset,
    files: Mapping[UUID, FileState],
    *,
    source: Source,
    as_of: datetime,
    tables: frozenset[UUID],
    archived: bool = False,
) -> DatasetUpsert:
    """The message for the catalogue. `as_of`: when the run began that learnt this; `tables` are
    resources whose verdict is to be awaited.
    """
    record = dataset.record
    return DatasetUpsert(
        id=dataset.id,
        organization_id=dataset.organization_id,
        source_id=dataset.source_id,
        revision=max(dataset.revision, as_of),
        **{name: value for name, value in record if name not in _OTHERWISE},
        keywords=list(record.keywords),
        themes=list(record.themes),
        archived=archived or record.archived,
        portal=SourcePortal(kind=source.kind, url=source.url, name=source.name),
        provenance=list(record.provenance),
        fictitious=source.fictitious,
        resources=[_resource(dataset, resource, files, tables) for resource in record.resources],
    )


def _resource(
    dataset: StoredDataset,
    resource: ResourceRecord,
    files: Mapping[UUID, FileState],
    tables: frozenset[UUID],
) -> ResourceUpsert:
    identifier = resource_id(dataset.id, resource.remote_id)
    file = files.get(identifier)
    facts = {name: value for name, value in resource if name not in _OF_A_RESOURCE}
    if file is None:
        return ResourceUpsert(
            id=identifier,
            size=resource.size,
            schema_ref=schema_of(dataset.record, resource),
            **facts,
        )
    return ResourceUpsert(
        id=identifier,
        size=file.size if file.size is not None else resource.size,
        schema_ref=schema_of(dataset.record, resource),
        availability=file.availability,
        availability_reason=file.reason,
        http_status=file.http_status,
        checked_at=file.checked_at,
        content_sha256=file.sha256,
        validation_requested=identifier in tables,
        **facts,
    )
