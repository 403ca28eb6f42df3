"""What operators write over harvested descriptions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_edits"
down_revision = "0009_stock"

SCHEMA = "catalogue"


def upgrade() -> None:
    op.create_table(
        "dataset_edits",
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB()),
        sa.Column("harvested", postgresql.JSONB()),
        sa.Column("edited_by", sa.Text(), nullable=False),
        sa.Column(
            "edited_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            [f"{SCHEMA}.datasets.id"],
            name=op.f("fk_dataset_edits_dataset_id"),
        ),
        sa.PrimaryKeyConstraint("dataset_id", "field", name=op.f("pk_dataset_edits")),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("dataset_edits", schema=SCHEMA)
