"""The scores that hold are written in a dataset's own line with the day since which they do, and
in a line of their own only once those of a later day differ.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_scores_kept_once"
down_revision = "0017_days_kept_once"

SCHEMA = "catalogue"


def upgrade() -> None:
    op.add_column("dataset_quality", sa.Column("day", sa.Date()), schema=SCHEMA)
    op.execute(
        "update catalogue.dataset_quality q set day = coalesce("
        "(select max(d.day) from catalogue.dataset_quality_days d"
        " where d.dataset_id = q.dataset_id),"
        " (q.scored_at at time zone 'UTC')::date)"
    )
    op.alter_column("dataset_quality", "day", nullable=False, schema=SCHEMA)
    op.execute(
        "delete from catalogue.dataset_quality_days d using catalogue.dataset_quality q"
        " where q.dataset_id = d.dataset_id and q.day = d.day"
    )


def downgrade() -> None:
    op.execute(
        "insert into catalogue.dataset_quality_days"
        " (dataset_id, day, mqa, datagouv, freshness, conformity, availability)"
        " select dataset_id, day, mqa, datagouv, freshness, conformity, availability"
        " from catalogue.dataset_quality"
    )
    op.drop_column("dataset_quality", "day", schema=SCHEMA)
