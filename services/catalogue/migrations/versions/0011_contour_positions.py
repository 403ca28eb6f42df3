"""Positions of territories are found by where they lie: many boxes are asked at once."""

from alembic import op

revision = "0011_contour_positions"
down_revision = "0010_edits"

SCHEMA = "catalogue"


def upgrade() -> None:
    op.create_index(
        op.f("ix_contours_longitude_latitude"),
        "contours",
        ["longitude", "latitude"],
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_contours_longitude_latitude"), "contours", schema=SCHEMA)
