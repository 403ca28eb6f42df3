"""A column that is the sum of others, exactly.

Fails: a sum that differs, be it by a cent.
Passes: equal amounts (decimals are added exactly); rows where a cell is empty, wrong, or no number.
Source: SCDL délibérations (VOTE_EFFECTIF); behaviour of Validata's check of the same name.
"""

from collections.abc import Sequence
from decimal import Decimal

from services.validator.engine.cells import Cell
from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule
from services.validator.engine.values.numbers import decimal
from services.validator.engine.wording.words import words


def _compile(params: Parameters) -> Check:
    columns = (params.column("column"), *params.columns("columns"))

    def judge(cells: Sequence[Cell]) -> Fault | None:
        numbers = [as_number(cell) for cell in cells]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            return None
        total = sum(known[1:], Decimal(0))
        if total == known[0]:
            return None
        params = {"terms": list(columns[1:]), "total": f"{total:f}"}
        return Fault("", params)

    return Check(columns, judge)


def as_number(cell: Cell) -> Decimal | None:
    """The number a cell holds, whatever the type of its column."""
    if isinstance(cell.value, Decimal):
        return cell.value
    if isinstance(cell.value, int) and not isinstance(cell.value, bool):
        return Decimal(cell.value)
    return decimal(cell.text.strip()) if isinstance(cell.value, str) else None


RULE = Rule(
    code="sum-columns-value",
    title={"fr": "Total différent de la somme", "en": "Total differs from the sum"},
    parameters={"column": "column that holds the total", "columns": "columns to add up"},
    compile=_compile,
    wording={
        "": words(
            (
                "La colonne {field} contient {cell}, mais la somme de {terms} est {total}.",
                "Corrigez le total, ou celle des colonnes qui est fausse.",
            ),
            (
                "The column {field} holds {cell}, but the sum of {terms} is {total}.",
                "Correct the total, or the column that is wrong.",
            ),
        ),
    },
)
