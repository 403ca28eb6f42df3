"""What is stored of a dataset for searching, and what is read back of it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from services.catalogue.models.edits import Edit
from services.catalogue.models.territory import Territory
from services.catalogue.models.verdict import HistoryLine, validity
from shared.access.models import Organization
from shared.contracts.catalogue import DatasetUpsert
from shared.contracts.records import Period, Provenance

DESCRIPTION_LIMIT = 20_000
"""Characters of a description that are searched."""


class ResourceFacts(NamedTuple):
    """What a resource brings to its dataset's index."""

    dataset_id: UUID
    title: str | None
    format: str | None
    verdict: str
    schema_name: str | None


class DatasetFacts(NamedTuple):
    """What a dataset's own row brings to its index."""

    id: UUID
    organization_id: UUID
    title: str
    description: str | None
    publisher_name: str | None
    keywords: tuple[str, ...]
    themes: tuple[str, ...]
    zones: tuple[str, ...]
    spatial_name: str | None
    publisher_siret: str | None = None
    geometry: Mapping[str, Any] | None = None


class SearchDocument(NamedTuple):
    """Plain text by weight: title, who and where, what about, the rest, what lies around."""

    title: str
    names: str
    topics: str
    rest: str
    around: str


@dataclass(frozen=True)
class DatasetIndex:
    """Everything computed of a dataset, written together."""

    dataset_id: UUID
    territory_code: str | None
    territory_path: tuple[str, ...]
    territory_reason: str
    schemas: tuple[str, ...]
    formats: tuple[str, ...]
    verdict_counts: Mapping[str, int]
    document: SearchDocument

    @property
    def validity(self) -> float | None:
        """Share of valid files among those judged."""
        return validity(self.verdict_counts)


@dataclass(frozen=True)
class Resource:
    """A resource as it is shown."""

    id: UUID
    remote_id: str
    title: str | None
    description: str | None
    url: str | None
    format: str | None
    mime: str | None
    size: int | None
    kind: str
    issued: datetime | None
    modified: datetime | None
    availability: str
    availability_reason: str | None
    http_status: int | None
    checked_at: datetime | None
    content_sha256: str | None
    verdict: str
    schema_name: str | None
    schema_version: str | None
    declared_schema: Mapping[str, Any] | None
    removed_at: datetime | None
    last_verdict: HistoryLine | None = None


@dataclass(frozen=True)
class DatasetCopy:
    """A way by which a dataset reached the catalogue: one source's copy of it.

    `chain` is where that portal says it has the dataset from. `recognised_by` is the
    evidence that it is the dataset shown (models/evidence.py), None for the shown one.
    """

    id: UUID
    title: str
    organization_id: UUID
    source_id: UUID | None
    portal_kind: str | None
    portal_url: str | None
    portal_name: str | None
    remote_id: str
    uri: str | None
    remote_url: str | None
    archived: bool
    revision: datetime
    recognised_by: str | None
    chain: tuple[Provenance, ...] = ()
    organization_name: str = ""
    shown: bool = False


@dataclass(frozen=True)
class Dataset:
    """A dataset as it is shown, with its resources.

    `duplicate_of`: the dataset that is shown in its place. `shown_because`: the rule that
    put it before its copies (models/precedence.py). `edits`: the fields that an operator wrote
    over what the portal says.
    """

    id: UUID
    organization_id: UUID
    organization_name: str
    source_id: UUID | None
    remote_id: str
    uri: str | None
    remote_url: str | None
    title: str
    description: str | None
    publisher_name: str | None
    publisher_siret: str | None
    license: str | None
    license_raw: str | None
    frequency: str | None
    temporal: Period | None
    keywords: tuple[str, ...]
    themes: tuple[str, ...]
    language: str | None
    issued: datetime | None
    modified: datetime | None
    contact_name: str | None
    contact_email: str | None
    archived: bool
    fictitious: bool
    territory_reason: str
    revision: datetime
    created_at: datetime
    updated_at: datetime
    schemas: tuple[str, ...]
    formats: tuple[str, ...]
    verdict_counts: Mapping[str, int]
    validity: float | None
    duplicate_of: UUID | None = None
    shown_because: str | None = None
    provenances: tuple[DatasetCopy, ...] = ()
    edits: tuple[Edit, ...] = ()
    territory: Territory | None = None
    larger_territories: tuple[Territory, ...] = ()
    resources: tuple[Resource, ...] = field(default=())


_AS_JSON = TypeAdapter(DatasetUpsert)


def what_is_said(message: DatasetUpsert) -> bytes:
    """The message as JSON, without the moments at which it was said."""
    return _AS_JSON.dump_json(
        message, exclude={"revision": True, "resources": {"__all__": {"checked_at"}}}
    )


def fingerprint(said: bytes, owner: Organization) -> str:
    """Equal where the same would be made of what is said of a dataset and known of its owner."""
    known = (_COMPUTED_BY, owner.name, owner.siren, owner.insee_code)
    return hashlib.sha256(str(known).encode() + said).hexdigest()


_COMPUTED_BY = 2
"""Raised when the index of a dataset is made otherwise: it is then made again when it is told."""


def fresh_at(message: DatasetUpsert, first_known: datetime) -> datetime:
    """The date that lists go by: last change, else publication, else when we first saw it.

    A date in the future, which portals do give, is not believed.
    """
    for claimed in (message.modified, message.issued):
        if claimed is not None and claimed <= message.revision:
            return claimed
    return first_known


def distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    """Present values, once each, in order of the alphabet."""
    return tuple(sorted({value for value in values if value}))


def period(start: date | None, end: date | None) -> Period | None:
    """The period between two dates, None when neither is known."""
    return Period(start=start, end=end) if start or end else None
