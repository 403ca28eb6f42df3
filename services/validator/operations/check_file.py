"""Check one stored file: choose the schema, look the verdict up, else run the engine."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.adapters.detection import inventory
from services.validator.adapters.run import EngineRunner
from services.validator.engine.findings import Finding
from services.validator.engine.result import FileRef, Result
from services.validator.engine.version import ENGINE_VERSION
from services.validator.models.checked_file import CheckedFile
from services.validator.models.notice import Notice
from services.validator.operations.choose_schema import ChosenSchema, SchemaChooser
from services.validator.schemas.register import SchemaRegister
from services.validator.storage.reports import ReportStore
from services.validator.storage.stored_report import StoredReport
from shared.contracts.records import SchemaReference
from shared.db import Database
from shared.store import ContentStore


@dataclass(frozen=True)
class Check:
    """The result of checking a file; `reuse_key` when the next one of its content may have it."""

    file: CheckedFile
    result: Result
    notices: tuple[Notice, ...] = ()
    reuse_key: str | None = None


class FileChecker:
    """One for the life of the process."""

    def __init__(
        self,
        *,
        database: Database,
        store: ContentStore,
        register: SchemaRegister,
        chooser: SchemaChooser,
        engine: EngineRunner,
        max_errors: int,
    ) -> None:
        self._database = database
        self._store = store
        self._register = register
        self._chooser = chooser
        self._engine = engine
        self._max_errors = max_errors
        self._inventory: tuple[Hashable, str] | None = None

    async def check_asked(
        self, file: CheckedFile, schema: str | None, *, ignore_header_case: bool = False
    ) -> Check:
        """With the schema that a person names, or the one that the columns tell.

        Raises `UnknownSchemaError`, `InvalidSchemaError` or the fetcher's errors for a
        schema that is of no use, `ContentMissing` when the store has lost the file.
        """
        chosen = await self._chooser.asked(schema) if schema else None
        return await self._check(file, chosen, (), ignore_header_case=ignore_header_case)

    async def check_declared(self, file: CheckedFile, declared: SchemaReference | None) -> Check:
        """With the schema that a portal declares, if the register has it, else as detected."""
        chosen, notice = self._chooser.declared(declared) if declared else (None, None)
        return await self._check(file, chosen, (notice,) if notice else ())

    async def _check(
        self,
        file: CheckedFile,
        chosen: ChosenSchema | None,
        notices: tuple[Notice, ...],
        *,
        ignore_header_case: bool = False,
    ) -> Check:
        path = self._store.path(file.sha256)
        # Only what the ordinary rules gave is used again.
        key = None if ignore_header_case else self._key(chosen)
        notices = (*notices, *(chosen.notices if chosen else ()))
        if key is not None and not file.new and (known := await self._known(file, key)) is not None:
            return Check(file, known, notices)
        outcome = await self._engine.validate(
            path,
            name=file.name,
            schema=chosen.schema if chosen else None,
            candidates=self._register,
            max_errors=self._max_errors,
            ignore_header_case=ignore_header_case,
        )
        worth_keeping = outcome.kind == "report"
        return Check(file, outcome.result, notices, key if worth_keeping else None)

    def _key(self, chosen: ChosenSchema | None) -> str:
        """A result is a function of the content and of what this names."""
        if chosen is not None:
            return f"{ENGINE_VERSION} {chosen.revision} {chosen.schema.name}"
        # What is detected depends on all that could have been.
        revision = self._register.revision()
        if self._inventory is None or self._inventory[0] != revision:
            schemas = repr(inventory(self._register)).encode()
            self._inventory = (revision, hashlib.sha256(schemas).hexdigest())
        return f"{ENGINE_VERSION} {self._inventory[1]}"

    async def _known(self, file: CheckedFile, key: str) -> Result | None:
        async with self._database.begin() as session:
            return await ReportStore(session).known_result(sha256=file.sha256, reuse_key=key)


def failed_check(file: CheckedFile, reason: str = "defect") -> Check:
    """What stands in for a result when there will be none; `reason` as the engine words it."""
    ref = FileRef(size=file.size, sha256=file.sha256)
    return Check(file, Result("failed", file=ref, cause=Finding("failed", reason)))


async def keep_check(
    session: AsyncSession, check: Check, *, organization_id: UUID | None
) -> StoredReport:
    """Store the report of a check."""
    report = StoredReport(
        id=uuid4(),
        created_at=datetime.now(UTC),
        organization_id=organization_id,
        file=check.file,
        result=check.result,
        notices=check.notices,
        reuse_key=check.reuse_key,
    )
    await ReportStore(session).add(report)
    return report


def catalogue_verdict(result: Result) -> str:
    """The catalogue's word: a table that no schema describes is not unreadable to it."""
    return "no-schema" if result.no_schema else result.verdict
