"""Two columns of a row in the right order: column op column2.

Fails: a comparison that does not hold; two values that cannot be compared.
Passes: a comparison that holds, between numbers (also written in text columns), between dates or
between texts; rows where one cell is empty or wrong.
Source: SCDL délibérations (VOTE_EFFECTIF >= VOTE_REEL …); Validata's check of the same name.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.validator.engine.cells import Cell
from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule
from services.validator.engine.rules.sum_columns_value import as_number
from services.validator.engine.wording.words import words

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "<=": operator.le,
    "<": operator.lt,
}
_REASONS = {">": "greater", ">=": "at-least", "==": "equal", "<=": "at-most", "<": "less"}


def _compile(params: Parameters) -> Check:
    op = params.choice("op", frozenset(_OPERATORS))
    compare = _OPERATORS[op]
    columns = (params.column("column"), params.column("column2"))

    def judge(cells: Sequence[Cell]) -> Fault | None:
        left, right = cells
        facts = {"other": columns[1], "other_cell": right.text}
        pair = _comparable(left, right)
        if pair is None:
            return Fault("incomparable", facts)
        return None if compare(*pair) else Fault(_REASONS[op], facts)

    return Check(columns, judge)


def _comparable(left: Cell, right: Cell) -> tuple[Any, Any] | None:
    numbers = as_number(left), as_number(right)
    if None not in numbers:
        return numbers
    if type(left.value) is type(right.value) and not isinstance(left.value, list | dict):
        return left.value, right.value
    return None


def _sentence(fr: str, en: str) -> Any:
    return words(
        (
            (
                f"La valeur {{cell}} de {{field}} devrait être {fr} celle de {{other}}, qui est"
                " {other_cell}."
            ),
            "Corrigez l'une des deux valeurs.",
        ),
        (
            (
                f"The value {{cell}} of {{field}} should be {en} that of {{other}}, which is"
                " {other_cell}."
            ),
            "Correct one of the two values.",
        ),
    )


RULE = Rule(
    code="compare-columns-value",
    title={"fr": "Deux colonnes se contredisent", "en": "Two columns contradict each other"},
    parameters={
        "column": "column on the left",
        "op": "one of > >= == <= <",
        "column2": "column on the right",
    },
    compile=_compile,
    wording={
        "greater": _sentence("supérieure à", "greater than"),
        "at-least": _sentence("supérieure ou égale à", "at least"),
        "equal": _sentence("égale à", "equal to"),
        "at-most": _sentence("inférieure ou égale à", "at most"),
        "less": _sentence("inférieure à", "less than"),
        "incomparable": words(
            (
                (
                    "« {cell} » dans {field} et « {other_cell} » dans {other} ne peuvent pas être"
                    " comparées."
                ),
                "Écrivez deux nombres, ou deux dates, dans ces colonnes.",
            ),
            (
                '"{cell}" in {field} and "{other_cell}" in {other} cannot be compared.',
                "Write two numbers, or two dates, in these columns.",
            ),
        ),
    },
)
