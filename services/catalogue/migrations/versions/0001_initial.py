"""Territories, datasets with their resources, verdicts, and the French text search."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

# Words reach PostgreSQL without accents or punctuation (see models/text.py), so that the
# configurations need neither `unaccent` nor a locale that knows letters. `fr` stems;
# `exact` keeps words whole, for what is still being typed.
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


def upgrade() -> None:
    for statement in _TEXT_SEARCH:
        op.execute(statement)
    _create_datasets()
    _index_datasets()
    _create_loaded_data()
    _create_territories()
    _create_verdicts()
    _create_resources()


def _create_datasets() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid()),
        sa.Column("revision", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text()),
        sa.Column("remote_url", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("plain_title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("publisher_name", sa.Text()),
        sa.Column("publisher_siret", sa.Text()),
        sa.Column("publisher_remote_id", sa.Text()),
        sa.Column("license", sa.Text()),
        sa.Column("license_raw", sa.Text()),
        sa.Column("frequency", sa.Text()),
        sa.Column("temporal_start", sa.Date()),
        sa.Column("temporal_end", sa.Date()),
        sa.Column("spatial", postgresql.JSONB()),
        sa.Column("keywords", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("themes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("issued", sa.DateTime(timezone=True)),
        sa.Column("modified", sa.DateTime(timezone=True)),
        sa.Column("contact_name", sa.Text()),
        sa.Column("contact_email", sa.Text()),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("fictitious", sa.Boolean(), nullable=False),
        sa.Column("territory_code", sa.Text()),
        sa.Column(
            "territory_path",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
        sa.Column("territory_reason", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        *_computed_columns(),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("validity between 0 and 1", name="ck_datasets_validity_is_a_share"),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
        schema="catalogue",
    )


def _computed_columns() -> "list[sa.Column[object]]":
    return [
        sa.Column(
            "schemas", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column(
            "formats", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column(
            "verdicts", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column(
            "verdict_counts",
            postgresql.JSONB(),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("validity", sa.Double()),
        sa.Column("search", postgresql.TSVECTOR()),
    ]


def _index_datasets() -> None:
    op.create_index("ix_datasets_fresh_at_id", "datasets", ["fresh_at", "id"], schema="catalogue")
    op.create_index(
        "ix_datasets_organization_id", "datasets", ["organization_id"], schema="catalogue"
    )
    op.create_index(
        "ix_datasets_plain_title_id", "datasets", ["plain_title", "id"], schema="catalogue"
    )
    op.create_index(
        "ix_datasets_search", "datasets", ["search"], schema="catalogue", postgresql_using="gin"
    )
    op.create_index(
        "ix_datasets_territory_path",
        "datasets",
        ["territory_path"],
        schema="catalogue",
        postgresql_using="gin",
    )


def _create_loaded_data() -> None:
    op.create_table(
        "loaded_data",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("name", name="pk_loaded_data"),
        schema="catalogue",
    )


def _create_territories() -> None:
    op.create_table(
        "territories",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plain_name", sa.Text(), nullable=False),
        sa.Column("siren", sa.Text()),
        sa.Column("population", sa.Integer()),
        sa.Column("commune_code", sa.Text()),
        sa.Column("ept_code", sa.Text()),
        sa.Column("epci_code", sa.Text()),
        sa.Column("departement_code", sa.Text()),
        sa.Column("region_code", sa.Text()),
        sa.Column("path", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("postal_codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("former_codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_territories"),
        schema="catalogue",
    )
    op.create_index(
        "ix_territories_departement_code", "territories", ["departement_code"], schema="catalogue"
    )
    op.create_index("ix_territories_epci_code", "territories", ["epci_code"], schema="catalogue")
    op.create_index("ix_territories_ept_code", "territories", ["ept_code"], schema="catalogue")
    op.create_index(
        "ix_territories_former_codes",
        "territories",
        ["former_codes"],
        schema="catalogue",
        postgresql_using="gin",
    )
    op.create_index(
        "ix_territories_plain_name",
        "territories",
        ["plain_name"],
        schema="catalogue",
        postgresql_ops={"plain_name": "text_pattern_ops"},
    )
    op.create_index(
        "ix_territories_postal_codes",
        "territories",
        ["postal_codes"],
        schema="catalogue",
        postgresql_using="gin",
    )
    op.create_index("ix_territories_siren", "territories", ["siren"], schema="catalogue")


def _create_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("schema_name", sa.Text()),
        sa.Column("schema_version", sa.Text()),
        sa.Column("detected", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("rows_with_errors", sa.Integer(), nullable=False),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        schema="catalogue",
    )
    op.create_index("ix_verdicts_report_id", "verdicts", ["report_id"], schema="catalogue")
    op.create_index(
        "ix_verdicts_resource_id_first_seen_at",
        "verdicts",
        ["resource_id", "first_seen_at"],
        schema="catalogue",
    )


def _create_resources() -> None:
    op.create_table(
        "resources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("format", sa.Text()),
        sa.Column("mime", sa.Text()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("checksum", postgresql.JSONB()),
        sa.Column("declared_schema", postgresql.JSONB()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("issued", sa.DateTime(timezone=True)),
        sa.Column("modified", sa.DateTime(timezone=True)),
        sa.Column("availability", sa.Text(), nullable=False),
        sa.Column("availability_reason", sa.Text()),
        sa.Column("http_status", sa.Integer()),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("content_sha256", sa.Text()),
        sa.Column("validation_requested", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("verdict_id", sa.BigInteger()),
        sa.Column("schema_name", sa.Text()),
        sa.Column("schema_version", sa.Text()),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["catalogue.datasets.id"], name="fk_resources_dataset_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_resources"),
        schema="catalogue",
    )
    op.create_index("ix_resources_dataset_id", "resources", ["dataset_id"], schema="catalogue")


def downgrade() -> None:
    for table in ("resources", "verdicts", "datasets", "territories", "loaded_data"):
        op.drop_table(table, schema="catalogue")
    op.execute("drop text search configuration catalogue.exact")
    op.execute("drop text search configuration catalogue.fr")
    op.execute("drop text search dictionary catalogue.french_stem")
