"""One row at a time: the changes of its cells stand only if the row is better for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.validator.engine.repair.change import Change, ChangeBook
from services.validator.engine.repair.column import ColumnRepair, Repair, Step
from services.validator.engine.repair.judging import Judging

CONFLICT = "conflict"
"""Reason of a correction left out because another error would come of it."""


@dataclass(frozen=True)
class _Found:
    position: int
    repair: Repair


class RowRepair:
    """`frozen` columns are not touched: what would be changed there is proposed."""

    def __init__(
        self,
        columns: Mapping[int, ColumnRepair],
        names: Mapping[int, str],
        judging: Judging,
        frozen: frozenset[int],
        book: ChangeBook,
    ) -> None:
        self._columns = columns
        self._names = names
        self._judging = judging
        self._frozen = frozen
        self._book = book

    def apply(self, row: int, line: int, cells: Sequence[str]) -> Sequence[str]:
        """The cells as they will be written; what is done is entered in the book."""
        found = [
            _Found(position, repair)
            for position, column in self._columns.items()
            if position < len(cells) and (repair := column.repair(cells[position])) is not None
        ]
        if not found:
            return cells
        place = _Place(self._book, row, line, self._names)
        free = [one for one in found if one.position not in self._frozen]
        for one in found:
            if one.position in self._frozen:
                place.conflict(one)
        tidy = _with(cells, {one.position: one.repair.tidy for one in free})
        if self._across(tidy) > self._across(cells):
            for one in free:
                place.conflict(one)
            return cells
        return self._fixed(tidy, free, place)

    def _fixed(self, tidy: Sequence[str], free: Sequence[_Found], place: "_Place") -> Sequence[str]:
        fixes = {
            one.position: one.repair.fix.after
            for one in free
            if one.repair.fix is not None and one.repair.fix.after is not None
        }
        fixed = _with(tidy, fixes)
        better = not fixes or self._is_better(fixed, tidy, fixes)
        for one in free:
            place.applied(one.position, one.repair.tidied)
            if one.repair.fix is not None:
                if better:
                    place.applied(one.position, (one.repair.fix,))
                else:
                    place.proposed(one.position, one.repair.fix, CONFLICT)
            for step in one.repair.proposals:
                place.proposed(one.position, step, step.reason)
        return fixed if better else tidy

    def _is_better(
        self, fixed: Sequence[str], tidy: Sequence[str], fixes: Mapping[int, str]
    ) -> bool:
        if not self._judging.looks_across:
            return True
        return self._judging.row(fixed, fixes) < self._judging.row(tidy, fixes)

    def _across(self, cells: Sequence[str]) -> int:
        return self._judging.across(cells) if self._judging.looks_across else 0


class _Place:
    """Enters the steps of one row in the book."""

    def __init__(self, book: ChangeBook, row: int, line: int, names: Mapping[int, str]) -> None:
        self._book = book
        self._row = row
        self._line = line
        self._names = names

    def applied(self, position: int, steps: Sequence[Step]) -> None:
        for step in steps:
            self._book.add(self._change(position, step, step.reason), gain=step.gain)

    def proposed(self, position: int, step: Step, reason: str) -> None:
        self._book.add(replace(self._change(position, step, reason), kind="proposed"))

    def conflict(self, found: _Found) -> None:
        """Everything that is worth a person's look; lost spaces are not."""
        repair = found.repair
        for step in (*repair.tidied, *((repair.fix,) if repair.fix else ())):
            if step.gain:
                self.proposed(found.position, step, CONFLICT)
        for step in repair.proposals:
            self.proposed(found.position, step, step.reason)

    def _change(self, position: int, step: Step, reason: str) -> Change:
        return Change(
            step.rule, "applied", reason, self._row, self._line, position + 1,
            self._names[position], step.before, step.after,
        )  # fmt: skip


def _with(cells: Sequence[str], texts: Mapping[int, str]) -> Sequence[str]:
    if not texts:
        return cells
    changed = list(cells)
    for position, text in texts.items():
        changed[position] = text
    return changed
