"""Texts of which the kernel is not sure: told to Python once, then known by their number."""

# ruff: noqa: ANN001, ANN201 - plain code for the compiler, which infers its types
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.primitives import apart, compiled, hashed, load64, store64


@compiled
def slot_of(table, mask, one, other):
    """Where a text is known, or may be put."""
    index = one & mask
    while True:
        slot = table + index * at.SLOT
        known = load64(slot + 16)
        if known == 0 or (load64(slot) == one and load64(slot + 8) == other):
            return slot
        index = (index + 1) & mask


@apart
def told(state, suspect):
    """What is known of the text of a suspect; a new text is listed for Python to judge."""
    marked = load64(suspect)
    cell = load64(suspect + 8)
    stop = load64(suspect + 16)
    column = marked & (at.DOUBLED - 1)
    program = load64(state + at.S_COLUMNS) + column * at.COLUMN_WORDS * 8
    cost = load64(program + at.C_TOLD) + stop - cell + at.TEXT_COST
    number = 0
    place = -1
    if stop - cell <= at.MEMORABLE:
        secret = load64(state + at.S_SECRET) + 8 * marked
        one = hashed(cell, stop - cell, secret + 4)
        other = hashed(cell, stop - cell, secret + 6)
        table = load64(state + at.S_KNOWN)
        slot = slot_of(table, load64(state + at.S_KNOWN_MASK), one, other)
        if load64(slot + 16) != 0:
            return load64(slot + 16)
        if cost <= at.MAX_TOLD:
            number = load64(state + at.S_KNOWN_USED) + 1
            store64(state + at.S_KNOWN_USED, number)
            store64(program + at.C_TOLD, cost)
            store64(slot, one)
            store64(slot + 8, other)
            store64(slot + 16, number << at.STATUS_BITS)
            place = slot - table
    if number == 0:
        number = load64(state + at.S_STRAYS) - 1
        store64(state + at.S_STRAYS, number)
    texts = load64(state + at.S_TEXT_COUNT)
    text = load64(state + at.S_TEXTS) + texts * at.TEXT_WORDS * 8
    store64(text, marked)
    store64(text + 8, cell)
    store64(text + 16, stop)
    store64(text + 24, place)
    store64(state + at.S_TEXT_COUNT, texts + 1)
    if load64(program + at.C_WATCHED) == 0:
        return number << at.STATUS_BITS
    return (number << at.STATUS_BITS) | at.NEW


@apart
def list_suspects(state, count, row, line):
    """List those that are not known to be silent; whether one of them is new, and watched."""
    suspects = load64(state + at.S_SUSPECTS)
    found = load64(state + at.S_FOUND_COUNT)
    news = False
    for index in range(count):
        suspect = suspects + index * at.SUSPECT_WORDS * 8
        known = told(state, suspect)
        column = load64(suspect) & (at.DOUBLED - 1)
        program = load64(state + at.S_COLUMNS) + column * at.COLUMN_WORDS * 8
        if load64(program + at.C_WATCHED) != 0:
            if (known & at.NEW) != 0:
                news = True
            store64(load64(state + at.S_STATUS) + column * 8, known & at.STATUSES)
            store64(load64(state + at.S_VALUES) + column * 16 + 8, at.UNKNOWN)
        if (known & at.SILENT) == 0:
            place = load64(state + at.S_FOUND) + found * at.FOUND_WORDS * 8
            store64(place, row)
            store64(place + 8, line)
            store64(place + 16, known >> at.STATUS_BITS)
            found += 1
    store64(state + at.S_FOUND_COUNT, found)
    return news
