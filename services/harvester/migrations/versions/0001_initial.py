"""Sources, runs with their items, datasets, files and jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.jobs.migration import create_jobs_table, drop_jobs_table

revision = "0001"
down_revision = None

_SCHEMA = "harvester"


def upgrade() -> None:
    create_jobs_table(op, _SCHEMA)
    _create_sources()
    _create_runs()
    _create_run_items()
    _create_datasets()
    _create_resources()


def _create_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'enabled'"), nullable=False),
        sa.Column(
            "config", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("schedule", sa.Text(), nullable=True),
        sa.Column("fictitious", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("next_run_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_run_id", sa.Uuid(), nullable=True),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state in ('enabled', 'disabled', 'removed')", name=op.f("ck_sources_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_sources_due",
        "sources",
        ["next_run_at"],
        unique=False,
        schema=_SCHEMA,
        postgresql_where=sa.text("state = 'enabled' and next_run_at is not null"),
    )
    op.create_index(
        op.f("ix_sources_organization_id"),
        "sources",
        ["organization_id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "uq_sources_same",
        "sources",
        ["identity"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("state <> 'removed'"),
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("listing_ended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("complete", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("identities_known", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("pages", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("repeated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("declared_total", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "warnings", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.CheckConstraint(
            "state in ('queued', 'listing', 'processing', 'done', 'partial', 'failed')",
            name=op.f("ck_runs_state"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], [f"{_SCHEMA}.sources.id"], name=op.f("fk_runs_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_runs_source_id_created_at_id",
        "runs",
        ["source_id", "created_at", "id"],
        unique=False,
        schema=_SCHEMA,
    )
    op.create_index(
        "uq_runs_active",
        "runs",
        ["source_id"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("state in ('queued', 'listing', 'processing')"),
    )


def _create_run_items() -> None:
    op.create_table(
        "run_items",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("change", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "warnings", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column(
            "updated_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "change in ('new', 'changed', 'unchanged')", name=op.f("ck_run_items_change")
        ),
        sa.CheckConstraint(
            "state in ('pending', 'done', 'failed', 'skipped', 'missing')",
            name=op.f("ck_run_items_state"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], [f"{_SCHEMA}.runs.id"], name=op.f("fk_run_items_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "key", name=op.f("pk_run_items")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_run_items_run_id_state", "run_items", ["run_id", "state"], unique=False, schema=_SCHEMA
    )


def _create_datasets() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("record", postgresql.JSONB(), nullable=False),
        sa.Column("record_hash", sa.Text(), nullable=False),
        sa.Column("delivered_hash", sa.Text(), nullable=True),
        sa.Column("revision", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column(
            "first_seen_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "last_seen_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("last_run_id", sa.Uuid(), nullable=True),
        sa.Column("missing_since", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("missing_runs", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], [f"{_SCHEMA}.sources.id"], name=op.f("fk_datasets_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasets")),
        sa.UniqueConstraint("source_id", "remote_id", name=op.f("uq_datasets_source_id_remote_id")),
        schema=_SCHEMA,
    )


def _create_resources() -> None:
    op.create_table(
        "resources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("availability", sa.Text(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("checked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("requested", sa.Text(), nullable=True),
        sa.Column("removed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "availability in ('available', 'unavailable', 'unknown')",
            name=op.f("ck_resources_availability"),
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"], [f"{_SCHEMA}.datasets.id"], name=op.f("fk_resources_dataset_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resources")),
        sa.UniqueConstraint(
            "dataset_id", "remote_id", name=op.f("uq_resources_dataset_id_remote_id")
        ),
        schema=_SCHEMA,
    )
    op.create_index(
        op.f("ix_resources_dataset_id"), "resources", ["dataset_id"], unique=False, schema=_SCHEMA
    )


def downgrade() -> None:
    for table in ("resources", "datasets", "run_items", "runs", "sources"):
        op.drop_table(table, schema=_SCHEMA)
    drop_jobs_table(op, _SCHEMA)
