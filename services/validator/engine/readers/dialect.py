"""The delimiter of a CSV file, and whether spaces follow it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.validator.engine.header import clean_label
from services.validator.engine.suggest import fold

DELIMITERS = (",", ";", "\t", "|")
TABS_FIRST = ("\t", ",", ";", "|")
SAMPLE_ROWS = 100
_NUMBER = re.compile(r"[-+]?[0-9][0-9 .,:/-]*[%€]?")
_QUOTED = re.compile('"(?:[^"]|"")*"')
_USUAL = 320
"""Characters of a usual record."""

LONG_LINE = 8_192
"""Characters of a line that is looked at as a whole."""

HEADER_SEARCH = 30
"""Records among which the header is looked for."""


@dataclass(frozen=True)
class Dialect:
    """`padded`: a space follows every delimiter, as in `a, b, c`."""

    delimiter: str = ","
    padded: bool = False


def sniff_dialect(sample: str, names: frozenset[str], marks: Sequence[str] = DELIMITERS) -> Dialect:
    """The delimiter that gives the known column names, else the most regular table.

    Of `marks` that do as well the first is taken.
    """
    first = sample.lstrip("\ufeff").split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return Dialect(first[4])
    known = folded(names)
    named = naming_mark(sample, marks, names)
    if named is not None:
        return Dialect(named)
    best = _by_names(sample, marks, known)
    if best is None:
        best = max(marks, key=lambda mark: _regularity(sample_rows(sample, mark), known))
    return Dialect(best, padded=_is_padded(sample, best))


def naming_mark(sample: str, marks: Iterable[str], names: frozenset[str]) -> str | None:
    """The delimiter by which the first line holds known column names and nothing else.

    Most files have one.
    """
    line = sample[:LONG_LINE].lstrip("\ufeff").split("\n", 1)[0].rstrip("\r")
    if '"' in line or "\r" in line or len(line) == LONG_LINE:
        return None
    for mark in marks:
        cells = line.split(mark)
        if len(cells) >= 2 and names.issuperset(cells) and len(set(cells)) == len(cells):
            return mark
    return None


def _by_names(sample: str, marks: Iterable[str], known: frozenset[str]) -> str | None:
    """The delimiter that gives most known names, when the first rows alone tell."""
    scores = {}
    for mark in marks:
        rows = sample_rows(sample, mark, count=HEADER_SEARCH)
        if not all(any(map(str.strip, row)) for row in rows):
            return None
        scores[mark], _ = most_matching([row for row in rows if len(row) > 1], known)
    most = max(scores.values())
    found = [mark for mark, score in scores.items() if score == most]
    return found[0] if most >= 2 and len(found) == 1 else None


@lru_cache(maxsize=64)
def folded(names: frozenset[str]) -> frozenset[str]:
    """The names as `fold` leaves them."""
    return frozenset(map(fold, names))


def sample_rows(
    sample: str, delimiter: str, *, padded: bool = False, count: int = SAMPLE_ROWS
) -> list[list[str]]:
    """The first records; an unclosed quote or a huge field ends them."""
    usual = count * _USUAL
    rows = _first_rows(sample[:usual], delimiter, count + 1, padded=padded)
    if len(rows) <= count and len(sample) > usual:
        rows = _first_rows(sample, delimiter, count + 1, padded=padded)
    return rows[:count]


def _first_rows(text: str, delimiter: str, count: int, *, padded: bool) -> list[list[str]]:
    """With one more than is asked for, the others are surely whole."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=padded)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == count:
                break
    except csv.Error:
        pass
    return rows


def _regularity(sampled: Sequence[Sequence[str]], known: frozenset[str]) -> tuple[float, ...]:
    """Known titles, then whether the first full row can be a header, then regular rows."""
    rows = [row for row in sampled if any(map(str.strip, row))]
    if not rows:
        return (0, 0, 0, 0)
    matches, _ = most_matching(rows[:HEADER_SEARCH], known)
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


def most_matching(rows: Sequence[Sequence[str]], known: frozenset[str]) -> tuple[int, int]:
    """The most known column names in a row, and the first row that has so many."""
    best, place = 0, 0
    for index, row in enumerate(rows):
        if len(row) > best and (found := matching(row, known)) > best:
            best, place = found, index
    return best, place


def _is_padded(sample: str, delimiter: str) -> bool:
    if delimiter == "\t" or not (f"{delimiter} " in sample or f'{delimiter}" ' in sample):
        return False
    rows = sample_rows(sample, delimiter, count=HEADER_SEARCH)
    cells = [cell for row in rows for cell in row[1:] if cell]
    if len(cells) > 1 and all(cell.startswith(" ") for cell in cells):
        return True
    # A quoted cell that holds the delimiter is cut in two there: its quotes are taken as one.
    whole = _QUOTED.sub("q", sample[: HEADER_SEARCH * _USUAL])
    mark = re.escape(delimiter)
    return whole.count(f"{delimiter} q") > 0 and not re.search(
        rf"{mark}(?! |{mark}|\r|\n|$)", whole
    )
