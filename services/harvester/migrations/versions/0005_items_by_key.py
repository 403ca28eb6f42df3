"""An index of those items alone that are listed by their state, and none beside the primary key
that begins with the run for all: of a run that it has not counted yet, PostgreSQL expects one item
and takes either, so that each key was looked for among all items of the run.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SCHEMA = "harvester"


def upgrade() -> None:
    op.drop_index("ix_run_items_run_id_state", "run_items", schema=_SCHEMA)
    op.create_index(
        "ix_run_items_apart",
        "run_items",
        ["run_id", "state", "key"],
        schema=_SCHEMA,
        postgresql_where=sa.text("state in ('failed', 'skipped', 'missing', 'deferred')"),
    )


def downgrade() -> None:
    op.drop_index("ix_run_items_apart", "run_items", schema=_SCHEMA)
    op.create_index("ix_run_items_run_id_state", "run_items", ["run_id", "state"], schema=_SCHEMA)
