"""How the harvester asks for a validation of a file that is already in the store, and what of one
that is not.
"""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.records import SchemaReference

JobState = Literal["queued", "running", "done", "dead"]
"""States of a durable job; `dead` is the dead letter: attempts are used up."""

MATCHED_MAX_BYTES = 5 * 1024 * 1024
"""Largest file of which the validator is asked nothing but the schema that it follows."""


class ResourceValidationRequest(BaseModel):
    """Validate stored content for one resource of the catalogue.

    Idempotent by (resource_id, content_sha256, schema): asking twice gives the same job.
    The verdict is sent to the catalogue when it is known.
    """

    model_config = ConfigDict(extra="forbid")

    organization_id: UUID
    resource_id: UUID
    content_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    file_name: str
    declared_schema: SchemaReference | None = None


class ResourceValidationBatch(BaseModel):
    """Up to 500 requests: all are taken or none; repeatable as each of them is."""

    model_config = ConfigDict(extra="forbid")

    requests: list[ResourceValidationRequest] = Field(max_length=500)


class JobView(BaseModel):
    """What a caller sees of a validation job."""

    id: UUID
    state: JobState
    attempt: int = 0
    error: str | None = None
    report_url: str | None = None
