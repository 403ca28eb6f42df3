"""What no query reads is not written: the names of a dataset's verdicts, which their counts say
too, and a place in the index of copies for each dataset that is none.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016_nothing_unread"
down_revision = "0015_fewer_writes"

SCHEMA = "catalogue"
_COPIES = "ix_datasets_duplicate_of"


def upgrade() -> None:
    op.drop_column("datasets", "verdicts", schema=SCHEMA)
    op.drop_index(_COPIES, "datasets", schema=SCHEMA)
    op.create_index(
        _COPIES,
        "datasets",
        ["duplicate_of"],
        schema=SCHEMA,
        postgresql_where=sa.text("duplicate_of is not null"),
    )


def downgrade() -> None:
    op.drop_index(_COPIES, "datasets", schema=SCHEMA)
    op.create_index(_COPIES, "datasets", ["duplicate_of"], schema=SCHEMA)
    op.add_column(
        "datasets",
        sa.Column(
            "verdicts",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            server_default=sa.text("'{}'::text[]"),
        ),
        schema=SCHEMA,
    )
    # The trigger that notes changes would have every search index read every dataset again.
    op.execute("alter table catalogue.datasets disable trigger user")
    op.execute(
        "update catalogue.datasets set verdicts = array("
        "select key from jsonb_object_keys(verdict_counts) key order by key)"
    )
    op.execute("alter table catalogue.datasets enable trigger user")
