"""A report as it is kept: in no language, so that it can be shown in any."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.validator.engine.result import Result, Verdict
from services.validator.models.checked_file import CheckedFile
from services.validator.models.notice import Notice


@dataclass(frozen=True)
class StoredReport:
    """`notices` warn about the schema's choice.

    The id is random and not to be guessed: who has the link has the report.
    `organization_id` None: somebody without a key asked. `reuse_key` tells by which schema and
    engine the result was made, when the next file of the same content may have the same.
    """

    id: UUID
    created_at: datetime
    organization_id: UUID | None
    file: CheckedFile
    result: Result
    notices: tuple[Notice, ...] = ()
    reuse_key: str | None = None

    @property
    def verdict(self) -> Verdict:
        """That of the result."""
        return self.result.verdict

    @property
    def engine_version(self) -> str:
        """Of the engine that made the result."""
        return self.result.engine_version

    @property
    def schema_name(self) -> str | None:
        """A name of the register, or an address; None when nothing was checked."""
        return self.result.schema.name if self.result.schema else None

    @property
    def schema_version(self) -> str | None:
        """Of that schema, if it has one."""
        return self.result.schema.version if self.result.schema else None
