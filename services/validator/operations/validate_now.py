"""Check a stored file while the caller waits, and keep the report: a link that stays."""

from uuid import UUID

from services.validator.models.checked_file import CheckedFile
from services.validator.operations.check_file import FileChecker, keep_check
from services.validator.storage.stored_report import StoredReport
from shared.db import Database


async def validate_now(
    file: CheckedFile,
    *,
    schema: str | None,
    organization_id: UUID | None,
    checker: FileChecker,
    database: Database,
    ignore_header_case: bool = False,
) -> StoredReport:
    """Raises what `FileChecker.check_asked` raises."""
    check = await checker.check_asked(file, schema, ignore_header_case=ignore_header_case)
    async with database.begin() as session:
        return await keep_check(session, check, organization_id=organization_id)
