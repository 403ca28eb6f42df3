"""The page of a validation report, for someone who has a file to mend."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenResources
from services.catalogue.operations.read_dataset import find_report
from services.catalogue.portal.language import Language, language_of
from services.catalogue.portal.rendering import render
from shared.clients.base import UpstreamRefusal
from shared.contracts.report import Report, ReportError
from shared.errors import NotFoundError, Transient

router = APIRouter()

EXAMPLES = 5
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True)
class Group:
    """Errors of one kind in one column. `shown` may be fewer than were found."""

    title: str
    column: str | None
    hint: str | None
    examples: tuple[ReportError, ...]
    count: int
    has_cells: bool
    has_lines: bool
    has_fixes: bool


@router.api_route("/rapports/{report_id}", methods=["GET", "HEAD"])
async def report_page(request: Request, report_id: UUID, resources: GivenResources) -> Response:
    """Verdict first, then what to mend by kind and column, with examples.

    When the validator is away or has forgotten the report, what the catalogue kept of it.
    """
    language = language_of(request)
    known = await find_report(resources.database, report_id)
    report: Report | None = None
    trouble: str | None = None
    try:
        report = await resources.validator.get_report(report_id, language.code)
    except NotFoundError:
        if known is None:
            raise
        trouble = "report.gone"
    except (Transient, UpstreamRefusal):
        if known is None:
            raise
        trouble = "report.unreachable"
    delimiter = report.file.delimiter if report else None
    return render(
        request,
        "report.html",
        {
            "report_id": report_id,
            "report": report,
            "trouble": trouble,
            "dataset": known[0] if known else None,
            "line": known[1] if known else None,
            "groups": group_errors(report, language) if report else [],
            "delimiter": language.text_or(
                f"delimiter.{_DELIMITERS.get(delimiter or '', '')}", delimiter or ""
            ),
            "fictitious": known[0].fictitious if known else False,
        },
    )


def group_errors(report: Report, language: Language) -> list[Group]:
    """Errors by kind and column: those of the whole file first, then the most frequent.

    Where the list was cut and a kind has one column only, its count is the true one.
    """
    found: dict[tuple[str, str | None], list[ReportError]] = defaultdict(list)
    for error in report.errors:
        found[error.code, error.field].append(error)
    columns: dict[str, int] = defaultdict(int)
    for code, _ in found:
        columns[code] += 1
    groups = [
        _group(
            errors,
            report.errors_by_code.get(code, len(errors)) if columns[code] == 1 else len(errors),
            language,
        )
        for (code, _), errors in found.items()
    ]
    return sorted(groups, key=lambda group: (group.has_lines, -group.count, group.title))


def _group(errors: list[ReportError], count: int, language: Language) -> Group:
    first = errors[0]
    examples = tuple(errors[:EXAMPLES])
    return Group(
        title=language.text_or(f"code.{first.code}", first.code),
        column=first.field,
        hint=next((error.hint for error in errors if error.hint), None),
        examples=examples,
        count=max(count, len(errors)),
        has_cells=any(error.cell is not None for error in examples),
        has_lines=any(error.line or error.row for error in examples),
        has_fixes=any(error.fix is not None for error in examples),
    )
