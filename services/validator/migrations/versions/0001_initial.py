"""Jobs, reports, the cache of verdicts, and what was asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.jobs.migration import create_jobs_table, drop_jobs_table

revision = "0001"
down_revision = None

SCHEMA = "validator"


def upgrade() -> None:
    create_jobs_table(op, SCHEMA)
    _create_reports()
    _create_verdict_cache()
    _create_submissions()
    _create_resource_validations()


def _created_at() -> sa.Column[object]:
    return sa.Column(
        "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )


def _create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid),
        _created_at(),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_size", sa.BigInteger, nullable=False),
        sa.Column("source_url", sa.Text),
        sa.Column("schema_name", sa.Text),
        sa.Column("schema_version", sa.Text),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("engine_version", sa.Text, nullable=False),
        sa.Column("outcome", postgresql.JSONB, nullable=False),
        sa.Column(
            "notices", postgresql.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        schema=SCHEMA,
    )


def _create_verdict_cache() -> None:
    op.create_table(
        "verdict_cache",
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("schema_name", sa.Text, nullable=False),
        sa.Column("schema_version", sa.Text, nullable=False),
        sa.Column("engine_version", sa.Text, nullable=False),
        sa.Column("outcome", postgresql.JSONB, nullable=False),
        _created_at(),
        sa.PrimaryKeyConstraint(
            "content_sha256",
            "schema_name",
            "schema_version",
            "engine_version",
            name="pk_verdict_cache",
        ),
        schema=SCHEMA,
    )


def _create_submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid),
        _created_at(),
        sa.Column("job_id", sa.Uuid),
        sa.Column("file_name", sa.Text),
        sa.Column("content_sha256", sa.String(64)),
        sa.Column("file_size", sa.BigInteger),
        sa.Column("source_url", sa.Text),
        sa.Column("schema_reference", sa.Text),
        sa.Column("report_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        sa.UniqueConstraint("job_id", name="uq_submissions_job_id"),
        sa.ForeignKeyConstraint(
            ["report_id"], [f"{SCHEMA}.reports.id"], name="fk_submissions_report_id"
        ),
        schema=SCHEMA,
    )


def _create_resource_validations() -> None:
    op.create_table(
        "resource_validations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        _created_at(),
        sa.Column("resource_id", sa.Uuid, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("schema_key", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("declared_schema", postgresql.JSONB),
        sa.Column("job_id", sa.Uuid),
        sa.Column("report_id", sa.Uuid),
        sa.Column("verdict", sa.Text),
        sa.Column("engine_version", sa.Text),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_resource_validations"),
        sa.UniqueConstraint(
            "organization_id",
            "resource_id",
            "content_sha256",
            "schema_key",
            name="uq_resource_validations_request",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], [f"{SCHEMA}.reports.id"], name="fk_resource_validations_report_id"
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_resource_validations_job_id", "resource_validations", ["job_id"], schema=SCHEMA
    )
    op.create_index(
        "ix_resource_validations_resource_id_checked_at",
        "resource_validations",
        ["resource_id", "checked_at"],
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in ("resource_validations", "submissions", "verdict_cache", "reports"):
        op.drop_table(table, schema=SCHEMA)
    drop_jobs_table(op, SCHEMA)
