"""What only a look at the whole table tells, gathered while it is being judged."""

from collections.abc import Iterator, Sequence

from services.validator.engine.cells import MEMORABLE, REMEMBERED
from services.validator.engine.header import Header
from services.validator.engine.repair.rules import CELL_RULES
from services.validator.engine.repair.rules.rule import Marks
from services.validator.engine.repair.rules.texts import strip_ends
from services.validator.engine.table import Record


class Survey:
    """Marks of the columns, blank columns, rows too short, and where the content ends."""

    def __init__(self, header: Header) -> None:
        labelled = {column.position for column in header.columns}
        self._blank = set(range(header.width)) - labelled
        self._last_label = max(labelled, default=-1)
        self._watched = {
            column.position: _Watch([rule.observe for rule in CELL_RULES
                                     if rule.observe and rule.applies(column.spec)])
            for column in header.columns
            if column.spec is not None
        }  # fmt: skip
        self.records = 0
        self.filled = 0
        self.short = False

    def watch(self, records: Iterator[Record]) -> Iterator[Record]:
        """The same records, seen on their way. Memory is bounded by column.

        A row of characters that cannot be seen is a blank one.
        """
        for line, cells in records:
            self.records += 1
            if any(map(strip_ends, cells)):
                self._see(cells)
            yield line, cells

    def blank_columns(self, labels: Sequence[str]) -> tuple[int, ...]:
        """Positions of columns without a name and without a cell."""
        return tuple(sorted(position for position in self._blank if not labels[position]))

    def marks(self, position: int) -> tuple[frozenset[str], frozenset[str]]:
        """Of this column, and of all others."""
        own = self._watched[position].marks
        others = (watch.marks for place, watch in self._watched.items() if place != position)
        return frozenset(own), frozenset().union(*others)

    def _see(self, cells: Sequence[str]) -> None:
        self.filled = self.records
        if len(cells) <= self._last_label:
            self.short = True
        if self._blank:
            self._blank -= {p for p in self._blank if p < len(cells) and cells[p].strip()}
        for position, watch in self._watched.items():
            if watch.observers and position < len(cells):
                watch.see(cells[position])


class _Watch:
    """The marks of one column; a text seen before is not looked at again."""

    def __init__(self, observers: list[Marks]) -> None:
        self.observers = observers
        self.marks: set[str] = set()
        self._seen: set[str] = set()

    def see(self, text: str) -> None:
        if text in self._seen or len(text) > MEMORABLE:
            return
        if len(self._seen) < REMEMBERED:
            self._seen.add(text)
        for observe in self.observers:
            if (mark := observe(text)) is not None:
                self.marks.add(mark)
