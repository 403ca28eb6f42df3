"""Tables of the PostgreSQL schema `access`."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db import metadata

SCHEMA = "access"
access_metadata = metadata(SCHEMA)

organizations = Table(
    "organizations",
    access_metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("siren", String(9), unique=True),
    Column("insee_code", String(5)),
    Column("population", Integer),
    Column("roles", ARRAY(Text), nullable=False, server_default="{}"),
    Column("parent_id", Uuid, ForeignKey(f"{SCHEMA}.organizations.id")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("siren ~ '^[0-9]{9}$'", name="siren_has_nine_digits"),
)

api_keys = Table(
    "api_keys",
    access_metadata,
    Column("id", Uuid, primary_key=True),
    Column("label", Text, nullable=False),
    Column("prefix", String(12), nullable=False),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("organization_id", Uuid, ForeignKey(f"{SCHEMA}.organizations.id")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
)
