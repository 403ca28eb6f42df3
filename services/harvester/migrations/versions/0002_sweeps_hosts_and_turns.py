"""Sweeps that take several runs, what a listing is remembered by, hosts and their pauses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_SCHEMA = "harvester"
_MOMENT = postgresql.TIMESTAMP(timezone=True)
_EMPTY_LIST = sa.text("'[]'::jsonb")
_RUN_STATES = "'queued', 'listing', 'processing', 'done', 'partial', 'failed'"
_ITEM_STATES = "'pending', 'done', 'failed', 'skipped', 'missing'"

_COLUMNS: dict[str, tuple[sa.Column[object], ...]] = {
    "sources": (sa.Column("full_schedule", sa.Text()),),
    "runs": (
        sa.Column("mode", sa.Text(), server_default=sa.text("'changes'"), nullable=False),
        sa.Column("sweep_started_at", _MOMENT),
        sa.Column("since", _MOMENT),
        sa.Column("newest", _MOMENT),
        sa.Column("requests", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("stopped", sa.Text()),
        sa.Column("condemned", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("decision", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", _MOMENT),
    ),
    "run_items": (
        sa.Column("lane", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    ),
    "resources": (
        sa.Column("next_check_at", _MOMENT),
        sa.Column("unchanged_checks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("described", sa.Text()),
    ),
}


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.add_column(table, column, schema=_SCHEMA)
    _check("runs", f"state in ({_RUN_STATES}, 'suspended', 'asking')")
    _check("run_items", f"state in ({_ITEM_STATES}, 'deferred')")
    op.create_check_constraint(
        op.f("ck_runs_mode"), "runs", "mode in ('full', 'changes')", schema=_SCHEMA
    )
    op.create_index(
        "ix_run_items_pending",
        "run_items",
        ["run_id", "lane", "key"],
        schema=_SCHEMA,
        postgresql_where=sa.text("state = 'pending'"),
    )
    _create_listings()
    _create_listing_pages()
    _create_hosts()


def _check(table: str, condition: str) -> None:
    name = op.f(f"ck_{table}_state")
    op.drop_constraint(name, table, schema=_SCHEMA)
    op.create_check_constraint(name, table, condition, schema=_SCHEMA)


def _create_listings() -> None:
    op.create_table(
        "listings",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("full_sweep_at", _MOMENT),
        sa.Column("sweep_started_at", _MOMENT),
        sa.Column("sweep_cursor", sa.Text()),
        sa.Column("sweep_mode", sa.Text()),
        sa.Column("sweep_since", _MOMENT),
        sa.Column("sweep_complete", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("sweep_identities", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("pages", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("newest", _MOMENT),
        sa.Column("trusted_until", _MOMENT),
        sa.Column("doubts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("distrust", sa.Text()),
        sa.ForeignKeyConstraint(
            ["source_id"], [f"{_SCHEMA}.sources.id"], name=op.f("fk_listings_source_id")
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_listings")),
        schema=_SCHEMA,
    )


def _create_listing_pages() -> None:
    op.create_table(
        "listing_pages",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text()),
        sa.Column("requests", postgresql.JSONB(), nullable=False),
        sa.Column("remote_ids", postgresql.JSONB(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(), server_default=_EMPTY_LIST, nullable=False),
        sa.Column("declared_total", sa.Integer()),
        sa.Column("seen_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], [f"{_SCHEMA}.sources.id"], name=op.f("fk_listing_pages_source_id")
        ),
        sa.PrimaryKeyConstraint("source_id", "before", name=op.f("pk_listing_pages")),
        schema=_SCHEMA,
    )


def _create_hosts() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rests", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("resting_until", _MOMENT),
        sa.Column("reason", sa.Text()),
        sa.Column("http_status", sa.Integer()),
        sa.Column(
            "updated_at", _MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_hosts_resting_until",
        "hosts",
        ["resting_until"],
        schema=_SCHEMA,
        postgresql_where=sa.text("resting_until is not null"),
    )


def downgrade() -> None:
    for table in ("hosts", "listing_pages", "listings"):
        op.drop_table(table, schema=_SCHEMA)
    op.drop_index("ix_run_items_pending", "run_items", schema=_SCHEMA)
    op.execute("update harvester.run_items set state = 'skipped' where state = 'deferred'")
    op.execute("update harvester.runs set state = 'partial' where state in ('suspended', 'asking')")
    op.drop_constraint(op.f("ck_runs_mode"), "runs", schema=_SCHEMA)
    _check("runs", f"state in ({_RUN_STATES})")
    _check("run_items", f"state in ({_ITEM_STATES})")
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.drop_column(table, column.name, schema=_SCHEMA)
