"""Where territories lie: outlines and positions for the map."""

import sqlalchemy as sa
from alembic import op

revision = "0002_contours"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "contours",
        sa.Column("territory_code", sa.Text(), nullable=False),
        sa.Column("outline", sa.Text()),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("territory_code", name="pk_contours"),
        schema="catalogue",
    )


def downgrade() -> None:
    op.drop_table("contours", schema="catalogue")
