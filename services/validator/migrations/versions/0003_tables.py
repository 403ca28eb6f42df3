"""The typed table of a content, made after its verdict."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

SCHEMA = "validator"
_TABLE = "resource_validations"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("table_report_id", sa.Uuid()), schema=SCHEMA)
    op.add_column(_TABLE, sa.Column("table_sha256", sa.String(64)), schema=SCHEMA)
    op.add_column(_TABLE, sa.Column("table_facts", postgresql.JSONB()), schema=SCHEMA)


def downgrade() -> None:
    for name in ("table_facts", "table_sha256", "table_report_id"):
        op.drop_column(_TABLE, name, schema=SCHEMA)
