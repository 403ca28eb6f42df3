"""A period of two years, AAAA/AAAA, the second one later.

Fails: another form, a second year that is not later than the first one.
Passes: 2017/2018; a single year when `allow-year-only` is yes; an empty cell.
Source: SCDL délibérations, field BUDGET_ANNEE.
"""

import re

from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule, single
from services.validator.engine.wording.words import words

_YEAR = re.compile(r"[0-9]{4}")
_INTERVAL = re.compile(r"([0-9]{4})/([0-9]{4})")
_ALMOST = re.compile(r"\s*([0-9]{4})\s*[-–/\\]\s*([0-9]{4})\s*")


def _compile(params: Parameters) -> Check:
    year_only = params.flag("allow-year-only")

    def judge(text: str) -> Fault | None:
        if year_only and _YEAR.fullmatch(text):
            return None
        match = _INTERVAL.fullmatch(text)
        if match is None:
            return Fault("form-or-year" if year_only else "form", fix=_mended(text))
        if match[2] > match[1]:
            return None
        if match[2] == match[1]:
            return Fault("equal", {"first": match[1]}, fix=match[1] if year_only else None)
        return Fault("order", {"first": match[1], "second": match[2]}, fix=f"{match[2]}/{match[1]}")

    return single(params.column("column"), judge)


def _mended(text: str) -> str | None:
    match = _ALMOST.fullmatch(text)
    return f"{match[1]}/{match[2]}" if match and match[2] > match[1] else None


RULE = Rule(
    code="year-interval-value",
    title={"fr": "Période d'années incorrecte", "en": "Wrong period of years"},
    parameters={
        "column": "column that holds the period",
        "allow-year-only": "yes when a single year is allowed too",
    },
    compile=_compile,
    wording={
        "form": words(
            (
                (
                    "« {cell} » n'est pas une période : on attend deux années séparées par"
                    " une barre"
                    " oblique."
                ),
                "Écrivez par exemple 2023/2024.",
            ),
            (
                '"{cell}" is no period: two years separated by a slash are expected.',
                "Write for example 2023/2024.",
            ),
        ),
        "form-or-year": words(
            (
                "« {cell} » n'est ni une année ni une période de deux années.",
                "Écrivez par exemple 2023, ou 2023/2024.",
            ),
            (
                '"{cell}" is neither a year nor a period of two years.',
                "Write for example 2023, or 2023/2024.",
            ),
        ),
        "order": words(
            (
                "Dans « {cell} », la seconde année ({second}) précède la première ({first}).",
                "Écrivez l'année la plus ancienne d'abord.",
            ),
            (
                'In "{cell}", the second year ({second}) comes before the first one ({first}).',
                "Write the earlier year first.",
            ),
        ),
        "equal": words(
            (
                "Dans « {cell} », les deux années sont les mêmes.",
                "La seconde année doit suivre la première, par exemple 2023/2024.",
            ),
            (
                'In "{cell}", both years are the same.',
                "The second year must follow the first one, for example 2023/2024.",
            ),
        ),
    },
)
