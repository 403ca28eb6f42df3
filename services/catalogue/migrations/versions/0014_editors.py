"""On whose behalf a field was edited; the label of the key is kept apart, and never shown."""

import sqlalchemy as sa
from alembic import op

revision = "0014_editors"
down_revision = "0013_stock_totals"

SCHEMA = "catalogue"


def upgrade() -> None:
    op.alter_column("dataset_edits", "edited_by", new_column_name="key_label", schema=SCHEMA)
    op.add_column("dataset_edits", sa.Column("edited_by", sa.Text()), schema=SCHEMA)
    # A key bound to the dataset's own organisation, if one has that label; else the operator's.
    op.execute(
        "update catalogue.dataset_edits e set edited_by = case when exists ("
        " select from access.api_keys k join catalogue.datasets d"
        " on d.organization_id = k.organization_id"
        " where k.label = e.key_label and d.id = e.dataset_id)"
        " then 'publisher' else 'operator' end"
    )
    op.alter_column("dataset_edits", "edited_by", nullable=False, schema=SCHEMA)
    op.create_check_constraint(
        op.f("ck_dataset_edits_editor_is_known"),
        "dataset_edits",
        "edited_by in ('publisher', 'operator')",
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_column("dataset_edits", "edited_by", schema=SCHEMA)
    op.alter_column("dataset_edits", "key_label", new_column_name="edited_by", schema=SCHEMA)
