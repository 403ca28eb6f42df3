"""Tables of the PostgreSQL schema `validator`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.db import metadata
from shared.jobs.tables import jobs_table

SCHEMA = "validator"
validator_metadata = metadata(SCHEMA)

jobs = jobs_table(validator_metadata)

reports = Table(
    "reports",
    validator_metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("content_sha256", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_size", BigInteger, nullable=False),
    Column("source_url", Text),
    Column("schema_name", Text),
    Column("schema_version", Text),
    Column("verdict", Text, nullable=False),
    Column("engine_version", Text, nullable=False),
    Column("outcome", JSONB, nullable=False),
    # Schema, its revision and engine by which the outcome may be used again; null: it may not.
    Column("reuse_key", Text),
    Column("notices", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    # The content came with this request, to be checked only: it is kept for a while.
    Column("passing", Boolean, nullable=False, server_default=false()),
)

Index("ix_reports_passing", reports.c.created_at, postgresql_where=reports.c.passing)
Index("ix_reports_content_sha256", reports.c.content_sha256)

submissions = Table(
    "submissions",
    validator_metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("job_id", Uuid, unique=True),
    Column("file_name", Text),
    Column("content_sha256", String(64)),
    Column("file_size", BigInteger),
    Column("source_url", Text),
    Column("schema_reference", Text),
    Column("report_id", Uuid, ForeignKey(f"{SCHEMA}.reports.id")),
    Column("passing", Boolean, nullable=False, server_default=false()),
)

resource_validations = Table(
    "resource_validations",
    validator_metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("resource_id", Uuid, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("schema_key", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("declared_schema", JSONB),
    Column("job_id", Uuid),
    Column("report_id", Uuid, ForeignKey(f"{SCHEMA}.reports.id")),
    Column("verdict", Text),
    Column("engine_version", Text),
    Column("checked_at", DateTime(timezone=True)),
    Column("published_at", DateTime(timezone=True)),
    # The table made of the content for `table_report_id`: none when `table_facts` is null.
    Column("table_report_id", Uuid),
    Column("table_sha256", String(64)),
    Column("table_facts", JSONB(none_as_null=True)),
    UniqueConstraint(
        "organization_id",
        "resource_id",
        "content_sha256",
        "schema_key",
        name="uq_resource_validations_request",
    ),
)

Index("ix_resource_validations_job_id", resource_validations.c.job_id)
# The badge of a resource shows the last verdict that the catalogue took.
Index(
    "ix_resource_validations_resource_id_published_at",
    resource_validations.c.resource_id,
    resource_validations.c.published_at,
)
