"""What the exact checks said of the texts of which the kernel was not sure.

The kernel numbers each distinct text of a column as it meets it, from 1; Python judges it once,
and from then on the number tells everything. Texts for which its memory has no room are strays,
numbered from -1 downwards and forgotten once they are reported.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from services.validator.engine.cells import ABSENT, Cell
from services.validator.engine.check import RowLoop
from services.validator.engine.findings import Finding, kind_of
from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.machine import Machine

_SLOTS_PER_COLUMN = 8
_NOTHING = Finding("")
"""Stands for a text that has no finding, or several."""


@dataclass(frozen=True, slots=True)
class Known:
    """A judged text.

    `kinds` are the findings of its cell, then those of the rules of one column, each with its
    order within a row; `faulty` are those rules.
    """

    position: int
    cell: Cell
    kinds: tuple[tuple[int, Finding], ...]
    faulty: tuple[int, ...]
    unlabelled: bool


class KnownTexts:
    """Shares with the kernel a table from texts to their numbers.

    `address` is where its slots begin, `mask` their number less one; both change as it grows.
    """

    def __init__(
        self, machine: Machine, loop: RowLoop, singles: Sequence[Sequence[int]], keyed: set[int]
    ) -> None:
        """`singles` are the rules of each column alone, `keyed` the columns of keys."""
        self._machine = machine
        self._loop = loop
        self._singles = singles
        self._keyed = keyed
        slots = 1 << (max(len(singles), 8) * _SLOTS_PER_COLUMN - 1).bit_length()
        self._lay_out(slots)
        self._texts: list[Known] = []
        self._strays: list[Known] = []
        self._only = [_NOTHING]
        self._orders = array("q", [0])
        self._late = False
        self._plural: set[int] = set()
        self._judged = [ABSENT] * len(singles)

    def _lay_out(self, slots: int) -> None:
        self._slots = np.zeros(slots * 3, np.int64)
        self.address = int(self._slots.ctypes.data)
        self.mask = slots - 1

    def __getitem__(self, number: int) -> Known:
        return self._texts[number - 1] if number > 0 else self._strays[-number - 1]

    def grow(self, used: int) -> None:
        """Twice the slots, when so many are too many for them."""
        if (used + len(self._singles)) * 2 > self.mask:
            old, address, count = self._slots, self.address, self.mask + 1
            self._lay_out(2 * count)
            self._machine.moved(address, count, self.address, self.mask)
            del old  # had to live until here

    def forget_strays(self) -> None:
        """They are reported."""
        self._strays.clear()

    def learn(self, marked: int, raw: bytes, place: int) -> None:
        """Judge the next text; `place` is its offset in the table, -1 for a stray."""
        position = marked & (at.DOUBLED - 1)
        text = raw.decode("utf-8", "surrogatepass")
        if marked >= at.DOUBLED:
            text = text.replace('""', '"')
        known = self._judge(position, text)
        if place < 0:
            self._strays.append(known)
            return
        self._texts.append(known)
        number = len(self._texts)
        one = len(known.kinds) == 1 and not known.unlabelled
        self._only.append(known.kinds[0][1] if one else _NOTHING)
        if not one:
            self._plural.add(number)
        self._orders.append(known.kinds[0][0] if one else 0)
        self._late = self._late or bool(known.faulty)
        silent = 0 if known.kinds or known.unlabelled else at.SILENT
        status = self._status(known.cell, position, raw)
        self._slots[place // at.WORD + 2] = number << at.STATUS_BITS | silent | status

    def _judge(self, position: int, text: str) -> Known:
        loop = self._loop
        cell = self._judged[position] = loop.judge(position)(text)
        kinds = [(0, kind) for kind in loop.kinds(position, cell)] if cell.problems else []
        faulty = []
        for index in self._singles[position]:
            if (found := loop.rules[index].row(0, 0, self._judged)) is not None:
                faulty.append(index)
                kinds.append((index + 1, kind_of(found)))
        unlabelled = not cell.problems and not cell.blank and loop.is_unlabelled(position)
        return Known(position, cell, tuple(kinds), tuple(faulty), unlabelled)

    def _status(self, cell: Cell, position: int, raw: bytes) -> int:
        if cell.blank:
            return at.BLANK
        if cell.value is None:
            return at.WRONG
        if cell.problems:
            return at.BROKEN
        # The kernel compares keys by their bytes.
        same = position not in self._keyed or cell.value == raw.decode("utf-8", "replace")
        return at.FILLED if same else at.SUSPECT

    def report(self, found: NDArray[np.int64]) -> None:
        """Report on suspects of whole rows, in the order of the file: row, line, number of each."""
        rows, lines, numbers = found.T
        if self._strays or not self._plural.isdisjoint(numbers.tolist()):
            self._report_each(found)
            return
        if self._late:
            # Within a row the rules of one column come after the cells.
            orders = np.frombuffer(self._orders, np.int64)
            places = rows * (len(self._loop.rules) + 1) + orders[numbers]
            del orders  # an array that is looked at cannot grow
            if (places[1:] < places[:-1]).any():
                order = places.argsort(kind="stable")
                rows, lines, numbers = rows[order], lines[order], numbers[order]
        listed = numbers.tolist()
        kinds = [self._only[number] for number in listed]
        self._loop.findings.found_many(
            kinds,
            array("q", rows.tobytes()),
            array("q", lines.tobytes()),
            [(self._only[number], count) for number, count in Counter(listed).items()],
        )

    def _report_each(self, suspects: NDArray[np.int64]) -> None:
        """The same where some have several findings, or none."""
        found: list[tuple[int, int, int, Finding]] = []
        for row, line, number in suspects.tolist():
            known = self[number]
            if known.unlabelled:
                self._loop.unlabelled.seen(row, line, known.position + 1)
            found.extend((row, order, line, kind) for order, kind in known.kinds)
        found.sort(key=itemgetter(0, 1))
        self._loop.findings.found_many(
            [kind for _, _, _, kind in found],
            array("q", [row for row, _, _, _ in found]),
            array("q", [line for _, _, line, _ in found]),
            [(kind, 1) for _, _, _, kind in found],
        )
