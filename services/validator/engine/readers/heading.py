"""Which record is the header: title lines above it are common in files made for people."""

from collections import Counter
from collections.abc import Sequence

from services.validator.engine.readers.dialect import HEADER_SEARCH, folded, most_matching


def locate_header(rows: Sequence[Sequence[str]], names: frozenset[str]) -> int:
    """Index of the header among the first records; 0 when nothing speaks for another.

    Known column names decide; without them, the first record about as wide as the table.
    """
    searched = rows[:HEADER_SEARCH]
    place = named_header(searched, names)
    return _by_shape(rows, searched) if place is None else place


def named_header(searched: Sequence[Sequence[str]], names: frozenset[str]) -> int | None:
    """The record, among those where it is sought, that known column names show."""
    best, place = most_matching(searched, folded(names)) if names else (0, 0)
    if best >= 2 or (best == 1 and max(map(_filled, searched), default=0) <= 2):
        return place
    return None


def _by_shape(rows: Sequence[Sequence[str]], searched: Sequence[Sequence[str]]) -> int:
    widths = Counter(_filled(row) for row in rows if _filled(row) > 1)
    if not widths:
        return next((index for index, row in enumerate(searched) if _filled(row)), 0)
    usual = max(widths, key=lambda width: (widths[width], width))
    for index, row in enumerate(searched):
        if _filled(row) >= max(2, usual * 0.6):
            return index
    return next((index for index, row in enumerate(searched) if _filled(row)), 0)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())
