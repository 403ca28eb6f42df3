"""When links are due; what the operator says of members; guides."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_method"
down_revision = "0006_search_feed"

_SCHEMA = "catalogue"
_now = sa.text("now()")


def upgrade() -> None:
    _let_links_be_claimed()
    op.create_index("ix_datasets_territory_code", "datasets", ["territory_code"], schema=_SCHEMA)
    op.create_table(
        "declarations",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("staff_fte", sa.Integer()),
        sa.Column("staff_on", sa.Date()),
        sa.Column("committed_on", sa.Date()),
        sa.Column("commitment_url", sa.Text()),
        sa.Column("contact_name", sa.Text()),
        sa.Column("contact_email", sa.Text()),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=_now, nullable=False),
        sa.CheckConstraint("staff_fte >= 0", name="ck_declarations_staff_is_a_number"),
        sa.PrimaryKeyConstraint("organization_id", name="pk_declarations"),
        schema=_SCHEMA,
    )
    op.create_table(
        "initiatives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.CheckConstraint("phase between 1 and 6", name="ck_initiatives_phase_exists"),
        sa.PrimaryKeyConstraint("id", name="pk_initiatives"),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_initiatives_organization_id", "initiatives", ["organization_id"], schema=_SCHEMA
    )
    _create_guides()


def _let_links_be_claimed() -> None:
    op.alter_column("link_checks", "answers", nullable=True, schema=_SCHEMA)
    op.alter_column("link_checks", "checked_at", nullable=True, schema=_SCHEMA)
    op.add_column(
        "link_checks",
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=_now, nullable=False),
        schema=_SCHEMA,
    )
    op.drop_index("ix_link_checks_checked_at", "link_checks", schema=_SCHEMA)
    op.create_index("ix_link_checks_due_at", "link_checks", ["due_at"], schema=_SCHEMA)


def _create_guides() -> None:
    op.create_table(
        "guides",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("phase", sa.SmallInteger()),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("license", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("schemas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("updated_on", sa.Date(), nullable=False),
        sa.CheckConstraint("phase between 1 and 6", name="ck_guides_phase_exists"),
        sa.CheckConstraint(
            "body is not null or url is not null", name="ck_guides_there_is_something_to_read"
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_guides"),
        schema=_SCHEMA,
    )


def downgrade() -> None:
    for table in ("guides", "initiatives", "declarations"):
        op.drop_table(table, schema=_SCHEMA)
    op.drop_index("ix_datasets_territory_code", "datasets", schema=_SCHEMA)
    op.drop_index("ix_link_checks_due_at", "link_checks", schema=_SCHEMA)
    op.drop_column("link_checks", "due_at", schema=_SCHEMA)
    op.execute("delete from catalogue.link_checks where answers is null or checked_at is null")
    op.alter_column("link_checks", "answers", nullable=False, schema=_SCHEMA)
    op.alter_column("link_checks", "checked_at", nullable=False, schema=_SCHEMA)
    op.create_index("ix_link_checks_checked_at", "link_checks", ["checked_at"], schema=_SCHEMA)
