"""Two tables tell their indexes less.

A line of the totals told all its indexes whenever a dataset was added, for the sake of one that
orders those of all schemas by it: they have a number of their own, which it goes by. And keys of
datasets were in two indexes as texts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020_fewer_index_entries"
down_revision = "0019_one_state_a_dataset"

SCHEMA = "catalogue"
_MOST = "ix_stock_totals_most"
_OF_ALL_SCHEMAS = "schema_name = '*' and verdict = ''"


def upgrade() -> None:
    op.drop_index(_MOST, "stock_totals", schema=SCHEMA)
    op.add_column(
        "stock_totals",
        sa.Column(
            "ranked_by",
            sa.Integer(),
            sa.Computed(f"case when {_OF_ALL_SCHEMAS} then datasets end", persisted=True),
        ),
        schema=SCHEMA,
    )
    op.create_index(
        _MOST,
        "stock_totals",
        ["scope", sa.text("ranked_by desc"), "key"],
        schema=SCHEMA,
        postgresql_where=sa.text(_OF_ALL_SCHEMAS),
    )
    op.execute("alter table catalogue.stock_totals set (fillfactor = 70)")
    _have_keys(["key", "dataset_id"], beside="dataset_id", no_longer="key")


def downgrade() -> None:
    _have_keys(["dataset_id", "key"], beside="key", no_longer="dataset_id")
    op.execute("alter table catalogue.stock_totals reset (fillfactor)")
    op.drop_index(_MOST, "stock_totals", schema=SCHEMA)
    op.drop_column("stock_totals", "ranked_by", schema=SCHEMA)
    op.create_index(
        _MOST,
        "stock_totals",
        ["scope", sa.text("datasets desc"), "key"],
        schema=SCHEMA,
        postgresql_where=sa.text(_OF_ALL_SCHEMAS),
    )


def _have_keys(primary: list[str], *, beside: str, no_longer: str) -> None:
    op.drop_index(f"ix_dataset_keys_{no_longer}", "dataset_keys", schema=SCHEMA)
    op.drop_constraint("pk_dataset_keys", "dataset_keys", schema=SCHEMA)
    op.create_primary_key("pk_dataset_keys", "dataset_keys", primary, schema=SCHEMA)
    op.create_index(f"ix_dataset_keys_{beside}", "dataset_keys", [beside], schema=SCHEMA)
