"""One sentence that says what the file is."""

from collections.abc import Mapping

from services.validator.engine.result import Result
from services.validator.engine.wording.render import Lang, render

_STRUCTURE = frozenset({
    "missing-label", "unmatched-header", "duplicate-label", "unclosed-quote", "misordered-labels",
})  # fmt: skip
_ALMOST = 0.1
"""Share of rows with errors up to which a file is « presque valide »."""


def summary(result: Result, lang: Lang) -> str:
    """The verdict, its extent and where, in a sentence or two."""
    if result.cause is not None:
        return render(result.cause, lang)[0]
    rows = count(result.stats.rows, lang)
    if result.verdict == "valid":
        return _valid(rows, result, lang)
    structural = sum(result.errors_by_code.get(code, 0) for code in _STRUCTURE)
    parts = []
    if structural:
        parts.append(_structure(structural, lang))
    if result.stats.rows_with_errors:
        parts.append(_rows(result, rows, lang))
    elif not structural:
        parts.append(_errors(result.stats.errors, lang))
    almost = not structural and result.stats.rows_with_errors <= _ALMOST * max(result.stats.rows, 1)
    return _lead(lang, almost=almost) + ", ".join(parts) + "."


def count(number: int, lang: Lang) -> str:
    """1204 as « 1 204 » (narrow no-break space), or 1,204 in English."""
    return f"{number:,}".replace(",", "\u202f") if lang == "fr" else f"{number:,}"


_UNITS: Mapping[tuple[str, Lang], str] = {
    ("row", "fr"): "ligne",
    ("row", "en"): "row",
    ("object", "fr"): "objet",
    ("object", "en"): "object",
}


def _valid(rows: str, result: Result, lang: Lang) -> str:
    unit, number = _UNITS[result.unit, lang], result.stats.rows
    if lang == "fr":
        done = "vérifié" if result.unit == "object" else "vérifiée"
        lines = f"1 {unit} {done}" if number == 1 else f"{rows} {unit}s {done}s"
        return f"Fichier valide\u00a0: {lines}, aucune erreur."
    lines = f"1 {unit} checked" if number == 1 else f"{rows} {unit}s checked"
    return f"Valid file: {lines}, no error."


def _lead(lang: Lang, *, almost: bool) -> str:
    if lang == "fr":
        return "Fichier presque valide\u00a0: " if almost else "Fichier non valide\u00a0: "
    return "Almost valid file: " if almost else "Invalid file: "


def _structure(number: int, lang: Lang) -> str:
    if lang == "fr":
        return f"{number} problème{'s' if number > 1 else ''} de structure"
    return f"{number} structural problem{'s' if number > 1 else ''}"


def _errors(number: int, lang: Lang) -> str:
    if lang == "fr":
        return f"{count(number, lang)} erreur{'s' if number > 1 else ''} à corriger"
    return f"{count(number, lang)} error{'s' if number > 1 else ''} to correct"


def _rows(result: Result, rows: str, lang: Lang) -> str:
    bad = result.stats.rows_with_errors
    number, unit = count(bad, lang), _UNITS[result.unit, lang]
    columns = [name for name in result.errors_by_field if name]
    one = columns[0] if len(columns) == 1 and set(result.errors_by_field) == set(columns) else None
    if lang == "fr":
        said = f"{number} {unit}{'s' if bad > 1 else ''} sur {rows} à corriger"
        where = "toutes dans la colonne" if bad > 1 else "dans la colonne"
    else:
        said = f"{number} {unit}{'s' if bad > 1 else ''} of {rows} to correct"
        where = "all in the column" if bad > 1 else "in the column"
    if result.unit == "object":
        return said
    return said if one is None else f"{said}, {where} {one}"
