"""A report's own outcome serves the next file of the same content: it was kept twice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

SCHEMA = "validator"
_KEY = ("content_sha256", "schema_name", "schema_version", "engine_version")


def upgrade() -> None:
    op.add_column("reports", sa.Column("reuse_key", sa.Text()), schema=SCHEMA)
    op.drop_table("verdict_cache", schema=SCHEMA)


def downgrade() -> None:
    op.create_table(
        "verdict_cache",
        sa.Column(_KEY[0], sa.String(64), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _KEY[1:]),
        sa.Column("outcome", postgresql.JSONB(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint(*_KEY, name="pk_verdict_cache"),
        schema=SCHEMA,
    )
    op.drop_column("reports", "reuse_key", schema=SCHEMA)
