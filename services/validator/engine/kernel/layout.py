"""Where each word stands in the memory that Python and the kernel share, and what it means."""

WORD = 8
PADDING = 64
"""Bytes after the last one of a block that the kernel may read."""

LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1

# Of a cell.
SUSPECT, BLANK, FILLED, WRONG, BROKEN = 0, 1, 2, 3, 4
"""Not known; empty; valid; known to have no value; known to have one that is not allowed."""

MAYBE = 1
"""Of the first byte of a text: a missing value may begin so."""

# Why `scan` came back.
MORE, ROOM, ODD, KEYS, GROW, NEWS = 0, 1, 2, 3, 4, 5
"""Needs more bytes; no more room; a record for the exact reader; keys to ask; a full table;
a text to be judged before the next rows."""

# The state of one validation.
(
    S_POSITION, S_END, S_FINAL, S_ROW, S_LINE, S_DELIMITER, S_WIDTH, S_COLUMNS, S_STATUS,
    S_VALUES, S_CELLS, S_SUSPECTS, S_EVENTS, S_EVENT_COUNT, S_EVENT_ROOM, S_FOUND, S_FOUND_COUNT,
    S_FOUND_ROOM, S_TEXTS, S_TEXT_COUNT, S_TEXT_ROOM, S_KNOWN, S_KNOWN_MASK, S_KNOWN_USED,
    S_STRAYS, S_PATIENCE, S_RULES, S_RULE_COUNT, S_KEYS, S_KEY_COUNT, S_SECRET,
) = range(0, 31 * WORD, WORD)  # fmt: skip
STATE_WORDS = 32

# A column's program.
FREE, TEXT, LANGUAGE, OPAQUE = 0, 1, 2, 3
"""Any text; any but a missing one, told by its first byte; an automaton; always a suspect."""

UNKNOWN, NUMBER, DATE = 0, 1, 2
(
    C_KIND, C_EMPTY, C_CLASSES, C_MOVES, C_ACCEPTS, C_SHIFT, C_TRUNK, C_LONGEST, C_VALUE,
    C_POINT, C_BOUNDED, C_LOW, C_HIGH, C_LEAST, C_MOST, C_MEASURED, C_WATCHED,
    C_TOLD, C_LUHN,
) = range(0, 19 * WORD, WORD)  # fmt: skip
COLUMN_WORDS = 19
NO_LENGTH = 1 << 40

TRUNK = 32
"""Bytes of a cell that are compared with the trunk of its automaton: the beginning of an interval
for each, how many bytes it has (none beyond the trunk), and the states between them."""

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

# A suspect of the present row: its column (and whether it has doubled quotes), first byte, byte
# after the last.
SUSPECT_WORDS = 3
DOUBLED = 1 << 32

# A text that is met for the first time: the suspect that it was, and its slot among the known
# texts, or -1 when it has none. Texts are numbered from 1 as they come; those without a slot are
# strays, numbered from -1 downwards until Python has judged them.
TEXT_WORDS = 4

# A known text: two hashes, then its number, whether it is silent, and its status.
STATUS_BITS, STATUSES, SILENT, NEW = 5, 7, 8, 16
"""`NEW` is said once, when the text is told: it is watched, and Python has not judged it."""

MEMORABLE = 4_096
"""Bytes of the longest text that is known."""

MAX_TOLD, TEXT_COST = 1 << 21, 128
"""Bytes of known texts of one column, and what each costs beside its own bytes."""

# A suspect that was met: row, line, the number of its text.
FOUND_WORDS = 3

# A row for which Python has to be asked, beside its suspects.
(
    E_ROW, E_LINE, E_BEGIN, E_END, E_ASK, E_RULES, E_FOUND, E_SUSPECTS, E_TEXTS,
) = range(0, 9 * WORD, WORD)  # fmt: skip
"""`E_FOUND`: suspects met before this row; `E_SUSPECTS`: those of the row; `E_TEXTS`: texts told up
to this row."""

EVENT_WORDS = 9
ASK_ALL, ASK_RULES, ASK_KEYS = 1, 2, 4

CELL_LIMIT = 1 << 22
"""Bytes of a cell, from which the exact reader decides (it counts characters)."""

WHOLE_DIGITS, DECIMALS, SCALE = 11, 6, 1_000_000
WORD_DIGITS = 19
"""A number that fits is kept as millionths; sums of thirty of them fit in a word."""
