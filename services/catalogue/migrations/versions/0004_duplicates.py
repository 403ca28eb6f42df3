"""Where a portal has a dataset from, and which datasets are copies of another one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_duplicates"
down_revision = "0003_resource_tables"

_COLUMNS = (
    sa.Column("portal_kind", sa.Text()),
    sa.Column("portal_url", sa.Text()),
    sa.Column("portal_name", sa.Text()),
    sa.Column(
        "provenance",
        postgresql.JSONB(),
        nullable=False,
        server_default=sa.text("'[]'::jsonb"),
    ),
    sa.Column("duplicate_of", sa.Uuid()),
    sa.Column("recognised_by", sa.Text()),
    sa.Column("shown_because", sa.Text()),
)


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("datasets", column, schema="catalogue")
    op.create_index("ix_datasets_duplicate_of", "datasets", ["duplicate_of"], schema="catalogue")
    op.create_table(
        "dataset_keys",
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["catalogue.datasets.id"],
            name=op.f("fk_dataset_keys_dataset_id_datasets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dataset_id", "key", name=op.f("pk_dataset_keys")),
        schema="catalogue",
    )
    op.create_index("ix_dataset_keys_key", "dataset_keys", ["key"], schema="catalogue")
    op.create_table(
        "identity_decisions",
        sa.Column("one", sa.Uuid(), nullable=False),
        sa.Column("other", sa.Uuid(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column(
            "decided_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("one < other", name=op.f("ck_identity_decisions_a_pair_is_ordered")),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_identity_decisions")),
        schema="catalogue",
    )
    op.create_index(
        "ix_identity_decisions_other", "identity_decisions", ["other"], schema="catalogue"
    )


def downgrade() -> None:
    op.drop_table("identity_decisions", schema="catalogue")
    op.drop_table("dataset_keys", schema="catalogue")
    op.drop_index("ix_datasets_duplicate_of", "datasets", schema="catalogue")
    for column in reversed(_COLUMNS):
        op.drop_column("datasets", column.name, schema="catalogue")
