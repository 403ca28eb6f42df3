"""Search leaves PostgreSQL: words for the index, a feed of changes, no full text any more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_search_feed"
down_revision = "0005_quality"

_WORDS = "asciiword, word, numword, asciihword, hword, hword_asciipart, hword_part, hword_numpart"
_TEXT_SEARCH = (
    (
        "create text search dictionary catalogue.french_stem"
        " (template = pg_catalog.snowball, language = french, stopwords = french)"
    ),
    "create text search configuration catalogue.fr (copy = pg_catalog.simple)",
    (
        f"alter text search configuration catalogue.fr alter mapping for {_WORDS}"
        " with catalogue.french_stem"
    ),
    "create text search configuration catalogue.exact (copy = pg_catalog.simple)",
)
_FOLLOWED = (
    (
        "create function catalogue.stamp_change() returns trigger language plpgsql as $$"
        " begin new.changed_in := pg_current_xact_id()::text::bigint; return new; end $$"
    ),
    (
        "create trigger stamp_change before insert or update on catalogue.datasets"
        " for each row execute function catalogue.stamp_change()"
    ),
    (
        "create function catalogue.keep_removal() returns trigger language plpgsql as $$ begin"
        " insert into catalogue.removed_datasets (id, changed_in)"
        " values (old.id, pg_current_xact_id()::text::bigint)"
        " on conflict (id) do update set changed_in = excluded.changed_in;"
        " return old; end $$"
    ),
    (
        "create trigger keep_removal after delete on catalogue.datasets"
        " for each row execute function catalogue.keep_removal()"
    ),
)


def upgrade() -> None:
    op.drop_index("ix_datasets_search", "datasets", schema="catalogue")
    op.drop_column("datasets", "search", schema="catalogue")
    op.execute("drop text search configuration catalogue.exact")
    op.execute("drop text search configuration catalogue.fr")
    op.execute("drop text search dictionary catalogue.french_stem")
    op.add_column(
        "datasets",
        sa.Column(
            "search_words",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
        schema="catalogue",
    )
    op.add_column(
        "datasets",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        schema="catalogue",
    )
    op.add_column(
        "datasets",
        sa.Column("changed_in", sa.BigInteger(), server_default="0", nullable=False),
        schema="catalogue",
    )
    op.alter_column("datasets", "changed_in", server_default=None, schema="catalogue")
    op.create_index("ix_datasets_changed_in", "datasets", ["changed_in"], schema="catalogue")
    op.create_index("ix_datasets_number", "datasets", ["number"], unique=True, schema="catalogue")
    op.create_table(
        "removed_datasets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("changed_in", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_removed_datasets"),
        schema="catalogue",
    )
    op.create_index(
        "ix_removed_datasets_changed_in", "removed_datasets", ["changed_in"], schema="catalogue"
    )
    for statement in _FOLLOWED:
        op.execute(statement)
    # The words are computed again with the list of territories, at the next start.
    op.execute("update catalogue.loaded_data set version = '' where name = 'territories'")


def downgrade() -> None:
    for name in ("keep_removal", "stamp_change"):
        op.execute(f"drop trigger {name} on catalogue.datasets")
        op.execute(f"drop function catalogue.{name}()")
    op.drop_table("removed_datasets", schema="catalogue")
    for column in ("changed_in", "number", "search_words"):
        op.drop_column("datasets", column, schema="catalogue")
    for statement in _TEXT_SEARCH:
        op.execute(statement)
    op.add_column("datasets", sa.Column("search", postgresql.TSVECTOR()), schema="catalogue")
    op.create_index(
        "ix_datasets_search", "datasets", ["search"], schema="catalogue", postgresql_using="gin"
    )
