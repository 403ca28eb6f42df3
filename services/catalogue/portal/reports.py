"""The page of a validation report, for someone who has a file to mend."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.catalogue.api.dependencies import GivenResources
from services.catalogue.operations.read_dataset import find_report
from services.catalogue.portal.language import language_of
from services.catalogue.portal.rendering import render
from services.catalogue.portal.sheets import Sheet, sheet_of, wanted_rows
from shared.clients.base import UpstreamRefusal
from shared.clients.validator import ValidatorClient
from shared.contracts.report import Report, ReportError
from shared.errors import NotFoundError, ServiceError, Transient

router = APIRouter()

EXAMPLES = 3
GROUPS_IN_TABLE = 15
AROUND = 1
LINES_LISTED = 200
_COLUMNS_COUNTED = 10
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True)
class Group:
    """Errors of one kind in one column. `examples` may be fewer than were found (`count`).

    `todo` holds the different things to do, each with the line of the first error that it mends.
    `lines` are those of the file that hold one, as far as the report lists them; `sheet` shows
    the examples at their place, where the file can still be read.
    """

    title: str
    column: str | None
    todo: tuple[tuple[str, int | None], ...]
    examples: tuple[ReportError, ...]
    count: int
    lines: tuple[int, ...]
    fixable: int
    sheet: Sheet | None = None

    @property
    def has_cells(self) -> bool:
        """Whether an example says what was found."""
        return any(error.cell is not None for error in self.examples)

    @property
    def has_fixes(self) -> bool:
        """Whether an example says what should be written."""
        return any(error.fix is not None for error in self.examples)


@router.get("/rapports/{report_id}")
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
    groups = group_errors(report) if report else []
    return render(
        request,
        "report.html",
        {
            "report_id": report_id,
            "report": report,
            "trouble": trouble,
            "dataset": known[0] if known else None,
            "line": known[1] if known else None,
            "groups": await _in_table(groups, report_id, resources.validator),
            "columns": columns_at_fault(report) if report else [],
            "fixable": sum(error.fix is not None for error in report.errors) if report else 0,
            "delimiter": language.text_or(
                f"delimiter.{_DELIMITERS.get(delimiter or '', '')}", delimiter or ""
            ),
            "fictitious": known[0].fictitious if known else False,
        },
    )


@router.get("/rapports/{report_id}/corrections")
async def corrections_page(
    request: Request, report_id: UUID, resources: GivenResources
) -> Response:
    """What the corrected file changes, rule by rule and cell by cell, before it is taken."""
    language = language_of(request)
    report = await resources.validator.get_report(report_id, language.code)
    correction: dict[str, Any] | None = None
    refusal = ""
    try:
        correction = await resources.validator.correction(report_id, language.code)
    except UpstreamRefusal as error:
        refusal = str(error.details.get("upstream_detail") or "")
    known = await find_report(resources.database, report_id)
    return render(
        request,
        "corrections.html",
        {
            "report_id": report_id,
            "report": report,
            "correction": correction,
            "refusal": refusal,
            "fictitious": known[0].fictitious if known else False,
        },
    )


def group_errors(report: Report) -> list[Group]:
    """Errors by kind and column: those of the whole file first, then the most frequent.

    Where the list was cut and a kind has one group only, its count is the true one.
    """
    found: dict[tuple[str, str, str | None], list[ReportError]] = defaultdict(list)
    for error in report.errors:
        found[error.code, error.title or error.code, error.field].append(error)
    groups_of = Counter(code for code, _, _ in found)
    groups = [
        _group(
            errors,
            report.errors_by_code.get(code, len(errors)) if groups_of[code] == 1 else len(errors),
        )
        for (code, _, _), errors in found.items()
    ]
    return sorted(groups, key=lambda group: (bool(group.lines), -group.count, group.title))


def columns_at_fault(report: Report) -> list[tuple[str, int]]:
    """The columns with the most errors, among those that the report lists."""
    counts = Counter(error.field for error in report.errors if error.field and error.row)
    return counts.most_common(_COLUMNS_COUNTED)


def _group(errors: list[ReportError], count: int) -> Group:
    first = errors[0]
    todo: dict[str, int | None] = {}
    for error in errors:
        if error.hint:
            todo.setdefault(error.hint, error.line or error.row)
    lines = dict.fromkeys(line for error in errors if (line := error.line or error.row))
    return Group(
        title=first.title or first.code,
        column=first.field,
        todo=tuple(islice(todo.items(), EXAMPLES)),
        examples=tuple(errors[:EXAMPLES]),
        count=max(count, len(errors)),
        lines=tuple(lines)[:LINES_LISTED],
        fixable=sum(error.fix is not None for error in errors),
    )


async def _in_table(
    groups: Sequence[Group], report_id: UUID, validator: ValidatorClient
) -> list[Group]:
    """The groups with their examples in the table; without it when it cannot be had."""
    first = groups[:GROUPS_IN_TABLE]
    rows = wanted_rows([error for group in first for error in group.examples])
    if not rows:
        return list(groups)
    try:
        excerpt = await validator.excerpt(report_id, rows, AROUND)
    except (ServiceError, ValidationError):
        return list(groups)
    shown = [replace(g, sheet=sheet_of(g.examples, excerpt, AROUND)) for g in first]
    return [*shown, *groups[GROUPS_IN_TABLE:]]
