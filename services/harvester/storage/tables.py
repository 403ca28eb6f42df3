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
    SmallInteger,
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
    # When everything is read afresh; none: the platform's.
    Column("full_schedule", Text),
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
    Column("mode", Text, nullable=False, server_default=text("'changes'")),
    Column("sweep_started_at", _moment),
    Column("since", _moment),
    Column("newest", _moment),
    Column("requests", Integer, nullable=False, server_default=text("0")),
    Column("bytes", BigInteger, nullable=False, server_default=text("0")),
    Column("stopped", Text),
    Column("condemned", Integer, nullable=False, server_default=text("0")),
    Column("decision", Text),
    Column("decided_by", Text),
    Column("decided_at", _moment),
    CheckConstraint(
        "state in ('queued', 'listing', 'processing', 'done', 'partial', 'failed', "
        "'suspended', 'asking')",
        name="state",
    ),
    CheckConstraint("mode in ('full', 'changes')", name="mode"),
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
    Column("lane", SmallInteger, nullable=False, server_default=text("0")),
    Column("put_off_until", _moment),
    CheckConstraint(
        "state in ('pending', 'done', 'failed', 'skipped', 'missing', 'deferred')", name="state"
    ),
    CheckConstraint("change in ('new', 'changed', 'unchanged')", name="change"),
    # None for all items but the primary key: of a run that PostgreSQL has not counted yet it
    # expects one item, and would look for a key in any index that begins with the run.
    Index(
        "ix_run_items_apart",
        "run_id",
        "state",
        "key",
        postgresql_where=text("state in ('failed', 'skipped', 'missing', 'deferred')"),
    ),
    Index(
        "ix_run_items_pending",
        "run_id",
        "lane",
        "key",
        postgresql_where=text("state = 'pending'"),
    ),
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
    Column("next_check_at", _moment),
    Column("unchanged_checks", Integer, nullable=False, server_default=text("0")),
    Column("described", Text),
    Column("preparing_since", _moment),
    UniqueConstraint("dataset_id", "remote_id"),
    CheckConstraint("availability in ('available', 'unavailable', 'unknown')", name="availability"),
)

# What is remembered of a source between its runs: a sweep (one pass over the whole portal) may
# take several runs; `newest` is the portal's own last date of change that was seen.
listings = Table(
    "listings",
    harvester_metadata,
    Column("source_id", Uuid, ForeignKey(sources.c.id), primary_key=True),
    Column("full_sweep_at", _moment),
    Column("sweep_started_at", _moment),
    Column("sweep_cursor", Text),
    Column("sweep_mode", Text),
    Column("sweep_since", _moment),
    Column("sweep_complete", Boolean, nullable=False, server_default=text("true")),
    Column("sweep_identities", Boolean, nullable=False, server_default=text("true")),
    Column("pages", Integer, nullable=False, server_default=text("0")),
    Column("newest", _moment),
    Column("trusted_until", _moment),
    Column("doubts", Integer, nullable=False, server_default=text("0")),
    Column("distrust", Text),
)

# The pages of the last listing, by a hash of the cursor that leads to them.
listing_pages = Table(
    "listing_pages",
    harvester_metadata,
    Column("source_id", Uuid, ForeignKey(sources.c.id), primary_key=True),
    Column("before", Text, primary_key=True),
    Column("after", Text),
    Column("requests", JSONB, nullable=False),
    Column("remote_ids", JSONB, nullable=False),
    Column("warnings", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("declared_total", Integer),
    Column("seen_at", _moment, nullable=False, server_default=func.now()),
)

# Hosts that failed lately, for all processes and runs; one that is well has no row.
hosts = Table(
    "hosts",
    harvester_metadata,
    Column("host", Text, primary_key=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("rests", Integer, nullable=False, server_default=text("0")),
    Column("resting_until", _moment),
    Column("reason", Text),
    Column("http_status", Integer),
    Column("updated_at", _moment, nullable=False, server_default=func.clock_timestamp()),
    Index(
        "ix_hosts_resting_until",
        "resting_until",
        postgresql_where=text("resting_until is not null"),
    ),
)
