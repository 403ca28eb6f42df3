"""The delimiter of a CSV file, and whether spaces follow it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.validator.engine.header import clean_label
from services.validator.engine.suggest import fold

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 100
_NUMBER = re.compile(r"[-+]?[0-9][0-9 .,:/-]*[%€]?")
HEADER_SEARCH = 30
"""Records among which the header is looked for."""


@dataclass(frozen=True)
class Dialect:
    """`padded`: a space follows every delimiter, as in `a, b, c`."""

    delimiter: str = ","
    padded: bool = False


def sniff_dialect(sample: str, names: frozenset[str], preferred: str | None = None) -> Dialect:
    """The delimiter that gives the known column names, else the most regular table."""
    first = sample.lstrip("\ufeff").split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return Dialect(first[4])
    known = frozenset(map(fold, names))
    order = [preferred, *DELIMITERS] if preferred else [*DELIMITERS]
    best = max(dict.fromkeys(order), key=lambda mark: _regularity(sample, mark, known))
    return Dialect(best, padded=_is_padded(sample, best))


def sample_rows(sample: str, delimiter: str, *, padded: bool = False) -> list[list[str]]:
    """The first records; an unclosed quote or a huge field ends them."""
    rows: list[list[str]] = []
    reader = csv.reader(
        io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=padded
    )
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _regularity(sample: str, delimiter: str, known: frozenset[str]) -> tuple[float, ...]:
    """Known titles, then whether the first full row can be a header, then regular rows."""
    rows = [row for row in sample_rows(sample, delimiter) if any(map(str.strip, row))]
    if not rows:
        return (0, 0, 0, 0)
    matches = max(matching(row, known) for row in rows[:HEADER_SEARCH])
    widths = Counter(map(len, rows))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width == 1:
        return (matches, 0, 0, 0)
    titles = next((row for row in rows[:HEADER_SEARCH] if len(row) >= 0.6 * width), [])
    return (matches, _like_titles(titles), round(count / len(rows), 1), width)


def _like_titles(row: Sequence[str]) -> float:
    """The share of distinct texts that are no numbers: a decimal comma makes neither."""
    texts = {cell.strip() for cell in row} - {""}
    words = [text for text in texts if not _NUMBER.fullmatch(text)]
    return round(len(words) / max(len(row), 1), 1)


def matching(row: Sequence[str], known: frozenset[str]) -> int:
    """How many cells of the row are known column names, spelt more or less well."""
    return len({fold(clean_label(cell)) for cell in row if len(cell) < 200} & known)


def _is_padded(sample: str, delimiter: str) -> bool:
    if delimiter == "\t":
        return False
    rows = sample_rows(sample, delimiter)[:HEADER_SEARCH]
    cells = [cell for row in rows for cell in row[1:] if cell]
    return len(cells) > 1 and all(cell.startswith(" ") for cell in cells)
