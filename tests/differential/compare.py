"""What two validators say of the same cells, as sets that can be subtracted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.differential.nasty import Case

_OF_THE_HEADER = frozenset({
    "missing-label", "extra-label", "blank-label", "duplicate-label", "incorrect-label",
    "unmatched-header", "source-error", "encoding-error", "blank-header", "unclosed-quote", "error",
})  # fmt: skip
_OF_THE_ROW = frozenset({"primary-key", "foreign-key", "extra-cell", "blank-row", "row-constraint"})

_OF_THE_TWIST = frozenset({"encoding-error", "unclosed-quote"})
"""Said of the nasty file only: its plain twin has neither."""


@dataclass(frozen=True, order=True)
class Said:
    """One error reduced to what both sides must agree on: where, and of which kind."""

    row: int
    field: str
    code: str


@dataclass(frozen=True)
class Dispute:
    """Something that one side says and the other does not."""

    ours: bool
    said: Said
    cell: str
    case: Case
    together: frozenset[str]
    """What both sides, taken together, say of the same row."""


def said(found: Iterable[Sequence[Any]]) -> frozenset[Said]:
    """From rows of (row, field, code, …) as the bench's servers answer."""
    return frozenset(_said(*line[:3]) for line in found)


def _said(row: int | None, field: str | None, code: str) -> Said:
    if code in _OF_THE_HEADER:
        return Said(0, "" if code in {"error", "encoding-error"} else field or "", code)
    return Said(row or 0, "" if code in _OF_THE_ROW else field or "", code)


def disputes(case: Case, ours: frozenset[Said], theirs: frozenset[Said]) -> list[Dispute]:
    """All of them, in a stable order."""
    # The row that holds the wrong bytes or the open quote is in one of the two files only.
    last = len(case.rows) + 1
    ours = frozenset(one for one in ours if one.row <= last)
    by_row: dict[int, set[str]] = {}
    for one in ours | theirs:
        by_row.setdefault(one.row, set()).add(one.code)
    return [
        Dispute(one in ours, one, _cell(case, one), case, frozenset(by_row[one.row]))
        for one in sorted(ours ^ theirs)
        if one.code not in _OF_THE_TWIST
    ]


def _cell(case: Case, one: Said) -> str:
    """The text in dispute; a row as a whole is its cells joined."""
    index = one.row - 2
    if not 0 <= index < len(case.rows):
        return ""
    row = case.rows[index]
    labels = [label.strip() for label in case.labels]
    if one.field not in labels:
        return "\x1f".join(row)
    at = labels.index(one.field)
    return row[at] if at < len(row) else ""
