"""The table of jobs for the first migration of a service.

Written out, and never changed once released: a migration must do tomorrow what it did today.
A later change of `jobs_table` gets a function of its own here; a test compares the results.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID


def create_jobs_table(op: Any, schema: str) -> None:
    """Create `<schema>.jobs` with its indexes; `op` is `alembic.op` or an `Operations`."""
    empty = sa.text("'{}'::jsonb")
    clock = sa.text("clock_timestamp()")
    moment = sa.TIMESTAMP(timezone=True)
    op.create_table(
        "jobs",
        sa.Column("id", UUID(as_uuid=True), nullable=False),
        sa.Column("organization_id", UUID(as_uuid=True)),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False, server_default=empty),
        sa.Column("priority", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("state", sa.Text, nullable=False, server_default="queued"),
        sa.Column("attempt", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("max_attempts", sa.Integer, nullable=False, server_default=sa.text("3")),
        sa.Column("dedup_key", sa.Text),
        sa.Column("run_at", moment, nullable=False, server_default=clock),
        sa.Column("dispatched_at", moment),
        sa.Column("lease_token", UUID(as_uuid=True)),
        sa.Column("lease_until", moment),
        sa.Column("created_at", moment, nullable=False, server_default=clock),
        sa.Column("started_at", moment),
        sa.Column("finished_at", moment),
        sa.Column("error", sa.Text),
        sa.Column("progress", JSONB, nullable=False, server_default=empty),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'done', 'dead', 'cancelled')",
            name=op.f("ck_jobs_state"),
        ),
        sa.CheckConstraint(
            "(state = 'running') = (lease_token is not null and lease_until is not null)",
            name=op.f("ck_jobs_lease"),
        ),
        sa.CheckConstraint("max_attempts > 0", name=op.f("ck_jobs_max_attempts")),
        schema=schema,
    )
    _create_indexes(op, schema)


def _create_indexes(op: Any, schema: str) -> None:
    op.create_index(
        "uq_jobs_dedup_key_active",
        "jobs",
        ["dedup_key"],
        schema=schema,
        unique=True,
        postgresql_where=sa.text("state in ('queued', 'running')"),
    )
    op.create_index(
        "ix_jobs_waiting",
        "jobs",
        ["organization_id", sa.text("priority desc"), "created_at"],
        schema=schema,
        postgresql_where=sa.text("state = 'queued' and dispatched_at is null"),
    )
    op.create_index(
        "ix_jobs_dispatched",
        "jobs",
        ["dispatched_at"],
        schema=schema,
        postgresql_where=sa.text("state = 'queued' and dispatched_at is not null"),
    )
    op.create_index(
        "ix_jobs_run_at",
        "jobs",
        ["run_at"],
        schema=schema,
        postgresql_where=sa.text("state = 'queued' and dispatched_at is null"),
    )
    op.create_index(
        "ix_jobs_lease_until",
        "jobs",
        ["lease_until"],
        schema=schema,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(
        "ix_jobs_state_created_at_id", "jobs", ["state", "created_at", "id"], schema=schema
    )
    op.create_index("ix_jobs_created_at_id", "jobs", ["created_at", "id"], schema=schema)


def drop_jobs_table(op: Any, schema: str) -> None:
    """Undo `create_jobs_table`."""
    op.drop_table("jobs", schema=schema)
