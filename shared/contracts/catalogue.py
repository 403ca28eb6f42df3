"""What the catalogue is told: datasets by the harvester, verdicts by the validator.

Both are idempotent: the same message twice leaves the catalogue as one message does.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.contracts.records import (
    Checksum,
    Contact,
    Period,
    Provenance,
    Publisher,
    ResourceKind,
    SchemaReference,
    Spatial,
)

Availability = Literal["available", "unavailable", "unknown"]
"""Whether the last fetch of the file succeeded; `unknown` before the first one."""

ResourceVerdict = Literal[
    "valid", "invalid", "unreadable", "failed", "unavailable", "no-schema", "pending"
]
"""The one verdict of a resource in the catalogue: every resource has exactly one.

The first four are the validator's; `unavailable`: the file could not be fetched;
`no-schema`: nothing in the register describes it (or it is not a table); `pending`: a
validation was asked for and has not come back.
"""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _believable(size: int | None) -> int | None:
    """A size that no disk holds is not known: a portal's slip must not cost a whole batch."""
    return size if size is not None and 0 <= size < 2**63 else None


class ResourceUpsert(_Message):
    """`id` is the catalogue's, stable for a resource's life; `content_sha256` names the
    file in the store; `validation_requested` makes the verdict `pending` until it comes.
    """

    id: UUID
    remote_id: str
    title: str | None = None
    description: str | None = None
    url: str | None = None
    format: str | None = None
    mime: str | None = None
    size: Annotated[int | None, AfterValidator(_believable)] = None
    checksum: Checksum | None = None
    schema_ref: SchemaReference | None = None
    kind: ResourceKind = "main"
    issued: datetime | None = None
    modified: datetime | None = None
    availability: Availability = "unknown"
    availability_reason: str | None = Field(
        default=None, description="in French, for a person: « le serveur a répondu 404 »"
    )
    http_status: int | None = None
    checked_at: datetime | None = None
    content_sha256: str | None = None
    validation_requested: bool = False


class SourcePortal(_Message):
    """The portal that a dataset was read on: `kind` and `url` as its source says them."""

    kind: str
    url: str
    name: str


class DatasetUpsert(_Message):
    """A dataset of one organisation. `resources` is complete: one that is no longer
    listed is kept and marked removed. `revision` is the source's run time: an older
    message never overwrites a newer one.
    """

    id: UUID
    organization_id: UUID
    source_id: UUID | None = None
    revision: datetime
    remote_id: str
    uri: str | None = None
    remote_url: str | None = None
    title: str
    description: str | None = None
    publisher: Publisher = Publisher()
    license: str | None = None
    license_raw: str | None = None
    frequency: str | None = None
    temporal: Period | None = None
    spatial: Spatial | None = None
    keywords: list[str] = []
    themes: list[str] = []
    language: str | None = None
    issued: datetime | None = None
    modified: datetime | None = None
    contact: Contact | None = None
    archived: bool = False
    portal: SourcePortal | None = None
    provenance: list[Provenance] = Field(
        default=[], description="where the portal says it has the dataset from"
    )
    fictitious: bool = Field(
        default=False, description="demonstration data, marked as such on every page"
    )
    resources: list[ResourceUpsert] = []


class DatasetBatch(_Message):
    """Up to 500 datasets; all or none are stored."""

    datasets: list[DatasetUpsert] = Field(max_length=500)


class BatchResult(_Message):
    """How many datasets the batch created, changed, left as they were, or refused as older."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0


class VerdictReport(_Message):
    """The validator's result for one resource's content.

    It applies only while the resource still has `content_sha256`: a verdict on an older
    content goes to the history and changes nothing else.
    """

    resource_id: UUID
    organization_id: UUID
    report_id: UUID
    content_sha256: str
    verdict: ResourceVerdict
    summary: str
    schema_name: str | None = None
    schema_version: str | None = None
    detected: bool = False
    rows: int = 0
    errors: int = 0
    rows_with_errors: int = 0
    engine_version: str
    checked_at: datetime


class VerdictBatch(_Message):
    """Up to 500 verdicts."""

    verdicts: list[VerdictReport] = Field(max_length=500)


class TableColumn(_Message):
    """A column of a table; `type` is the schema's, null where no schema describes it.

    `key`: it belongs to the schema's primary key.
    """

    name: str
    type: str | None = None
    key: bool = False


class TableReport(_Message):
    """The typed table of one resource's content: a Parquet file of texts in the store.

    It has the columns, then `_row` (the row as the report counts) and `_valid` (whether the
    row has no error; null without a schema). `valid_rows` is null without a schema;
    `complete`: no row was left out. Like a verdict it applies only while the resource still
    has `content_sha256`.
    """

    resource_id: UUID
    organization_id: UUID
    report_id: UUID
    content_sha256: str
    table_sha256: str
    rows: int
    valid_rows: int | None = None
    complete: bool = True
    columns: list[TableColumn]
    schema_name: str | None = None
    schema_version: str | None = None
    checked_at: datetime


class TableBatch(_Message):
    """Up to 500 tables."""

    tables: list[TableReport] = Field(max_length=500)
