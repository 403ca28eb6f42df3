"""A report as plain text for a terminal: the verdict first, then what to mend."""

import unicodedata
from collections.abc import Iterator

from services.validator.engine.rendering.groups import EXAMPLES, grouped, place
from services.validator.engine.wording.render import Lang
from shared.contracts.report import Report, ReportError

_WORDS = {
    "fr": {
        "schema": "Schéma", "detected": "reconnu d'après les colonnes", "file": "Fichier",
        "more": "… et {count} autres", "warnings": "Remarques (le fichier reste publiable) :",
        "truncated": "Seules les {listed} premières erreurs sont détaillées, sur {total}.",
    },
    "en": {
        "schema": "Schema", "detected": "recognised from the columns", "file": "File",
        "more": "… and {count} more", "warnings": "Remarks (the file may be published as it is):",
        "truncated": "Only the first {listed} errors are detailed, of {total}.",
    },
}  # fmt: skip


def render_text(report: Report, lang: Lang = "fr") -> str:
    """Ends with a newline; has no control characters, whatever the file holds."""
    return "\n".join(map(_printable, _lines(report, lang))) + "\n"


def _lines(report: Report, lang: Lang) -> Iterator[str]:
    said = _WORDS[lang]
    yield report.summary
    yield ""
    facts = [report.file.format, report.file.encoding, _delimiter(report.file.delimiter)]
    known = ", ".join(fact for fact in (*facts, report.file.sheet) if fact)
    yield f"{said['file']:8} {report.file.name}" + (f" ({known})" if known else "")
    if report.schema_.name:
        detected = f" ({said['detected']})" if report.detected else ""
        yield f"{said['schema']:8} {report.schema_.name} {report.schema_.version or ''}{detected}"
    for group in grouped(report.errors, lang):
        yield ""
        column = f" — {group.field}" if group.field else ""
        yield f"✗ {group.title}{column} ({group.count})"
        for error in group.examples:
            yield from _entry(error, lang)
        if group.count > EXAMPLES:
            yield "    " + said["more"].format(count=group.count - EXAMPLES)
    if report.truncated:
        yield ""
        yield said["truncated"].format(listed=len(report.errors), total=report.stats.errors)
    if report.warnings:
        yield ""
        yield said["warnings"]
        for warning in report.warnings:
            yield f"  - {warning.message}" + (f" {warning.hint}" if warning.hint else "")


def _entry(error: ReportError, lang: Lang) -> Iterator[str]:
    where = place(error, lang)
    yield f"    {where} : {error.message}" if where else f"    {error.message}"
    if error.hint:
        yield f"      → {error.hint}"


def _delimiter(mark: str | None) -> str | None:
    return {"\t": "tab", None: None}.get(mark, mark)


def _printable(line: str) -> str:
    """A cell may hold terminal escapes: nothing but text is written."""
    return "".join(
        character if unicodedata.category(character)[0] != "C" else " " for character in line
    )
