"""Contents that came to be checked only: they are kept for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SCHEMA = "validator"
_TABLES = ("reports", "submissions")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(
            table,
            sa.Column("passing", sa.Boolean(), nullable=False, server_default=sa.false()),
            schema=SCHEMA,
        )
    op.create_index(
        "ix_reports_passing",
        "reports",
        ["created_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("passing"),
    )
    op.create_index("ix_reports_content_sha256", "reports", ["content_sha256"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_index("ix_reports_content_sha256", table_name="reports", schema=SCHEMA)
    op.drop_index("ix_reports_passing", table_name="reports", schema=SCHEMA)
    for table in _TABLES:
        op.drop_column(table, "passing", schema=SCHEMA)
