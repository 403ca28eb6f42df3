"""Scores of datasets with their history, and the events of the catalogue."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_quality"
down_revision = "0004_duplicates"

_SCHEMA = "catalogue"
_COUNTS = ("resources", "judged", "valid", "links_checked", "links_answering")
_ROWS = ("rows", "rows_valid")


def upgrade() -> None:
    op.add_column("datasets", sa.Column("quality_points", sa.Integer()), schema=_SCHEMA)
    op.add_column("resources", sa.Column("announced_verdict", sa.Text()), schema=_SCHEMA)
    op.create_index("ix_resources_schema_name", "resources", ["schema_name"], schema=_SCHEMA)
    _create_dataset_quality()
    _create_days()
    _create_events()
    op.create_table(
        "link_checks",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("http_status", sa.Integer()),
        sa.Column("reason", sa.Text()),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["catalogue.resources.id"], name="fk_link_checks_resource_id"
        ),
        sa.PrimaryKeyConstraint("resource_id", name="pk_link_checks"),
        schema=_SCHEMA,
    )
    op.create_index("ix_link_checks_checked_at", "link_checks", ["checked_at"], schema=_SCHEMA)


def _create_dataset_quality() -> None:
    op.create_table(
        "dataset_quality",
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("territory_path", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("schemas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        *_scores(),
        sa.Column("earned", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("rules", sa.SmallInteger(), nullable=False),
        *_counts(),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["catalogue.datasets.id"], name="fk_dataset_quality_dataset_id"
        ),
        sa.PrimaryKeyConstraint("dataset_id", name="pk_dataset_quality"),
        schema=_SCHEMA,
    )
    for column in ("organization_id", "due_at"):
        op.create_index(f"ix_dataset_quality_{column}", "dataset_quality", [column], schema=_SCHEMA)
    for column in ("territory_path", "schemas"):
        op.create_index(
            f"ix_dataset_quality_{column}",
            "dataset_quality",
            [column],
            schema=_SCHEMA,
            postgresql_using="gin",
        )


def _create_days() -> None:
    op.create_table(
        "dataset_quality_days",
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_scores(),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["catalogue.datasets.id"], name="fk_dataset_quality_days_dataset_id"
        ),
        sa.PrimaryKeyConstraint("dataset_id", "day", name="pk_dataset_quality_days"),
        schema=_SCHEMA,
    )
    op.create_table(
        "quality_days",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("datasets", sa.Integer(), nullable=False),
        sa.Column("mqa", sa.BigInteger(), nullable=False),
        sa.Column("datagouv", sa.BigInteger(), nullable=False),
        sa.Column("freshness", sa.BigInteger(), nullable=False),
        sa.Column("conformity", sa.BigInteger(), nullable=False),
        sa.Column("conformity_datasets", sa.Integer(), nullable=False),
        sa.Column("availability", sa.BigInteger(), nullable=False),
        sa.Column("availability_datasets", sa.Integer(), nullable=False),
        *_counts(),
        sa.PrimaryKeyConstraint("scope", "key", "day", name="pk_quality_days"),
        schema=_SCHEMA,
    )


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid()),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("territory_path", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("schemas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["catalogue.datasets.id"], name="fk_events_dataset_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        schema=_SCHEMA,
    )
    op.create_index("ix_events_dataset_id", "events", ["dataset_id"], schema=_SCHEMA)
    op.create_index(
        "ix_events_organization_id_id",
        "events",
        ["organization_id", sa.text("id desc")],
        schema=_SCHEMA,
    )
    for column in ("territory_path", "schemas"):
        op.create_index(
            f"ix_events_{column}", "events", [column], schema=_SCHEMA, postgresql_using="gin"
        )


def _scores() -> list[sa.Column[int]]:
    return [
        sa.Column("mqa", sa.SmallInteger(), nullable=False),
        sa.Column("datagouv", sa.SmallInteger(), nullable=False),
        sa.Column("freshness", sa.SmallInteger(), nullable=False),
        sa.Column("conformity", sa.SmallInteger()),
        sa.Column("availability", sa.SmallInteger()),
    ]


def _counts() -> list[sa.Column[int]]:
    return [
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _ROWS),
    ]


def downgrade() -> None:
    for table in (
        "link_checks",
        "events",
        "quality_days",
        "dataset_quality_days",
        "dataset_quality",
    ):
        op.drop_table(table, schema=_SCHEMA)
    op.drop_index("ix_resources_schema_name", "resources", schema=_SCHEMA)
    op.drop_column("resources", "announced_verdict", schema=_SCHEMA)
    op.drop_column("datasets", "quality_points", schema=_SCHEMA)
