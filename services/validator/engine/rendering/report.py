"""A result in one language, in the shape that the command line and the API give."""

from services.validator.engine.findings import Finding
from services.validator.engine.result import Result
from services.validator.engine.wording.render import Lang, render
from services.validator.engine.wording.summary import summary
from services.validator.engine.wording.titles import title
from shared.contracts.report import (
    EngineInfo,
    Report,
    ReportError,
    ReportFile,
    ReportMember,
    ReportSchema,
    ReportStats,
)


def render_report(result: Result, lang: Lang, file_name: str) -> Report:
    """`file_name` is what the reader knows the file by; the result does not keep it."""
    frame = render_frame(result, lang, file_name)
    frame.errors.extend(render_error(finding, lang) for finding in result.errors)
    return frame


def render_frame(result: Result, lang: Lang, file_name: str) -> Report:
    """The same without the errors of the table; only the cause of a failure is listed."""
    schema, stats, file = result.schema, result.stats, result.file
    cause = () if result.cause is None else (result.cause,)
    by_code = dict(result.errors_by_code) or {finding.code: 1 for finding in cause}
    return Report(
        verdict=result.verdict,
        summary=summary(result, lang),
        schema=ReportSchema(name=schema.name, version=schema.version, url=schema.url)
        if schema
        else ReportSchema(),
        detected=result.detected,
        file=ReportFile(
            name=file_name, size=file.size, sha256=file.sha256, format=file.format,
            encoding=file.encoding, delimiter=file.delimiter, sheet=file.sheet,
        ),
        members=[
            ReportMember(
                name=part.name, resource=part.resource, verdict=part.verdict,
                rows=part.rows, errors=part.errors,
            )
            for part in result.parts
        ],
        stats=ReportStats(
            rows=stats.rows, fields=stats.fields, errors=stats.errors + len(cause),
            rows_with_errors=stats.rows_with_errors, seconds=stats.seconds,
        ),
        errors=[render_error(finding, lang) for finding in cause],
        errors_by_code=by_code,
        truncated=result.truncated,
        warnings=[render_error(finding, lang) for finding in result.warnings],
        engine=EngineInfo(version=result.engine_version),
    )  # fmt: skip


def render_error(finding: Finding, lang: Lang) -> ReportError:
    """One error or warning in words."""
    message, hint = render(finding, lang)
    return ReportError(
        code=finding.code,
        title=title(finding.code, finding.reason, lang),
        row=finding.row, line=finding.line, field=finding.field, column=finding.column,
        cell=finding.cell, message=message, hint=hint, fix=finding.fix,
        file=finding.params.get("member"), pointer=finding.params.get("pointer"),
    )  # fmt: skip
