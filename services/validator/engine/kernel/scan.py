"""The kernel: one pass over the records of a block, passing in silence what is surely valid.

Everything is a word of 64 bits or an address; `layout` names the words. A record either
leaves no trace, or becomes an event: its suspects, the rules to ask, or itself as a whole.
Nothing here ever finds an error.
"""

# ruff: noqa: ANN001, ANN201, PLR1714 - plain code for the compiler, which infers its types
# ruff: noqa: C901, PLR0911, PLR0912, PLR0915 - a record is one state machine
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.primitives import (
    apart,
    combined,
    compiled,
    equal_mask,
    hashed,
    load8,
    load32,
    load64,
    lowest_bit,
    store64,
)

LF, CR, QUOTE, MINUS, PLUS, ZERO = 10, 13, 34, 45, 43, 48


@compiled
def find(position, byte):
    """The next such byte or line end; the block ends with one."""
    while True:
        found = equal_mask(position, byte) | equal_mask(position, LF) | equal_mask(position, CR)
        if found != 0:
            return position + lowest_bit(found)
        position += 64


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
    """What the automaton says of the bytes."""
    classes = load64(program + at.C_CLASSES)
    moves = load64(program + at.C_MOVES)
    state = load64(program + at.C_START)
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
    some = 0
    for index in range(length):
        digit = load8(cell + index) - ZERO
        some |= digit
        total += digit
        if ((length - index) & 1) == 0:
            total += digit + int(digit > 4)  # 2 digits of a double add up to it less 9
    return some != 0 and total % 10 == 0


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


@compiled
def is_ink(byte):
    """Whether a text that begins with this byte surely is more than spaces."""
    return (byte > 0x20 and byte < 0x7F) or (byte >= 0xC3 and byte <= 0xCB)


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
def watch(state, column, said, cell, stop):
    """Remember what the rules and the keys of the row need of a cell."""
    store64(load64(state + at.S_STATUS) + column * 8, said)
    cells = load64(state + at.S_CELLS)
    store64(cells + column * 16, cell)
    store64(cells + column * 16 + 8, stop)


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


@compiled
def settle(state, row, event, ask):
    """Put the rules and keys of a row into its event; what there is to ask."""
    status = load64(state + at.S_STATUS)
    values = load64(state + at.S_VALUES)
    doubtful = 0
    rules = load64(state + at.S_RULES)
    for index in range(load64(state + at.S_RULE_COUNT)):
        if not holds(rules + index * at.RULE_WORDS * 8, status, values):
            doubtful |= 1 << index
            ask |= at.ASK_RULES
    store64(event + at.E_RULES, doubtful)
    keys = load64(state + at.S_KEYS)
    for index in range(load64(state + at.S_KEY_COUNT)):
        key = keys + index * at.KEY_WORDS * 8
        cells = load64(state + at.S_CELLS)
        if not is_new(key, row, status, values, cells, load64(state + at.S_SECRET)):
            ask |= at.ASK_KEYS
    return ask


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
    values = load64(state + at.S_VALUES)
    suspect = load64(state + at.S_SUSPECTS)
    position = begin
    column = 0
    suspects = 0
    lines = 1
    ask = 0
    ink = False
    while True:
        cell = position
        doubled = 0
        if load8(position) == QUOTE and position < end:
            cell = position + 1
            stop, inner, doubled = close(cell, end, final)
            if stop == 0:
                return (0 if final == 0 and end - begin < at.CELL_LIMIT else -1), 0, 0, 0
            lines += inner
            after = stop + 1
            byte = load8(after)
            if byte != delimiter and byte != LF and byte != CR:
                ask = at.ASK_ALL
                after = find(after, delimiter)
        else:
            stop = find(position, delimiter)
            after = stop
        byte = load8(after)
        if after >= end and final == 0:
            return (0 if end - begin < at.CELL_LIMIT else -1), 0, 0, 0
        if stop - cell >= at.CELL_LIMIT:
            return -1, 0, 0, 0
        if not ink and cell < stop:
            ink = is_ink(load8(cell))
        if column < width:
            program = columns + column * at.COLUMN_WORDS * 8
            said = at.SUSPECT
            if doubled == 0:
                said = judge(program, cell, stop, values + column * 16)
            elif load64(program + at.C_KIND) == at.FREE:
                said = at.FILLED
            if load64(program + at.C_WATCHED) != 0:
                watch(state, column, said, cell, stop)
            if said == at.SUSPECT:
                store64(suspect, column | (at.DOUBLED if doubled != 0 else 0))
                store64(suspect + 8, cell)
                store64(suspect + 16, stop)
                suspect += at.SUSPECT_WORDS * 8
                suspects += 1
        column += 1
        position = after + 1
        if byte == delimiter and after < end:
            continue
        if byte == CR:
            if position >= end and final == 0:
                return 0, 0, 0, 0
            if position < end and load8(position) == LF:
                position += 1
        position = min(position, end)
        break
    if column != width or not ink:
        ask |= at.ASK_ALL
    return position, lines, ask, suspects


@compiled
def is_quiet(state):
    """Whether the rules of a row without suspects surely find nothing."""
    if load64(state + at.S_KEY_COUNT) != 0:
        return False
    status = load64(state + at.S_STATUS)
    values = load64(state + at.S_VALUES)
    rules = load64(state + at.S_RULES)
    for index in range(load64(state + at.S_RULE_COUNT)):
        if not holds(rules + index * at.RULE_WORDS * 8, status, values):
            return False
    return True


@apart
def is_full(state):
    """Whether a table must grow before another row."""
    width = load64(state + at.S_WIDTH)
    if (load64(state + at.S_KNOWN_USED) + width) * 2 > load64(state + at.S_KNOWN_MASK):
        return True
    keys = load64(state + at.S_KEYS)
    for index in range(load64(state + at.S_KEY_COUNT)):
        key = keys + index * at.KEY_WORDS * 8
        if load64(key + at.K_USED) * 2 > load64(key + at.K_MASK):
            return True
    return False


@apart
def is_cramped(state):
    """Whether another row may not fit into what Python is told."""
    width = load64(state + at.S_WIDTH)
    if load64(state + at.S_EVENT_COUNT) >= load64(state + at.S_EVENT_ROOM):
        return True
    if load64(state + at.S_FOUND_COUNT) + width > load64(state + at.S_FOUND_ROOM):
        return True
    return load64(state + at.S_TEXT_COUNT) + width > load64(state + at.S_TEXT_ROOM)


@apart
def row_of(state, begin, after, lines, ask, suspects):
    """List a row that was read: its suspects, and an event when there is more to ask."""
    row = load64(state + at.S_ROW) + 1
    line = load64(state + at.S_LINE)
    before = load64(state + at.S_FOUND_COUNT)
    count = load64(state + at.S_EVENT_COUNT)
    event = load64(state + at.S_EVENTS) + count * at.EVENT_WORDS * 8
    news = False
    if ask == 0:
        if suspects != 0:
            news = list_suspects(state, suspects, row, line)
        ask = settle(state, row, event, ask)
    if ask != 0:
        store64(event + at.E_ROW, row)
        store64(event + at.E_LINE, line)
        store64(event + at.E_BEGIN, begin)
        store64(event + at.E_END, after)
        store64(event + at.E_ASK, ask)
        store64(event + at.E_FOUND, before)
        store64(event + at.E_SUSPECTS, load64(state + at.S_FOUND_COUNT) - before)
        store64(event + at.E_TEXTS, load64(state + at.S_TEXT_COUNT))
        store64(state + at.S_EVENT_COUNT, count + 1)
    store64(state + at.S_ROW, row)
    store64(state + at.S_LINE, line + lines)
    store64(state + at.S_POSITION, after)
    if (ask & (at.ASK_KEYS | at.ASK_ALL)) != 0 and load64(state + at.S_KEY_COUNT) != 0:
        return at.KEYS
    patience = load64(state + at.S_PATIENCE)
    if news and patience > 0:
        store64(state + at.S_PATIENCE, patience - 1)
        return at.NEWS
    return at.MORE


@compiled
def scan(state):
    """Read records until bytes, room or certainty end; the reason why it stopped."""
    position = load64(state + at.S_POSITION)
    end = load64(state + at.S_END)
    crowded = True
    while position < end:
        if crowded:
            if is_cramped(state):
                return at.ROOM
            if is_full(state):
                return at.GROW
        after, lines, ask, suspects = record(state, position, end)
        if after <= 0:
            return at.MORE if after == 0 else at.ODD
        crowded = ask != 0 or suspects != 0 or not is_quiet(state)
        if crowded:
            code = row_of(state, position, after, lines, ask, suspects)
            if code != at.MORE:
                return code
        else:
            store64(state + at.S_ROW, load64(state + at.S_ROW) + 1)
            store64(state + at.S_LINE, load64(state + at.S_LINE) + lines)
            store64(state + at.S_POSITION, after)
        position = after
    return at.MORE


@compiled
def moved(old, count, table, mask):
    """Put the keys of a table into a larger one; how many slots that were."""
    for index in range(count):
        slot = old + index * at.SLOT
        row = load64(slot + 16)
        if row != 0:
            place(table, mask, load64(slot), load64(slot + 8), row)
    return count
