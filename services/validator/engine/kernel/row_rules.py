"""Whether the rules over several columns surely find nothing in a row."""

# ruff: noqa: ANN001, ANN201, PLR1714 - plain code for the compiler, which infers its types
# ruff: noqa: PLR0911 - a comparison is one of five
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.primitives import apart, compiled, load64


@compiled
def is_out(said):
    """Whether a rule that reads sound values surely leaves such a cell, and its row, alone."""
    return said == at.BLANK or said == at.WRONG or said == at.BROKEN


@compiled
def compared(rule, kind, status, values):
    """Whether a comparison of two columns surely holds."""
    left = load64(rule + at.R_COLUMNS)
    right = load64(rule + at.R_COLUMNS + 8)
    one = load64(status + left * 8)
    other = load64(status + right * 8)
    if is_out(one) or is_out(other):
        return True
    if one != at.FILLED or other != at.FILLED:
        return False
    nature = load64(values + left * 16 + 8)
    if nature == at.UNKNOWN or nature != load64(values + right * 16 + 8):
        return False
    a = load64(values + left * 16)
    b = load64(values + right * 16)
    if kind == at.LESS:
        return a < b
    if kind == at.LESS_EQUAL:
        return a <= b
    if kind == at.EQUAL:
        return a == b
    if kind == at.GREATER_EQUAL:
        return a >= b
    return a > b


@apart
def summed(rule, count, status, values):
    """Whether the first column surely is the sum of the others, or has not to be."""
    total = 0
    known = True
    for index in range(count):
        column = load64(rule + at.R_COLUMNS + index * 8)
        said = load64(status + column * 8)
        if is_out(said):
            return True
        if said != at.FILLED or load64(values + column * 16 + 8) != at.NUMBER:
            known = False
        value = load64(values + column * 16)
        total = value if index == 0 else total - value
    return known and total == 0


@compiled
def holds(rule, status, values):
    """Whether a rule over several columns surely finds nothing in this row."""
    kind = load64(rule + at.R_KIND)
    count = load64(rule + at.R_COUNT)
    if kind == at.ASK or kind == at.DONE:
        return kind == at.DONE
    if kind == at.SUM:
        return summed(rule, count, status, values)
    if kind != at.COHESIVE and kind != at.EITHER:
        return compared(rule, kind, status, values)
    blank = 0
    filled = 0
    for index in range(count):
        said = load64(status + load64(rule + at.R_COLUMNS + index * 8) * 8)
        if said == at.BLANK:
            blank += 1
        elif said != at.SUSPECT:
            filled += 1
    if kind == at.EITHER:
        return filled > 0
    return blank == count or filled == count
