"""A report as plain text for a terminal: the verdict first, then what to mend."""

import unicodedata
from collections.abc import Iterator

from services.validator.engine.rendering.groups import EXAMPLES, grouped, place
from services.validator.engine.wording.render import Lang
from shared.contracts.report import Report, ReportError

_WORDS = {
    "fr": {
        "schema": "Schéma", "detected": "reconnu d'après les colonnes", "file": "Fichier",
        "more": "… et {count} autres",
        "warnings": "Remarques (elles n'empêchent pas la publication) :",
        "truncated": "Seules les {listed} premières erreurs sont détaillées, sur {total}.",
    },
    "en": {
        "schema": "Schema", "detected": "recognised from the columns", "file": "File",
        "more": "… and {count} more", "warnings": "Remarks (they do not prevent publication):",
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
    if report.schema.name:
        detected = f" ({said['detected']})" if report.detected else ""
        yield f"{said['schema']:8} {report.schema.name} {report.schema.version or ''}{detected}"
    yield from _members(report, lang)
    for group in grouped(report.errors, lang):
        yield ""
        where = "".join(f" — {part}" for part in (group.file, group.field) if part)
        yield f"✗ {group.title}{where} ({group.count})"
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
            file = f"{warning.file} : " if warning.file else ""
            yield f"  - {file}{warning.message}" + (f" {warning.hint}" if warning.hint else "")


def _members(report: Report, lang: Lang) -> Iterator[str]:
    """One line for each file of a package."""
    for member in report.members:
        mark = "✓" if member.verdict == "valid" else "✗"
        known = f" ({member.resource})" if member.resource else ""
        yield f"  {mark} {member.name}{known} : {_extent(member.rows, member.errors, lang)}"


def _extent(rows: int, errors: int, lang: Lang) -> str:
    if lang == "fr":
        wrong = f"{errors} erreur{'s' if errors > 1 else ''}" if errors else "aucune erreur"
        return f"{rows} ligne{'s' if rows > 1 else ''}, {wrong}"
    wrong = f"{errors} error{'s' if errors != 1 else ''}" if errors else "no error"
    return f"{rows} row{'s' if rows != 1 else ''}, {wrong}"


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
