"""What the engine found, in no language: a code, a place, and the facts of the wording."""

import dataclasses
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

CELL_LIMIT = 200
"""Characters of a cell that a finding keeps."""

WARNING_LIMIT = 200
HEADER_ROW = 1

_BAD, _MORE_ROWS = 1, 4_096


@dataclass(frozen=True, slots=True)
class Finding:
    """One error or warning.

    `reason` picks the wording among those of `code`; `fix` is the text that would be
    right; `params` are the JSON values that the wording names.
    """

    code: str
    reason: str = ""
    row: int | None = None
    line: int | None = None
    field: str | None = None
    column: int | None = None
    cell: str | None = None
    fix: str | None = None
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Only what is set, so that a thousand findings stay small."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        if not self.params:
            del facts["params"]
        if not self.reason:
            del facts["reason"]
        return {name: value for name, value in facts.items() if value is not None}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Finding":
        """The inverse of `to_json`."""
        return cls(**facts)


class FindingList(Sequence[Finding]):
    """Findings in the order of their discovery.

    Those that differ by their place alone share one *kind*: a finding without row nor line. A
    million of them take 24 bytes each, and are worded once.
    """

    def __init__(self, findings: Sequence[Finding] = ()) -> None:
        self._kinds: list[Finding] = list(findings)
        self._rows = array("q", bytes(8 * len(findings)))
        self._lines = array("q", self._rows)

    def add(self, kind: Finding, row: int = 0, line: int = 0) -> None:
        """A kind and its place, or without row nor line a finding that stands for itself."""
        self._kinds.append(kind)
        self._rows.append(row)
        self._lines.append(line)

    def add_many(self, kinds: Sequence[Finding], rows: "array[int]", lines: "array[int]") -> None:
        """Kinds, each with its place."""
        self._kinds.extend(kinds)
        self._rows.extend(rows)
        self._lines.extend(lines)

    def placed(self) -> Iterator[tuple[Finding, int, int]]:
        """(kind, row, line), or (finding, 0, 0) for what stands for itself."""
        return zip(self._kinds, self._rows, self._lines, strict=True)

    def __len__(self) -> int:
        return len(self._kinds)

    def __iter__(self) -> Iterator[Finding]:
        for kind, row, line in self.placed():
            yield replace(kind, row=row, line=line) if row else kind

    @overload
    def __getitem__(self, index: int) -> Finding: ...

    @overload
    def __getitem__(self, index: slice) -> list[Finding]: ...

    def __getitem__(self, index: int | slice) -> Finding | list[Finding]:
        if isinstance(index, slice):
            return list(self)[index]
        kind, row = self._kinds[index], self._rows[index]
        return replace(kind, row=row, line=self._lines[index]) if row else kind

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


class Findings:
    """Counts every error, keeps the first `max_errors` in the order of their discovery.

    Memory is bounded: one byte per row and one counter per code and per field.
    """

    def __init__(self, max_errors: int) -> None:
        self._max_errors = max_errors
        self._bad_rows = bytearray()
        self.errors = FindingList()
        self.warnings: list[Finding] = []
        self.total = 0
        self.by_code: Counter[str] = Counter()
        self.by_field: Counter[str] = Counter()

    @property
    def truncated(self) -> bool:
        """Whether some errors were counted and not kept."""
        return self.total > len(self.errors)

    @property
    def full(self) -> bool:
        """Whether further errors are counted only."""
        return len(self.errors) >= self._max_errors

    def is_bad(self, row: int) -> bool:
        """Whether an error was counted on that row."""
        return row < len(self._bad_rows) and self._bad_rows[row] == _BAD

    @property
    def rows_with_errors(self) -> int:
        """Rows on which an error was counted."""
        return self._bad_rows.count(_BAD)

    def error(self, finding: Finding) -> None:
        """Count the error and keep it if there is room."""
        self.count(finding.code, finding.field, finding.row)
        if not self.full:
            self.errors.add(_shortened(finding))

    def found(self, kind: Finding, row: int, line: int) -> None:
        """Count the error of a known kind, and keep it if there is room."""
        self.count(kind.code, kind.field, row)
        if not self.full:
            self.errors.add(kind, row, line)

    def found_many(
        self,
        kinds: Sequence[Finding],
        rows: "array[int]",
        lines: "array[int]",
        counts: Iterable[tuple[Finding, int]],
    ) -> None:
        """The same for many at once, rows in order; costs a tenth of a microsecond each.

        `counts` tells how many there are of each, in the order in which they come first.
        """
        if not kinds:
            return
        for kind, count in counts:
            self.by_code[kind.code] += count
            self.by_field[kind.field or ""] += count
        self.total += len(kinds)
        marks = self._marked_to(rows[-1])
        for row in rows:
            marks[row] = _BAD
        room = max(self._max_errors - len(self.errors), 0)
        if len(kinds) > room:
            kinds, rows, lines = kinds[:room], rows[:room], lines[:room]
        self.errors.add_many(kinds, rows, lines)

    def count(self, code: str, field: str | None, row: int | None) -> None:
        """Count an error that there is no room to keep."""
        self.total += 1
        self.by_code[code] += 1
        self.by_field[field or ""] += 1
        if row is not None and row > HEADER_ROW:
            self._marked_to(row)[row] = _BAD

    def warn(self, finding: Finding) -> None:
        """Keep a warning; warnings are few by construction, and capped all the same."""
        if len(self.warnings) < WARNING_LIMIT:
            self.warnings.append(_shortened(finding))

    def _marked_to(self, row: int) -> bytearray:
        """The marks of all rows up to this one."""
        missing = row + 1 - len(self._bad_rows)
        if missing > 0:
            self._bad_rows.extend(bytes(missing + _MORE_ROWS))
        return self._bad_rows


def kind_of(finding: Finding) -> Finding:
    """The finding without its place, as it is listed."""
    short = _shortened(finding)
    placed = short.row is not None or short.line is not None
    return replace(short, row=None, line=None) if placed else short


def _shortened(finding: Finding) -> Finding:
    cell, fix = finding.cell, finding.fix
    if cell is not None and len(cell) > CELL_LIMIT:
        finding = replace(finding, cell=cell[: CELL_LIMIT - 1] + "…")
    if fix is not None and len(fix) > CELL_LIMIT:
        finding = replace(finding, fix=None)
    return finding
