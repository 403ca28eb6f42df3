"""Datasets of a source: stable ids, and what makes two descriptions the same."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

from services.harvester.models.states import Change
from shared.contracts.records import DatasetRecord, ResourceRecord, SchemaReference

_NAMESPACE = UUID("0f5d3f0e-9a55-5d0c-8f5e-0a0b7a1c9401")


def dataset_id(source_id: UUID, remote_id: str) -> UUID:
    """The id of a dataset for as long as its source lists it under `remote_id`."""
    return uuid5(_NAMESPACE, f"dataset:{source_id}:{remote_id}")


@lru_cache(maxsize=5_000)
def resource_id(dataset: UUID, remote_id: str) -> UUID:
    """The id of a resource for its life; asked for several times in each turn of a batch."""
    return uuid5(_NAMESPACE, f"resource:{dataset}:{remote_id}")


def schema_of(record: DatasetRecord, resource: ResourceRecord) -> SchemaReference | None:
    """What the resource declares, else what its dataset declares for all of them."""
    return resource.schema_ref or record.schema_ref


def record_hash(record: DatasetRecord) -> str:
    """SHA-256 of what a record says. The order of keywords, themes and resources, which
    portals change at will, and our warnings do not count.
    """
    ordered = record.model_copy(
        update={
            "keywords": tuple(sorted(record.keywords)),
            "themes": tuple(sorted(record.themes)),
            "resources": tuple(sorted(record.resources, key=lambda each: each.remote_id)),
        }
    )
    # Fields come in the order of the class; a geometry, the only free mapping, as it was read.
    return hashlib.sha256(ordered.model_dump_json(exclude={"warnings"}).encode()).hexdigest()


@dataclass(frozen=True)
class StoredDataset:
    """A dataset as it was last listed.

    `delivered_hash` is the hash of what the catalogue was last given; `revision` the time
    of the run that last changed the record.
    """

    id: UUID
    source_id: UUID
    organization_id: UUID
    remote_id: str
    record: DatasetRecord
    record_hash: str
    delivered_hash: str | None
    revision: datetime
    missing_runs: int = 0
    archived_at: datetime | None = None


@dataclass(frozen=True)
class KnownDataset:
    """What tells whether a dataset that is listed again has changed."""

    id: UUID
    record_hash: str
    delivered_hash: str | None
    archived_at: datetime | None


def change_of(known: KnownDataset | None, new_hash: str) -> Change:
    """Compared with what the catalogue was given, not with what was last listed.

    So a run that was killed, or an item that failed, is made good by the next one. An
    archived dataset that is back has changed, whatever it says.
    """
    if known is None or known.delivered_hash is None:
        return Change.NEW
    if known.delivered_hash != new_hash or known.archived_at is not None:
        return Change.CHANGED
    return Change.UNCHANGED
