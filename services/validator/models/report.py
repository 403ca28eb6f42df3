"""A report as it is kept: in no language, so that it can be shown in any."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.validator.models.notice import Notice


@dataclass(frozen=True)
class CheckedFile:
    """The file that was checked, whoever sent it. `source_url`: where it was fetched.

    `new`: its content was not in the store before, so no verdict on it can be known. `passing`:
    it came to be checked only, and is kept for a while, unless a resource has it too.
    """

    sha256: str
    size: int
    name: str
    source_url: str | None = None
    new: bool = field(default=False, compare=False)
    passing: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class StoredReport:
    """`outcome` is the engine's result, as JSON; `notices` warn about the schema's choice.

    The id is random and not to be guessed: who has the link has the report.
    `organization_id` None: somebody without a key asked.
    """

    id: UUID
    created_at: datetime
    organization_id: UUID | None
    file: CheckedFile
    verdict: str
    engine_version: str
    outcome: Mapping[str, Any]
    schema_name: str | None = None
    schema_version: str | None = None
    notices: tuple[Notice, ...] = ()
