"""Tell the catalogue what became of a resource's validation, and of its table."""

from uuid import UUID

from services.validator.engine.rendering.report import render_report
from services.validator.storage.reports import ReportStore
from services.validator.storage.resource_validations import ResourceValidationStore
from shared.clients.catalogue import CatalogueClient
from shared.contracts.catalogue import TableBatch, TableReport, VerdictBatch, VerdictReport
from shared.db import Database


async def read_verdict(validation_id: UUID, *, database: Database) -> VerdictReport | None:
    """The verdict to publish; None while there is none."""
    async with database.begin() as session:
        validation = await ResourceValidationStore(session).get(validation_id)
        if validation is None or validation.report_id is None:
            return None
        stored = await ReportStore(session).get(validation.report_id)
    if stored is None or validation.checked_at is None:
        return None
    result = stored.result
    report = render_report(result, "fr", stored.file.name)
    return VerdictReport.model_validate(
        {
            "resource_id": validation.resource_id,
            "organization_id": validation.organization_id,
            "report_id": stored.id,
            "content_sha256": validation.content_sha256,
            "verdict": validation.verdict,
            "summary": report.summary,
            "schema_name": stored.schema_name,
            "schema_version": stored.schema_version,
            "detected": result.detected,
            "rows": result.stats.rows,
            "errors": result.stats.errors,
            "rows_with_errors": result.stats.rows_with_errors,
            "engine_version": stored.engine_version,
            "checked_at": validation.checked_at,
        }
    )


async def read_table(validation_id: UUID, *, database: Database) -> TableReport | None:
    """The table to publish; None while there is none for the present report."""
    async with database.begin() as session:
        validation = await ResourceValidationStore(session).get(validation_id)
        if validation is None or validation.report_id is None or not validation.is_tabulated:
            return None
        stored = await ReportStore(session).get(validation.report_id)
    if stored is None or validation.table is None or validation.checked_at is None:
        return None
    return TableReport.model_validate(
        {
            "resource_id": validation.resource_id,
            "organization_id": validation.organization_id,
            "report_id": stored.id,
            "content_sha256": validation.content_sha256,
            "table_sha256": validation.table.sha256,
            "schema_name": stored.schema_name,
            "schema_version": stored.schema_version,
            "checked_at": validation.checked_at,
            **validation.table.facts,
        }
    )


async def publish_table(
    validation_id: UUID, *, database: Database, catalogue: CatalogueClient
) -> None:
    """Repeatable: the catalogue keeps one table per content. Raises the client's errors."""
    table = await read_table(validation_id, database=database)
    if table is not None:
        await catalogue.report_tables(TableBatch(tables=[table]))


async def publish_verdict(
    validation_id: UUID, *, database: Database, catalogue: CatalogueClient
) -> None:
    """Repeatable: the catalogue keeps one verdict per report. Raises the client's errors."""
    verdict = await read_verdict(validation_id, database=database)
    if verdict is None:
        return
    await catalogue.report_verdicts(VerdictBatch(verdicts=[verdict]))
    async with database.begin() as session:
        await ResourceValidationStore(session).set_published(validation_id)
