"""Consolidated files that somebody asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0008_consolidations"
down_revision = "0007_method"

SCHEMA = "catalogue"
_TABLE = "consolidations"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("license", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("content_key", sa.Text()),
        sa.Column("csv_sha256", sa.Text()),
        sa.Column("parquet_sha256", sa.Text()),
        sa.Column("rows", sa.BigInteger()),
        sa.Column("duplicates", sa.BigInteger()),
        sa.Column("resources", sa.Integer()),
        sa.Column("built_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("schema_name", "license", "territory", name="pk_consolidations"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table(_TABLE, schema=SCHEMA)
