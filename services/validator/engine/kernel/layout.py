"""Where each word stands in the memory that Python and the kernel share, and what it means."""

WORD = 8
PADDING = 64
"""Bytes after the last one of a block that the kernel may read."""

LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1

# Of a cell.
SUSPECT, BLANK, FILLED = 0, 1, 2

# Why `scan` came back.
MORE, ROOM, ODD, KEYS, GROW = 0, 1, 2, 3, 4
"""Needs more bytes; events are full; a record for the exact reader; keys to ask; a full table."""

# The state of one validation.
(
    S_POSITION, S_END, S_FINAL, S_ROW, S_LINE, S_DELIMITER, S_WIDTH, S_COLUMNS, S_STATUS,
    S_VALUES, S_EVENTS, S_USED, S_ROOM, S_RULES, S_RULE_COUNT, S_KEYS, S_KEY_COUNT, S_CELLS,
    S_SECRET,
) = range(0, 19 * WORD, WORD)  # fmt: skip
STATE_WORDS = 20

# A column's program.
FREE, TEXT, LANGUAGE, OPAQUE = 0, 1, 2, 3
"""Any text; any but a missing one, told by its first byte; an automaton; always a suspect."""

UNKNOWN, NUMBER, DATE = 0, 1, 2
(
    C_KIND, C_EMPTY, C_CLASSES, C_MOVES, C_ACCEPTS, C_SHIFT, C_START, C_LONGEST, C_VALUE,
    C_POINT, C_BOUNDED, C_LOW, C_HIGH, C_LEAST, C_MOST, C_MEASURED, C_WATCHED,
) = range(0, 17 * WORD, WORD)  # fmt: skip
COLUMN_WORDS = 17
NO_LENGTH = 1 << 40

# A rule over several columns: its kind, how many columns, which.
COHESIVE, EITHER, SUM, LESS, LESS_EQUAL, EQUAL, GREATER_EQUAL, GREATER = range(1, 9)
ASK = 0
"""A rule that the kernel does not know: it is asked of every row."""

DONE = 9
"""A rule that has said what it says once."""

R_KIND, R_COUNT, R_COLUMNS = 0, WORD, 2 * WORD
RULE_WORDS = 34
RULE_COLUMNS = RULE_WORDS - 2
MAX_RULES = 60

# A key: whether it is the primary one, its table, how many columns, which.
K_PRIMARY, K_TABLE, K_MASK, K_USED, K_COUNT, K_COLUMNS = range(0, 6 * WORD, WORD)
KEY_WORDS = 38
KEY_COLUMNS = KEY_WORDS - 5
NUMERIC = 1 << 32
"""Added to the number of a column whose values, not texts, are compared."""

SLOT = 3 * WORD
"""A slot of a key table: two hashes and the row, 0 when it is free."""

# An event, followed by three words for each suspect: column (and whether it has doubled
# quotes), first byte, byte after the last.
E_ROW, E_LINE, E_BEGIN, E_END, E_ASK, E_RULES, E_SUSPECTS = range(0, 7 * WORD, WORD)
EVENT_WORDS = 7
SUSPECT_WORDS = 3
DOUBLED = 1 << 32
ASK_ALL, ASK_RULES, ASK_KEYS = 1, 2, 4

CELL_LIMIT = 1 << 22
"""Bytes of a cell, from which the exact reader decides (it counts characters)."""

WHOLE_DIGITS, DECIMALS, SCALE = 11, 6, 1_000_000
WORD_DIGITS = 19
"""A number that fits is kept as millionths; sums of thirty of them fit in a word."""
