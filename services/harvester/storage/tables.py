"""Tables of the PostgreSQL schema `harvester`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from shared.db import metadata
from shared.jobs.tables import jobs_table

SCHEMA = "harvester"
harvester_metadata: MetaData = metadata(SCHEMA)
_moment = TIMESTAMP(timezone=True)

jobs = jobs_table(harvester_metadata)

sources = Table(
    "sources",
    harvester_metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'enabled'")),
    Column("config", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("schedule", Text),
    Column("fictitious", Boolean, nullable=False, server_default=text("false")),
    Column("next_run_at", _moment),
    Column("last_run_id", Uuid),
    # Of organisation, address and configuration, which are too long for an index.
    Column("identity", Text, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=func.now()),
    Column("updated_at", _moment, nullable=False, server_default=func.now()),
    CheckConstraint("state in ('enabled', 'disabled', 'removed')", name="state"),
    Index(
        "uq_sources_same",
        "identity",
        unique=True,
        postgresql_where=text("state <> 'removed'"),
    ),
    Index(
        "ix_sources_due",
        "next_run_at",
        postgresql_where=text("state = 'enabled' and next_run_at is not null"),
    ),
)

runs = Table(
    "runs",
    harvester_metadata,
    Column("id", Uuid, primary_key=True),
    Column("source_id", Uuid, ForeignKey(sources.c.id), nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'queued'")),
    Column("trigger", Text, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=func.clock_timestamp()),
    Column("started_at", _moment),
    Column("finished_at", _moment),
    Column("cursor", Text),
    Column("listing_ended", Boolean, nullable=False, server_default=text("false")),
    Column("complete", Boolean, nullable=False, server_default=text("true")),
    Column("identities_known", Boolean, nullable=False, server_default=text("true")),
    Column("pages", Integer, nullable=False, server_default=text("0")),
    Column("repeated", Integer, nullable=False, server_default=text("0")),
    Column("declared_total", Integer),
    Column("error", Text),
    Column("warnings", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    CheckConstraint(
        "state in ('queued', 'listing', 'processing', 'done', 'partial', 'failed')", name="state"
    ),
    Index(
        "uq_runs_active",
        "source_id",
        unique=True,
        postgresql_where=text("state in ('queued', 'listing', 'processing')"),
    ),
    Index("ix_runs_source_id_created_at_id", "source_id", "created_at", "id"),
)

run_items = Table(
    "run_items",
    harvester_metadata,
    Column("run_id", Uuid, ForeignKey(runs.c.id), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("dataset_id", Uuid),
    Column("remote_id", Text),
    Column("title", Text),
    Column("change", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("warnings", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("updated_at", _moment, nullable=False, server_default=func.now()),
    CheckConstraint("state in ('pending', 'done', 'failed', 'skipped', 'missing')", name="state"),
    CheckConstraint("change in ('new', 'changed', 'unchanged')", name="change"),
    Index("ix_run_items_run_id_state", "run_id", "state"),
)

datasets = Table(
    "datasets",
    harvester_metadata,
    Column("id", Uuid, primary_key=True),
    Column("source_id", Uuid, ForeignKey(sources.c.id), nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("record", JSONB, nullable=False),
    Column("record_hash", Text, nullable=False),
    Column("delivered_hash", Text),
    Column("revision", _moment, nullable=False),
    Column("first_seen_at", _moment, nullable=False, server_default=func.now()),
    Column("last_seen_at", _moment, nullable=False, server_default=func.now()),
    Column("last_run_id", Uuid),
    Column("missing_since", _moment),
    Column("missing_runs", Integer, nullable=False, server_default=text("0")),
    Column("archived_at", _moment),
    UniqueConstraint("source_id", "remote_id"),
)

resources = Table(
    "resources",
    harvester_metadata,
    Column("id", Uuid, primary_key=True),
    Column("dataset_id", Uuid, ForeignKey(datasets.c.id), nullable=False, index=True),
    Column("organization_id", Uuid, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("url", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("sha256", Text),
    Column("size", BigInteger),
    Column("file_name", Text),
    Column("availability", Text, nullable=False, server_default=text("'unknown'")),
    Column("reason", Text),
    Column("http_status", Integer),
    Column("checked_at", _moment),
    Column("requested", Text),
    Column("removed_at", _moment),
    UniqueConstraint("dataset_id", "remote_id"),
    CheckConstraint("availability in ('available', 'unavailable', 'unknown')", name="availability"),
)
