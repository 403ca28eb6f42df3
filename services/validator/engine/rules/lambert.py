"""What the rules on Lambert 93 coordinates have in common."""

from collections.abc import Callable, Sequence

from services.validator.engine.cells import Cell
from services.validator.engine.rules.rule import Check, Fault, Parameters
from services.validator.engine.rules.sum_columns_value import as_number

EAST = (-357_823, 1_313_633)
NORTH = (6_037_008, 7_230_728)
"""Metres, between which metropolitan France lies in RGF93 / Lambert 93 (EPSG:2154)."""


def within(own: tuple[int, int], other: tuple[int, int]) -> Callable[[Parameters], Check]:
    """The `compile` of a rule on one axis: a value of the other axis says so."""

    def judge(cells: Sequence[Cell]) -> Fault | None:
        value = as_number(cells[0])
        if value is None:
            return Fault("number")
        if abs(value) <= 180:
            return Fault("degrees")
        if own[0] <= value <= own[1]:
            return None
        return Fault("swapped" if other[0] <= value <= other[1] else "outside")

    return lambda params: Check((params.column("column"),), judge)
