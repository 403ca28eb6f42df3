"""The typed tables of resources."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_resource_tables"
down_revision = "0002_contours"

SCHEMA = "catalogue"
_TABLE = "resource_tables"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("table_sha256", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("valid_rows", sa.Integer()),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("schema_name", sa.Text()),
        sa.Column("schema_version", sa.Text()),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("resource_id", "content_sha256", name="pk_resource_tables"),
        schema=SCHEMA,
    )
    op.create_index("ix_resource_tables_schema_name", _TABLE, ["schema_name"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_table(_TABLE, schema=SCHEMA)
