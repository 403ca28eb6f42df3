"""Where a record and its cells end, as `csv` cuts them, and what the programs say of each cell."""

# ruff: noqa: ANN001, ANN201 - plain code for the compiler, which infers its types
# ruff: noqa: C901 - a record is one state machine
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.cell_programs import judge
from services.validator.engine.kernel.primitives import (
    apart,
    compiled,
    equal_mask,
    load8,
    load64,
    lowest_bit,
    store64,
)

LF, CR, QUOTE = 10, 13, 34


@compiled
def marks(position, byte):
    """Bit i: the i-th of the 64 bytes here is this one or a line end; the block ends with one."""
    return equal_mask(position, byte) | equal_mask(position, LF) | equal_mask(position, CR)


@compiled
def onward(position, found, byte):
    """The first window with a mark, from the one here that has these, and its marks."""
    while found == 0:
        position += 64
        found = marks(position, byte)
    return position, found


@compiled
def find(position, byte):
    """The next such byte or line end."""
    position, found = onward(position, marks(position, byte), byte)
    return position + lowest_bit(found)


@apart
def close(position, end, final):
    """(closing quote or 0, line ends before it, whether quotes are doubled)."""
    lines = 0
    doubled = 0
    while True:
        position = find(position, QUOTE)
        if position >= end:
            return 0, lines, doubled
        byte = load8(position)
        if byte == QUOTE:
            if position + 1 >= end and final == 0:
                return 0, lines, doubled
            if position + 1 >= end or load8(position + 1) != QUOTE:
                return position, lines, doubled
            doubled = 1
            position += 2
        else:
            lines += 1
            pair = byte == CR and position + 1 < end and load8(position + 1) == LF
            position += 2 if pair else 1


@compiled
def is_ink(byte):
    """Whether a text that begins with this byte surely is more than spaces."""
    return (byte > 0x20 and byte < 0x7F) or (byte >= 0xC3 and byte <= 0xCB)


@compiled
def watch(state, column, said, cell, stop):
    """Remember what the rules and the keys of the row need of a cell."""
    store64(load64(state + at.S_STATUS) + column * 8, said)
    cells = load64(state + at.S_CELLS)
    store64(cells + column * 16, cell)
    store64(cells + column * 16 + 8, stop)


@compiled
def is_suspect(state, columns, column, cell, stop, doubled):
    """Whether a cell, which may have doubled quotes, is to be asked about."""
    program = columns + column * at.COLUMN_WORDS * 8
    said = at.SUSPECT
    if doubled == 0:
        said = judge(program, cell, stop, load64(state + at.S_VALUES) + column * 16)
    elif load64(program + at.C_KIND) == at.FREE:
        said = at.FILLED
    if load64(program + at.C_WATCHED) != 0:
        watch(state, column, said, cell, stop)
    return said == at.SUSPECT


@compiled
def list_suspect(state, place, column, doubled, cell, stop):
    """Remember a cell that is to be asked about, `place` of them before it in its row."""
    suspect = load64(state + at.S_SUSPECTS) + place * at.SUSPECT_WORDS * 8
    store64(suspect, column | (at.DOUBLED if doubled != 0 else 0))
    store64(suspect + 8, cell)
    store64(suspect + 16, stop)


@compiled
def below(position, byte, end, final):
    """Where the next record begins; 0 when a LF may follow in the next block."""
    if byte == CR:
        if position >= end and final == 0:
            return 0
        if position < end and load8(position) == LF:
            position += 1
    return min(position, end)


@compiled
def record(state, begin, end):
    """Read one record: (the byte after it, its line ends, what to ask, its suspects).

    The byte after is 0 when the record goes on beyond the block, -1 when only the exact
    reader can tell.
    """
    final = load64(state + at.S_FINAL)
    delimiter = load64(state + at.S_DELIMITER)
    width = load64(state + at.S_WIDTH)
    columns = load64(state + at.S_COLUMNS)
    position = begin
    column = 0
    suspects = 0
    lines = 1
    ask = 0
    ink = False
    window = begin
    ahead = marks(window, delimiter)
    while True:
        cell = position
        doubled = 0
        stop = 0
        if load8(position) == QUOTE and position < end:
            cell = position + 1
            stop, inner, doubled = close(cell, end, final)
            if stop == 0:
                return (0 if final == 0 and end - begin < at.CELL_LIMIT else -1), 0, 0, 0
            lines += inner
            window = stop + 1
            ahead = marks(window, delimiter)
        window, ahead = onward(window, ahead, delimiter)
        after = window + lowest_bit(ahead)
        ahead &= ahead - 1
        byte = load8(after)
        if stop == 0:
            stop = after
        elif after != stop + 1:
            ask = at.ASK_ALL
        if after >= end and final == 0:
            return (0 if end - begin < at.CELL_LIMIT else -1), 0, 0, 0
        if stop - cell >= at.CELL_LIMIT:
            return -1, 0, 0, 0
        if not ink and cell < stop:
            ink = is_ink(load8(cell))
        if column < width and is_suspect(state, columns, column, cell, stop, doubled):
            list_suspect(state, suspects, column, doubled, cell, stop)
            suspects += 1
        column += 1
        position = after + 1
        if byte == delimiter and after < end:
            continue
        position = below(position, byte, end, final)
        if position == 0:
            return 0, 0, 0, 0
        break
    if column != width or not ink:
        ask |= at.ASK_ALL
    return position, lines, ask, suspects
