"""A kept report in the reader's language, and what a badge says of it."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.validator.engine.rendering.report import render_report
from services.validator.engine.wording.render import Lang
from services.validator.errors import ReportNotFoundError
from services.validator.storage.reports import ReportStore
from services.validator.storage.resource_validations import ResourceValidationStore
from services.validator.storage.stored_report import StoredReport
from shared.contracts.report import Report
from shared.db import Database


async def read_report(report_id: UUID, *, database: Database) -> StoredReport:
    """Raises `ReportNotFoundError`."""
    async with database.begin() as session:
        stored = await ReportStore(session).get(report_id)
    if stored is None:
        raise ReportNotFoundError(
            "Aucun rapport n'a cette adresse : vérifiez le lien.",
            message_en="No report has this address: check the link.",
        )
    return stored


def in_words(stored: StoredReport, lang: Lang) -> Report:
    """The report with the warnings about the schema's choice first."""
    report = render_report(stored.result, lang, stored.file.name)
    notices = [notice.in_words(lang) for notice in stored.notices]
    return replace(report, warnings=[*notices, *report.warnings])


@dataclass(frozen=True)
class LastVerdict:
    """What a badge shows; `verdict` None when nothing is known."""

    verdict: str | None = None
    errors: int = 0
    schema: str | None = None


async def verdict_of_report(report_id: UUID, *, database: Database) -> LastVerdict:
    """Raises `ReportNotFoundError`."""
    stored = await read_report(report_id, database=database)
    result = stored.result
    verdict = "no-schema" if result.no_schema else stored.verdict
    return LastVerdict(verdict, result.stats.errors, _register_name(stored))


async def verdict_of_resource(resource_id: UUID, *, database: Database) -> LastVerdict:
    """The last verdict of a resource of the catalogue; nothing for one never checked."""
    async with database.begin() as session:
        validation = await ResourceValidationStore(session).last_of_resource(resource_id)
        if validation is None or validation.report_id is None:
            return LastVerdict()
        stored = await ReportStore(session).get(validation.report_id)
    if stored is None:
        return LastVerdict()
    result = stored.result
    return LastVerdict(validation.verdict, result.stats.errors, _register_name(stored))


def _register_name(stored: StoredReport) -> str | None:
    """A schema given by its address has no name short enough for a badge."""
    name = stored.schema_name
    return name if name and "://" not in name else None
