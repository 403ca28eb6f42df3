"""What the history adds up to now, kept with it: statistics are read, not counted.

Filled at the next start, with states for what was stored before there was a history.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_stock_totals"
down_revision = "0012_guide_languages"

SCHEMA = "catalogue"


def upgrade() -> None:
    op.create_table(
        "stock_totals",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("datasets", sa.Integer(), nullable=False),
        sa.Column("resources", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", "schema_name", "verdict", name="pk_stock_totals"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_stock_totals_most",
        "stock_totals",
        ["scope", sa.text("datasets desc"), "key"],
        schema=SCHEMA,
        postgresql_where=sa.text("schema_name = '*' and verdict = ''"),
    )
    op.create_table(
        "stock_pairs",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("datasets", sa.Integer(), nullable=False),
        sa.Column("resources", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "place", "verdict", name="pk_stock_pairs"),
        schema=SCHEMA,
    )
    op.create_index("ix_stock_pairs_place", "stock_pairs", ["place"], schema=SCHEMA)
    op.create_index(
        "ix_territories_path", "territories", ["path"], schema=SCHEMA, postgresql_using="gin"
    )
    op.create_index(
        "ix_datasets_fictitious",
        "datasets",
        ["organization_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("fictitious"),
    )


def downgrade() -> None:
    op.drop_index("ix_datasets_fictitious", "datasets", schema=SCHEMA)
    op.drop_index("ix_territories_path", "territories", schema=SCHEMA)
    op.drop_table("stock_pairs", schema=SCHEMA)
    op.drop_table("stock_totals", schema=SCHEMA)
