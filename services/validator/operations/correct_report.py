"""The corrected file of a report: made when it is asked for, from the content in the store."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.validator.adapters.correct import correct_file
from services.validator.engine.repair import Correction, summary
from services.validator.errors import NotCorrectableError
from services.validator.operations.choose_schema import SchemaChooser, citation
from services.validator.operations.read_report import read_report
from services.validator.schemas.register import SchemaRegister
from services.validator.storage.stored_report import StoredReport
from shared.db import Database
from shared.store import ContentStore


@dataclass(frozen=True)
class CorrectedFile:
    """`path` lives as long as the context that gave it."""

    report: StoredReport
    correction: Correction
    path: Path

    @property
    def name(self) -> str:
        """What to call it: the town's own name, and what was done."""
        return f"{Path(self.report.file.name).stem or 'fichier'}-corrige.csv"


class ReportCorrector:
    """One for the life of the process; `at_once` corrections run, the others wait."""

    def __init__(
        self,
        *,
        database: Database,
        store: ContentStore,
        register: SchemaRegister,
        chooser: SchemaChooser,
        at_once: int,
    ) -> None:
        self._database = database
        self._store = store
        self._register = register
        self._chooser = chooser
        self._slots = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def corrected(self, report_id: UUID) -> AsyncIterator[CorrectedFile]:
        """The corrected file, removed at the end of the context.

        Costs three readings of the file. Raises `ReportNotFoundError`,
        `NotCorrectableError` with the reason, `ContentMissing` when the store has lost it.
        """
        report = await read_report(report_id, database=self._database)
        if report.schema_name is None or report.verdict not in {"valid", "invalid"}:
            raise NotCorrectableError(
                "Ce fichier n'a pas pu être vérifié : il n'y a donc rien à corriger.",
                message_en="This file could not be checked, so there is nothing to correct.",
            )
        if report.result.unit == "object" or report.result.parts:
            raise NotCorrectableError(
                "Seuls les tableaux se corrigent d'eux-mêmes, pas les documents JSON ni les "
                "paquets de plusieurs fichiers.",
                message_en="Only tables can be corrected, neither JSON documents nor packages.",
            )
        chosen = await self._chooser.asked(citation(report))
        descriptor, name = tempfile.mkstemp(prefix="socle-corrected-", suffix=".csv")
        os.close(descriptor)
        sink = Path(name)
        try:
            async with self._slots:
                correction = await correct_file(
                    self._store.path(report.file.sha256),
                    name=report.file.name,
                    schema=chosen.schema,
                    register=self._register,
                    sink=sink,
                )
            if correction.outcome != "written":
                raise NotCorrectableError(
                    summary(correction, "fr"), message_en=summary(correction, "en")
                )
            yield CorrectedFile(report, correction, sink)
        finally:
            await asyncio.to_thread(sink.unlink, missing_ok=True)
