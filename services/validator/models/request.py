"""What was asked for: a submission by a person, or the validation of a resource."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.records import SchemaReference


@dataclass(frozen=True)
class Submission:
    """A file to check later. `sha256` is None until a file given by its address is fetched.

    `passing`: as of a `CheckedFile`.
    """

    id: UUID
    organization_id: UUID | None
    job_id: UUID | None
    file_name: str | None
    sha256: str | None
    size: int | None
    source_url: str | None
    schema: str | None
    report_id: UUID | None = None
    passing: bool = False


@dataclass(frozen=True)
class ResourceValidation:
    """The validation of one content of one resource under one declared schema.

    `verdict` is the catalogue's word (`no-schema` included); None until it is known.
    `table_report_id` is the report for which a table was made, or was found to be none: then
    `table` is None.
    """

    id: UUID
    organization_id: UUID
    resource_id: UUID
    content_sha256: str
    file_name: str
    declared_schema: SchemaReference | None
    job_id: UUID | None
    report_id: UUID | None = None
    verdict: str | None = None
    engine_version: str | None = None
    checked_at: datetime | None = None
    table_report_id: UUID | None = None
    table: "StoredTable | None" = None

    @property
    def is_tabulated(self) -> bool:
        """Whether the table belongs to the present report."""
        return self.report_id is not None and self.table_report_id == self.report_id


@dataclass(frozen=True)
class StoredTable:
    """A table in the store. `facts` are those of `TableFacts`, as JSON."""

    sha256: str
    facts: Mapping[str, Any]
