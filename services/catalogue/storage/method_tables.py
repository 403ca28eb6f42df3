"""Tables of what the operator says of members, and of the documentary base."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.catalogue.storage.tables import catalogue_metadata

# What no file says of a member: who works there, what it decided, whom to write to.
declarations = Table(
    "declarations",
    catalogue_metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("staff_fte", Integer),
    Column("staff_on", Date),
    Column("committed_on", Date),
    Column("commitment_url", Text),
    Column("contact_name", Text),
    Column("contact_email", Text),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("staff_fte >= 0", name="staff_is_a_number"),
)

# What a member did for one of the six phases, where no file shows it: a workshop, a map.
initiatives = Table(
    "initiatives",
    catalogue_metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("phase", SmallInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text),
    Column("on_day", Date, nullable=False),
    CheckConstraint("phase between 1 and 6", name="phase_exists"),
    Index("ix_initiatives_organization_id", "organization_id"),
)

guides = Table(
    "guides",
    catalogue_metadata,
    Column("slug", Text, primary_key=True),
    Column("language", Text, primary_key=True),  # one row for each language it is written in
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text),  # Markdown
    Column("url", Text),
    Column("phase", SmallInteger),
    Column("audience", Text, nullable=False),
    Column("license", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("keywords", ARRAY(Text), nullable=False),
    Column("schemas", ARRAY(Text), nullable=False),
    Column("shipped", Boolean, nullable=False),  # comes with the platform, renewed with it
    Column("updated_on", Date, nullable=False),
    CheckConstraint("phase between 1 and 6", name="phase_exists"),
    CheckConstraint("body is not null or url is not null", name="there_is_something_to_read"),
)
