"""The errors of a report grouped as a person mends them: by kind, then by column."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.validator.engine.wording.render import Lang
from services.validator.engine.wording.titles import title
from shared.contracts.report import Report, ReportError

EXAMPLES = 5


@dataclass(frozen=True)
class Group:
    """`count` is that of the listed errors; `examples` are the first ones."""

    title: str
    code: str
    field: str | None
    file: str | None
    count: int
    examples: tuple[ReportError, ...]


def grouped(errors: Sequence[ReportError], lang: Lang, examples: int = EXAMPLES) -> list[Group]:
    """Groups in the order of their first error: structure comes before content."""
    members: dict[tuple[str, str, str | None, str | None], list[ReportError]] = {}
    for error in errors:
        heading = error.title or title(error.code, "", lang)
        members.setdefault((heading, error.code, error.field, error.file), []).append(error)
    return [
        Group(heading, code, field, file, len(found), tuple(found[:examples]))
        for (heading, code, field, file), found in members.items()
    ]


def verdict_words(report: Report, lang: Lang) -> str:
    """The verdict as a word."""
    words = {
        "valid": ("Valide", "Valid"),
        "invalid": ("Non valide", "Invalid"),
        "unreadable": ("Illisible", "Unreadable"),
        "failed": ("Non vérifié", "Not checked"),
    }
    if report.errors_by_code.get("no-schema"):
        return "Schéma inconnu" if lang == "fr" else "Unknown schema"
    return words[report.verdict][0 if lang == "fr" else 1]


def place(error: ReportError, lang: Lang) -> str:
    """« ligne 12, colonne MONTANT »: the physical line, which is what an editor shows.

    Nothing for a JSON document, whose messages name the object.
    """
    if error.pointer is not None:
        return ""
    parts = []
    if error.line is not None:
        parts.append(f"{'ligne' if lang == 'fr' else 'line'} {error.line}")
    if error.field is not None:
        parts.append(f"{'colonne' if lang == 'fr' else 'column'} {error.field}")
    elif error.column is not None:
        parts.append(f"{'colonne n°' if lang == 'fr' else 'column number'} {error.column}")
    return ", ".join(parts)
