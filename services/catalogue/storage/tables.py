"""Tables of the catalogue.

A dataset row carries what searching needs, computed when it is written: the territory's
path, the schemas, formats and verdict counts of its present resources, and the words
that are searched. Resources and verdicts are the truth these are computed from.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db import metadata

SCHEMA = "catalogue"
catalogue_metadata = metadata(SCHEMA)

_instant = DateTime(timezone=True)
_no_text = text("'{}'::text[]")

territories = Table(
    "territories",
    catalogue_metadata,
    Column("code", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("plain_name", Text, nullable=False),  # lower case, no accents: what is compared
    Column("siren", Text),
    Column("population", Integer),
    Column("commune_code", Text),
    Column("ept_code", Text),
    Column("epci_code", Text),
    Column("departement_code", Text),
    Column("region_code", Text),
    Column("path", ARRAY(Text), nullable=False),  # itself, then ever larger territories
    Column("postal_codes", ARRAY(Text), nullable=False),
    Column("former_codes", ARRAY(Text), nullable=False),
    # text_pattern_ops: `like 'saint d%'` uses the index whatever the database's collation.
    Index(
        "ix_territories_plain_name", "plain_name", postgresql_ops={"plain_name": "text_pattern_ops"}
    ),
    Index("ix_territories_postal_codes", "postal_codes", postgresql_using="gin"),
    Index("ix_territories_path", "path", postgresql_using="gin"),
    Index("ix_territories_former_codes", "former_codes", postgresql_using="gin"),
    Index("ix_territories_epci_code", "epci_code"),
    Index("ix_territories_ept_code", "ept_code"),
    Index("ix_territories_departement_code", "departement_code"),
    Index("ix_territories_siren", "siren"),
)

loaded_data = Table(
    "loaded_data",
    catalogue_metadata,
    Column("name", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("loaded_at", _instant, nullable=False, server_default=func.now()),
)

# Where a territory lies, for the map: an outline (coordinates of a GeoJSON MultiPolygon, as
# text), or only a position. No foreign key: the list of territories is replaced as a whole.
contours = Table(
    "contours",
    catalogue_metadata,
    Column("territory_code", Text, primary_key=True),
    Column("outline", Text),
    Column("longitude", Double, nullable=False),
    Column("latitude", Double, nullable=False),
    Column("exact", Boolean, nullable=False),
    Column("source", Text, nullable=False),  # `shipped`, or the name of the imported file
    Index("ix_contours_longitude_latitude", "longitude", "latitude"),
)

datasets = Table(
    "datasets",
    catalogue_metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("source_id", Uuid),
    Column("revision", _instant, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("uri", Text),
    Column("remote_url", Text),
    Column("title", Text, nullable=False),
    Column("plain_title", Text, nullable=False),
    Column("description", Text),
    Column("publisher_name", Text),
    Column("publisher_siret", Text),
    Column("publisher_remote_id", Text),
    Column("license", Text),
    Column("license_raw", Text),
    Column("frequency", Text),
    Column("temporal_start", Date),
    Column("temporal_end", Date),
    Column("spatial", JSONB),
    Column("keywords", ARRAY(Text), nullable=False),
    Column("themes", ARRAY(Text), nullable=False),
    Column("language", Text),
    Column("issued", _instant),
    Column("modified", _instant),
    Column("contact_name", Text),
    Column("contact_email", Text),
    Column("archived", Boolean, nullable=False),
    Column("fictitious", Boolean, nullable=False),
    Column("portal_kind", Text),
    Column("portal_url", Text),
    Column("portal_name", Text),
    Column("provenance", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    # The dataset that is shown in place of this one; null: it is shown itself. Lists, counts
    # and exports take only what is shown (`storage.conditions.shown`).
    Column("duplicate_of", Uuid),
    Column("recognised_by", Text),  # the evidence that makes it a duplicate
    Column("shown_because", Text),  # of what is shown: the rule that put it before its copies
    Column("territory_code", Text),
    Column("territory_path", ARRAY(Text), nullable=False, server_default=_no_text),
    Column("territory_reason", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("created_at", _instant, nullable=False, server_default=func.now()),
    Column("updated_at", _instant, nullable=False, server_default=func.now()),
    # Computed from the present resources and their verdicts:
    Column("schemas", ARRAY(Text), nullable=False, server_default=_no_text),
    Column("formats", ARRAY(Text), nullable=False, server_default=_no_text),
    Column("verdict_counts", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("validity", Double),  # share of valid among the judged, null when none was
    Column("quality_points", Integer),  # of the 405 of data.europa.eu; see quality_tables
    # What is searched, by weight (`SearchDocument`): the index of each process is made of it.
    Column("search_words", ARRAY(Text), nullable=False, server_default=_no_text),
    # Breaks ties in every order, and tells datasets apart where a UUID is too long.
    Column("number", BigInteger, Identity(always=True), nullable=False),
    # Set by a trigger at every write: the transaction that wrote the row (`search_feed`).
    Column("changed_in", BigInteger, nullable=False),
    # The date every list and the ranking go by; never null, so that paging has a key.
    Column("fresh_at", _instant, nullable=False),
    CheckConstraint("validity between 0 and 1", name="validity_is_a_share"),
    Index("ix_datasets_changed_in", "changed_in"),
    Index("ix_datasets_number", "number", unique=True),
    Index("ix_datasets_territory_path", "territory_path", postgresql_using="gin"),
    Index("ix_datasets_territory_code", "territory_code"),
    Index("ix_datasets_organization_id", "organization_id"),
    Index(
        "ix_datasets_duplicate_of",
        "duplicate_of",
        postgresql_where=text("duplicate_of is not null"),
    ),
    Index("ix_datasets_fictitious", "organization_id", postgresql_where=text("fictitious")),
)

# What tells that datasets are one: made from their rows, kept to find who shares a key. No
# foreign key: five look-ups for each dataset that is written. Removal takes them by trigger.
dataset_keys = Table(
    "dataset_keys",
    catalogue_metadata,
    Column("key", Text, primary_key=True),
    Column("dataset_id", Uuid, primary_key=True),
    Index("ix_dataset_keys_dataset_id", "dataset_id"),
)

# What persons decided of a pair of datasets, the smaller id first.
identity_decisions = Table(
    "identity_decisions",
    catalogue_metadata,
    Column("one", Uuid, primary_key=True),
    Column("other", Uuid, primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("note", Text),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", _instant, nullable=False, server_default=func.now()),
    CheckConstraint("one < other", name="a_pair_is_ordered"),
    Index("ix_identity_decisions_other", "other"),
)

# Filled by a trigger, for the indexes that have to forget the dataset.
removed_datasets = Table(
    "removed_datasets",
    catalogue_metadata,
    Column("id", Uuid, primary_key=True),
    Column("changed_in", BigInteger, nullable=False),
    Index("ix_removed_datasets_changed_in", "changed_in"),
)

resources = Table(
    "resources",
    catalogue_metadata,
    Column("id", Uuid, primary_key=True),
    Column("dataset_id", Uuid, ForeignKey("catalogue.datasets.id"), nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("title", Text),
    Column("description", Text),
    Column("url", Text),
    Column("format", Text),
    Column("mime", Text),
    Column("size", BigInteger),
    Column("checksum", JSONB),
    Column("declared_schema", JSONB),
    Column("kind", Text, nullable=False),
    Column("issued", _instant),
    Column("modified", _instant),
    Column("availability", Text, nullable=False),
    Column("availability_reason", Text),
    Column("http_status", Integer),
    Column("checked_at", _instant),
    Column("content_sha256", Text),
    Column("validation_requested", Boolean, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("verdict_id", BigInteger),  # the row of `verdicts` that it comes from, if any
    Column("announced_verdict", Text),  # the last one that an event told of
    Column("schema_name", Text),
    Column("schema_version", Text),
    Column("removed_at", _instant),
    Index("ix_resources_dataset_id", "dataset_id"),
    Index("ix_resources_schema_name", "schema_name"),
)

# The typed table of a content, as the validator told of it: a Parquet file in the store. Like
# a verdict it may come before its resource, and counts while the resource has the content.
resource_tables = Table(
    "resource_tables",
    catalogue_metadata,
    Column("resource_id", Uuid, primary_key=True),
    Column("content_sha256", Text, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("report_id", Uuid, nullable=False),
    Column("table_sha256", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("valid_rows", Integer),
    Column("complete", Boolean, nullable=False),
    Column("columns", JSONB, nullable=False),
    Column("schema_name", Text),
    Column("schema_version", Text),
    Column("checked_at", _instant, nullable=False),
    Index("ix_resource_tables_schema_name", "schema_name"),
)

# Consolidated files that somebody asked for; `content_key` is null until the first is built.
consolidations = Table(
    "consolidations",
    catalogue_metadata,
    Column("schema_name", Text, primary_key=True),
    Column("license", Text, primary_key=True),
    Column("territory", Text, primary_key=True),  # empty: everywhere
    Column("content_key", Text),
    Column("csv_sha256", Text),
    Column("parquet_sha256", Text),
    Column("rows", BigInteger),
    Column("duplicates", BigInteger),
    Column("resources", Integer),
    Column("built_at", _instant),
)

# One line per change of (content, schema, engine, verdict), not per message: `first_seen_at`
# and `checked_at` bound the time during which it was confirmed. No foreign key on the
# resource: a verdict may arrive before the harvester has told of its resource.
verdicts = Table(
    "verdicts",
    catalogue_metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("resource_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("report_id", Uuid, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("schema_name", Text),
    Column("schema_version", Text),
    Column("detected", Boolean, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("rows_with_errors", Integer, nullable=False),
    Column("engine_version", Text, nullable=False),
    Column("first_seen_at", _instant, nullable=False),
    Column("checked_at", _instant, nullable=False),
    Column("received_at", _instant, nullable=False, server_default=func.now()),
    Index("ix_verdicts_resource_id_first_seen_at", "resource_id", "first_seen_at"),
    Index("ix_verdicts_report_id", "report_id"),
)
