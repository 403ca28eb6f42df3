"""The table of jobs, one in the schema of each service that has work to do.

`shared.jobs.migration` creates the same table; a test compares the two.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    FromClause,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID

from shared.jobs.states import JobState

_EMPTY = text("'{}'::jsonb")
# Jobs of one transaction keep their order: now() would be the same for all of them.
_CLOCK = text("clock_timestamp()")


def jobs_table(metadata: MetaData) -> Table:
    """`<schema>.jobs`; the schema is the metadata's."""
    moment = TIMESTAMP(timezone=True)
    table = Table(
        "jobs",
        metadata,
        Column("id", UUID(as_uuid=True), primary_key=True),
        Column("organization_id", UUID(as_uuid=True)),
        Column("kind", Text, nullable=False),
        Column("payload", JSONB, nullable=False, server_default=_EMPTY),
        Column("priority", Integer, nullable=False, server_default=text("0")),
        Column("state", Text, nullable=False, server_default=JobState.QUEUED.value),
        Column("attempt", Integer, nullable=False, server_default=text("0")),
        Column("max_attempts", Integer, nullable=False, server_default=text("3")),
        Column("dedup_key", Text),
        Column("run_at", moment, nullable=False, server_default=_CLOCK),
        Column("dispatched_at", moment),
        Column("lease_token", UUID(as_uuid=True)),
        Column("lease_until", moment),
        Column("created_at", moment, nullable=False, server_default=_CLOCK),
        Column("started_at", moment),
        Column("finished_at", moment),
        Column("error", Text),
        Column("progress", JSONB, nullable=False, server_default=_EMPTY),
        CheckConstraint(
            "state in ('queued', 'running', 'done', 'dead', 'cancelled')", name="state"
        ),
        CheckConstraint(
            "(state = 'running') = (lease_token is not null and lease_until is not null)",
            name="lease",
        ),
        CheckConstraint("max_attempts > 0", name="max_attempts"),
    )
    _indexes(table)
    return table


def _indexes(table: Table) -> None:
    c = table.c
    Index(
        "uq_jobs_dedup_key_active",
        c.dedup_key,
        unique=True,
        postgresql_where=text("state in ('queued', 'running')"),
    )
    Index(
        "ix_jobs_waiting",
        c.organization_id,
        c.priority.desc(),
        c.created_at,
        postgresql_where=text("state = 'queued' and dispatched_at is null"),
    )
    Index(
        "ix_jobs_dispatched",
        c.dispatched_at,
        postgresql_where=text("state = 'queued' and dispatched_at is not null"),
    )
    Index(
        "ix_jobs_run_at",
        c.run_at,
        postgresql_where=text("state = 'queued' and dispatched_at is null"),
    )
    Index("ix_jobs_lease_until", c.lease_until, postgresql_where=text("state = 'running'"))
    Index("ix_jobs_state_created_at_id", c.state, c.created_at, c.id)
    Index("ix_jobs_created_at_id", c.created_at, c.id)


def in_state(table: FromClause, *states: JobState) -> ColumnElement[bool]:
    """Condition on the state, in literals: with parameters the partial indexes go unused."""
    if len(states) == 1:
        return table.c.state == literal_column(f"'{states[0].value}'")
    return table.c.state.in_([literal_column(f"'{state.value}'") for state in states])


def channel(table: Table) -> str:
    """Name of the PostgreSQL notification that wakes the dispatcher of this table."""
    return f"{table.schema}.{table.name}"
