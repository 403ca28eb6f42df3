"""What the harvester's API says and is told: sources, runs, items, previews, jobs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.records import DatasetRecord


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewSource(_Message):
    """A portal to harvest for an organisation. Without `kind`, the address is asked."""

    organization_id: UUID
    url: str = Field(min_length=8, max_length=2_000, description="Adresse du portail")
    kind: str | None = Field(default=None, description="Type de portail ; deviné si absent")
    name: str | None = Field(default=None, max_length=200)
    config: dict[str, Any] = Field(
        default={}, description="Propre au type ; udata : `organization` (id, SIREN, SIRET)"
    )
    schedule: str | None = Field(
        default="0 3 * * *", description="Expression cron, heure de Paris ; null : à la demande"
    )
    full_schedule: str | None = Field(
        default=None, description="Quand tout est relu (cron) ; null : l'horaire de la plateforme"
    )
    enabled: bool = True
    fictitious: bool = Field(default=False, description="Données de démonstration")


class SourceChanges(_Message):
    """Only what is given is changed."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    url: str | None = Field(default=None, min_length=8, max_length=2_000)
    kind: str | None = Field(default=None, description="Type de portail")
    config: dict[str, Any] | None = None
    schedule: str | None = None
    full_schedule: str | None = None
    enabled: bool | None = None


class RunCountsView(_Message):
    """`found = new + changed + unchanged + failed + skipped`; `pending` and `deferred` (left to
    the next run) are part of them.
    """

    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    skipped: int = 0
    missing: int = 0
    pending: int = 0
    deferred: int = 0


class RunView(_Message):
    """One harvest of a source. `complete` is false when something of the listing was lost."""

    id: UUID
    source_id: UUID
    organization_id: UUID
    state: Literal[
        "queued", "listing", "processing", "done", "partial", "failed", "suspended", "asking"
    ]
    mode: Literal["full", "changes"]
    since: datetime | None = None
    trigger: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    complete: bool
    pages: int
    repeated: int
    declared_total: int | None = None
    requests: int = 0
    bytes: int = 0
    error: str | None = None
    stopped: str | None = Field(default=None, description="Pourquoi il s'est arrêté avant la fin")
    condemned: int = Field(default=0, description="Jeux dont l'archivage attend une décision")
    decision: Literal["confirmed", "refused", "void"] | None = None
    decided_at: datetime | None = None
    warnings: list[str] = []
    counts: RunCountsView


class SourceView(_Message):
    """A source with its last run."""

    id: UUID
    organization_id: UUID
    name: str
    url: str
    kind: str
    config: dict[str, Any]
    schedule: str | None
    full_schedule: str | None = None
    enabled: bool
    fictitious: bool
    next_run_at: datetime | None
    created_at: datetime
    updated_at: datetime
    last_run: RunView | None = None


class ProgressView(_Message):
    """A run under way. `expected` is what the portal says it holds, or what was found so far;
    `share` (0 to 1) how much of it has been dealt with.
    """

    run_id: UUID
    source_id: UUID
    organization_id: UUID
    source_name: str
    state: str = Field(description="queued, listing ou processing")
    started_at: datetime | None
    pages: int
    found: int
    ended: int
    failed: int
    expected: int | None
    share: float | None


class AttentionView(_Message):
    """A source that needs somebody: what is wrong, since when, and what to do, in French."""

    source_id: UUID
    organization_id: UUID
    source_name: str
    trouble: Literal["asking", "silent", "late", "partial", "suspended", "distrusted"]
    since: datetime | None
    run_id: UUID | None
    detail: str
    advice: str


class HostView(_Message):
    """A server that failed lately; while `resting`, nobody asks it anything."""

    host: str
    resting: bool
    resting_until: datetime | None
    failures: int
    reason: str | None
    http_status: int | None


class Decision(_Message):
    """The operator's answer to a run that asks whether so many datasets are to be archived."""

    archive: bool = Field(description="true : archiver ; false : attendre encore")


class ItemView(_Message):
    """One dataset in one run; `reason` says in French why it failed or was set aside."""

    key: str
    remote_id: str | None
    dataset_id: UUID | None
    title: str | None
    change: Literal["new", "changed", "unchanged"] | None
    state: Literal["pending", "done", "failed", "skipped", "missing", "deferred"]
    reason: str | None
    warnings: list[str]


class PreviewRequest(_Message):
    """What would be harvested at an address. Nothing is written."""

    url: str = Field(min_length=8, max_length=2_000)
    kind: str | None = None
    config: dict[str, Any] = {}


class Preview(_Message):
    """Counts are exact unless a warning says that the listing was cut short."""

    kind: str
    datasets: int
    resources: int
    schemas: dict[str, int] = Field(
        default={}, description="tables by the schema that the portal declares for them"
    )
    tables_without_schema: int = Field(
        default=0, description="tables whose schema will be looked for by their columns"
    )
    recognised: dict[str, int] = Field(
        default={},
        description="of the first twenty such tables, how many follow each schema by their columns",
    )
    sample: list[DatasetRecord]
    warnings: list[str]


class HarvestJobView(_Message):
    """A job of the harvester, for the operator."""

    id: UUID
    kind: str
    state: str
    organization_id: UUID | None
    attempt: int
    max_attempts: int
    created_at: datetime
    finished_at: datetime | None
    error: str | None
    payload: dict[str, Any]
    progress: dict[str, Any]
