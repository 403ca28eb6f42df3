"""What the program of a column says of a cell: surely valid, empty, or to be asked about."""

# ruff: noqa: ANN001, ANN201, PLR1714 - plain code for the compiler, which infers its types
# ruff: noqa: PLR0911 - a cell has as many ways as its column
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.primitives import (
    compiled,
    load8,
    load32,
    load64,
    lowest_bit,
    store64,
    within_mask,
)

MINUS, PLUS, ZERO = 45, 43, 48


@compiled
def number(cell, stop, point):
    """(the value in millionths, whether it fits); the automaton has seen to the form."""
    negative = load8(cell) == MINUS
    if negative or load8(cell) == PLUS:
        cell += 1
    value = 0
    whole = 0
    decimals = -1
    while cell < stop:
        byte = load8(cell)
        if byte == point:
            decimals = 0
        elif byte < ZERO or byte > ZERO + 9:
            return 0, 0
        else:
            value = value * 10 + byte - ZERO
            if decimals >= 0:
                decimals += 1
            else:
                whole += 1
        if whole > at.WHOLE_DIGITS or decimals > at.DECIMALS:
            return 0, 0
        cell += 1
    for _ in range(at.DECIMALS - max(decimals, 0)):
        value *= 10
    return (-value if negative else value), 1


@compiled
def digits(cell, stop):
    """The digits as one number, whatever stands between them."""
    value = 0
    while cell < stop:
        byte = load8(cell)
        if byte >= ZERO and byte <= ZERO + 9:
            value = value * 10 + byte - ZERO
        cell += 1
    return value


@compiled
def characters(cell, stop):
    """Code points."""
    count = 0
    while cell < stop:
        if (load8(cell) & 0xC0) != 0x80:
            count += 1
        cell += 1
    return count


@compiled
def latin(cell, stop):
    """Code points of a text that NFC leaves as many; -1 when that is not sure."""
    count = 0
    while cell < stop:
        byte = load8(cell)
        if byte >= 0xC4 or byte == 0xC0 or byte == 0xC1:
            return -1
        if (byte & 0xC0) != 0x80:
            count += 1
        cell += 1
    return count


@compiled
def fits(program, cell, stop):
    """Whether a text of any characters surely has an allowed length.

    NFC makes at most as many code points of a text as UTF-8 has bytes for it.
    """
    least = load64(program + at.C_LEAST)
    most = load64(program + at.C_MOST)
    if least == 0 and stop - cell <= most:
        return True
    length = latin(cell, stop)
    return length >= least and length <= most


@compiled
def verdict(program, cell, stop):
    """What the automaton says of the bytes; those that keep to its trunk are passed at once."""
    classes = load64(program + at.C_CLASSES)
    moves = load64(program + at.C_MOVES)
    trunk = load64(program + at.C_TRUNK)
    within = within_mask(cell, trunk, trunk + at.TRUNK)
    kept = min(lowest_bit(~within), stop - cell)
    state = load32(trunk + 2 * at.TRUNK + (kept << 2))
    cell += kept
    while cell < stop:
        state = load32(moves + ((state + load8(classes + load8(cell))) << 2))
        if state == 0:
            return at.SUSPECT
        cell += 1
    return load8(load64(program + at.C_ACCEPTS) + (state >> load64(program + at.C_SHIFT)))


@compiled
def has_key(cell, length):
    """Whether so many digits end with their Luhn key; zeros alone are for the exact check."""
    total = 0
    if (length & 1) != 0:
        total = load8(cell) - ZERO
    for index in range(length & 1, length, 2):
        doubled, other = load8(cell + index) - ZERO, load8(cell + index + 1) - ZERO
        # The two digits of a double add up to it less 9.
        total += 2 * doubled + int(doubled > 4) + other
    return total != 0 and total % 10 == 0


@compiled
def measured(program, cell, stop):
    """Whether key, length and bounds hold, the value (in `digits` or millionths), its kind."""
    key = load64(program + at.C_LUHN)
    if key != 0 and (stop - cell != key or not has_key(cell, key)):
        return 0, 0, at.UNKNOWN
    least = load64(program + at.C_LEAST)
    most = load64(program + at.C_MOST)
    size = stop - cell
    if size > most or size < 4 * least:  # bytes do not tell
        length = characters(cell, stop)
        if length < least or length > most:
            return 0, 0, at.UNKNOWN
    kind = load64(program + at.C_VALUE)
    if kind == at.UNKNOWN:
        return 1, 0, at.UNKNOWN
    if kind == at.DATE:
        value = digits(cell, stop)
    else:
        value, fits = number(cell, stop, load64(program + at.C_POINT))
        if fits == 0:
            return 1 - load64(program + at.C_BOUNDED), 0, at.UNKNOWN
    within = value >= load64(program + at.C_LOW) and value <= load64(program + at.C_HIGH)
    return (1 if within else 0), value, kind


@compiled
def judge(program, cell, stop, values):
    """The verdict on a cell without doubled quotes; `values` takes its value and kind."""
    if cell == stop:
        return load64(program + at.C_EMPTY)
    kind = load64(program + at.C_KIND)
    if kind == at.FREE:
        return at.FILLED
    if kind == at.OPAQUE:
        return at.SUSPECT
    if kind == at.TEXT:
        first = load8(load64(program + at.C_CLASSES) + load8(cell))
        if first == at.SUSPECT:
            return at.SUSPECT
        if first == at.MAYBE and stop - cell <= load64(program + at.C_LONGEST):
            return at.SUSPECT
        fit = load64(program + at.C_MEASURED) == 0 or fits(program, cell, stop)
        return at.FILLED if fit else at.SUSPECT
    said = verdict(program, cell, stop)
    if said == at.FILLED and load64(program + at.C_MEASURED) != 0:
        kept, value, kind = measured(program, cell, stop)
        store64(values, value)
        store64(values + 8, kind)
        return at.FILLED if kept != 0 else at.SUSPECT
    return said
