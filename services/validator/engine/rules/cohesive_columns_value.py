"""Columns that go together: all filled, or all empty.

Fails: a row where some are filled and some are not. A column that the file lacks counts as
empty, and is said once.
Passes: a row where all are filled (be it with a wrong value, which has its own error), or none.
Source: SCDL délibérations, votes; behaviour of Validata's check of the same name.
"""

from collections.abc import Sequence

from services.validator.engine.cells import Cell
from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule
from services.validator.engine.wording.words import words


def _compile(params: Parameters) -> Check:
    columns = (params.column("column"), *params.columns("othercolumns"))

    def judge(cells: Sequence[Cell]) -> Fault | None:
        blanks = [column for column, cell in zip(columns, cells, strict=True) if cell.blank]
        if not blanks or len(blanks) == len(columns):
            return None
        filled = [column for column in columns if column not in blanks]
        return Fault("", {"blank": blanks, "filled": filled})

    return Check(columns, judge, needs="nothing", once_without="any")


RULE = Rule(
    code="cohesive-columns-value",
    title={"fr": "Colonnes à remplir ensemble", "en": "Columns to fill together"},
    parameters={"column": "first column", "othercolumns": "the columns that go with it"},
    compile=_compile,
    wording={
        "": words(
            (
                (
                    "Les colonnes {columns} se remplissent ensemble. Ici, rempli : {filled} ;"
                    " vide : {blank}."
                ),
                "Remplissez aussi {blank}, ou videz {filled}.",
            ),
            (
                "The columns {columns} go together. Here, filled: {filled}; empty: {blank}.",
                "Fill {blank} too, or empty {filled}.",
            ),
        ),
    },
)
