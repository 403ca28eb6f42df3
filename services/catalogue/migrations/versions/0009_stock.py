"""The history of the stock, day by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_stock"
down_revision = "0008_consolidations"

SCHEMA = "catalogue"


def upgrade() -> None:
    op.create_table(
        "stock_states",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid()),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("territory_path", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_stock_states"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_stock_states_dataset_id_open",
        "stock_states",
        ["dataset_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("until is null"),
    )
    op.create_index(
        "ix_stock_states_organization_id", "stock_states", ["organization_id"], schema=SCHEMA
    )
    op.create_table(
        "stock_changes",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("datasets", sa.Integer(), nullable=False),
        sa.Column("resources", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "scope", "key", "schema_name", "verdict", "day", name="pk_stock_changes"
        ),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("stock_changes", schema=SCHEMA)
    op.drop_table("stock_states", schema=SCHEMA)
