"""The kernel: one pass over the records of a block, passing in silence what is surely valid.

Everything is a word of 64 bits or an address; `layout` names the words. A record either
leaves no trace, or becomes an event: its suspects, the rules to ask, or itself as a whole.
Nothing here ever finds an error.

All functions end as one piece of machine code: `building` inlines those of the other modules.
"""

# ruff: noqa: ANN001, ANN201 - plain code for the compiler, which infers its types
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.primitives import apart, compiled, load64, store64
from services.validator.engine.kernel.records import record
from services.validator.engine.kernel.row_keys import is_new
from services.validator.engine.kernel.row_rules import holds
from services.validator.engine.kernel.suspects import list_suspects


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
