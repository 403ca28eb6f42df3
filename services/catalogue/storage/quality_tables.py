"""Tables of scores, of their history, and of what happened."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.catalogue.storage.tables import catalogue_metadata

_instant = DateTime(timezone=True)
_COUNTS = ("resources", "judged", "valid", "links_checked", "links_answering")
_ROWS = ("rows", "rows_valid")

# One row per dataset, narrow and with its own copy of what groups are made by: an
# organisation, a territory or a schema is summed from this table alone.
dataset_quality = Table(
    "dataset_quality",
    catalogue_metadata,
    Column("dataset_id", Uuid, ForeignKey("catalogue.datasets.id"), primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("territory_path", ARRAY(Text), nullable=False),
    Column("schemas", ARRAY(Text), nullable=False),
    Column("counted", Boolean, nullable=False),  # neither archived nor a duplicate
    Column("mqa", SmallInteger, nullable=False),
    Column("datagouv", SmallInteger, nullable=False),
    Column("freshness", SmallInteger, nullable=False),
    Column("conformity", SmallInteger),
    Column("availability", SmallInteger),
    Column("day", Date, nullable=False),  # since which these five hold
    # Points of each criterion, in the order of `quality.criteria.CRITERIA` of these `rules`.
    Column("earned", ARRAY(SmallInteger), nullable=False),
    Column("rules", SmallInteger, nullable=False),
    *(Column(name, Integer, nullable=False) for name in _COUNTS),
    *(Column(name, BigInteger, nullable=False) for name in _ROWS),
    Column("scored_at", _instant, nullable=False),
    Column("due_at", _instant),  # when time alone changes a score
    Index("ix_dataset_quality_organization_id", "organization_id"),
    Index("ix_dataset_quality_territory_path", "territory_path", postgresql_using="gin"),
    Index("ix_dataset_quality_schemas", "schemas", postgresql_using="gin"),
    Index("ix_dataset_quality_due_at", "due_at"),
)

# The scores that a dataset had from this day until the day of its next row here or, after the
# last one, of its row above: what holds is written there alone, until a later day changes it.
dataset_quality_days = Table(
    "dataset_quality_days",
    catalogue_metadata,
    Column("dataset_id", Uuid, ForeignKey("catalogue.datasets.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("mqa", SmallInteger, nullable=False),
    Column("datagouv", SmallInteger, nullable=False),
    Column("freshness", SmallInteger, nullable=False),
    Column("conformity", SmallInteger),
    Column("availability", SmallInteger),
)

# Sums, one row per day and group: means are for who reads. `scope` is `all` (key ''),
# `organization` (id), `territory` (code, with all below it) or `schema` (name).
quality_days = Table(
    "quality_days",
    catalogue_metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("datasets", Integer, nullable=False),
    Column("mqa", BigInteger, nullable=False),
    Column("datagouv", BigInteger, nullable=False),
    Column("freshness", BigInteger, nullable=False),
    Column("conformity", BigInteger, nullable=False),
    Column("conformity_datasets", Integer, nullable=False),
    Column("availability", BigInteger, nullable=False),
    Column("availability_datasets", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in _COUNTS),
    *(Column(name, BigInteger, nullable=False) for name in _ROWS),
)

events = Table(
    "events",
    catalogue_metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", _instant, nullable=False, server_default=func.now()),
    Column("kind", Text, nullable=False),
    Column("dataset_id", Uuid, ForeignKey("catalogue.datasets.id"), nullable=False),
    Column("resource_id", Uuid),
    Column("organization_id", Uuid, nullable=False),
    Column("territory_path", ARRAY(Text), nullable=False),
    Column("schemas", ARRAY(Text), nullable=False),
    Column("before", Text),
    Column("after", Text),
    Index("ix_events_dataset_id", "dataset_id"),
    Index("ix_events_organization_id_id", "organization_id", text("id desc")),
    Index("ix_events_territory_path", "territory_path", postgresql_using="gin"),
    Index("ix_events_schemas", "schemas", postgresql_using="gin"),
)

# What following an address gave, for what the harvester does not download: services,
# and files not fetched yet. `url` is the address that was followed; whoever is about to
# follow it puts `due_at` off first, so that nobody else does.
link_checks = Table(
    "link_checks",
    catalogue_metadata,
    Column("resource_id", Uuid, ForeignKey("catalogue.resources.id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("answers", Boolean),
    Column("http_status", Integer),
    Column("reason", Text),
    Column("checked_at", _instant),
    Column("due_at", _instant, nullable=False, server_default=func.now()),
    Index("ix_link_checks_due_at", "due_at"),
)
