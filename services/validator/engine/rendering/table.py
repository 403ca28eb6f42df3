"""A report as CSV: one line per error, for a spreadsheet or a script."""

import csv
import io

from services.validator.engine.wording.render import Lang
from shared.contracts.report import Report, ReportError

COLUMNS = (
    "severity", "code", "row", "line", "field", "column", "cell", "message", "hint", "fix", "file",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_csv(report: Report, lang: Lang = "fr") -> str:
    """Comma separated, CRLF ends, errors first, then warnings.

    `file` is filled for a package, whose files are several. The column names are the same in
    both languages; `lang` is that of the report already.
    A cell that a spreadsheet would run as a formula is given a leading apostrophe.
    """
    del lang
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for severity, findings in (("error", report.errors), ("warning", report.warnings)):
        writer.writerows([severity, *_cells(finding)] for finding in findings)
    return out.getvalue()


def _cells(error: ReportError) -> list[str | int | None]:
    values = [getattr(error, name) for name in COLUMNS[1:]]
    return [_harmless(value) if isinstance(value, str) else value for value in values]


def _harmless(text: str) -> str:
    plain = text.replace(",", ".").removeprefix("-").removeprefix("+")
    if text.startswith(_FORMULA) and not plain.replace(".", "", 1).isdecimal():
        return f"'{text}"
    return text
