"""Whether the keys of a row are surely new: a table of their hashes."""

# ruff: noqa: ANN001, ANN201, PLR1714 - plain code for the compiler, which infers its types
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.primitives import (
    apart,
    combined,
    compiled,
    hashed,
    load64,
    store64,
)


@compiled
def part(cells, column, status, values, secret):
    """The hash of one cell of a key."""
    if load64(status + column * 8) == at.BLANK:
        return secret
    if load64(values + column * 16 + 8) != at.UNKNOWN:
        return hashed(values + column * 16, 8, secret + 1)
    begin = load64(cells + column * 16)
    return hashed(begin, load64(cells + column * 16 + 8) - begin, secret)


@compiled
def place(table, mask, one, other, row):
    """The row that has this key: `row` itself, put into the table, or an earlier one."""
    index = one & mask
    while True:
        slot = table + index * at.SLOT
        known = load64(slot + 16)
        if known == 0:
            store64(slot, one)
            store64(slot + 8, other)
            store64(slot + 16, row)
            return row
        if load64(slot) == one and load64(slot + 8) == other:
            return known
        index = (index + 1) & mask


@apart
def is_new(key, row, status, values, cells, secret):
    """Whether the key is surely seen for the first time; it then is in the table."""
    count = load64(key + at.K_COUNT)
    blank = 0
    one = 0
    other = 0
    for index in range(count):
        packed = load64(key + at.K_COLUMNS + index * 8)
        column = packed & (at.NUMERIC - 1)
        said = load64(status + column * 8)
        if said == at.WRONG:
            return True
        if said == at.SUSPECT or said == at.BROKEN:
            return False
        if said == at.BLANK:
            blank += 1
        elif packed >= at.NUMERIC and load64(values + column * 16 + 8) == at.UNKNOWN:
            return False
        one = combined(one, part(cells, column, status, values, secret))
        other = combined(other, part(cells, column, status, values, secret + 2))
    if blank == count:
        return load64(key + at.K_PRIMARY) == 0
    table = load64(key + at.K_TABLE)
    if place(table, load64(key + at.K_MASK), one, other, row) != row:
        return False
    store64(key + at.K_USED, load64(key + at.K_USED) + 1)
    return True


@compiled
def moved(old, count, table, mask):
    """Put the keys of a table into a larger one; how many slots that were."""
    for index in range(count):
        slot = old + index * at.SLOT
        row = load64(slot + 16)
        if row != 0:
            place(table, mask, load64(slot), load64(slot + 8), row)
    return count
