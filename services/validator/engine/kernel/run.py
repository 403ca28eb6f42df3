"""The kernel at work on one table: blocks in, events out, the exact checks asked in order."""

import csv
import io
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from services.validator.engine.cells import ABSENT, Cell
from services.validator.engine.check import RowLoop
from services.validator.engine.findings import Finding
from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.automaton import Unsupported
from services.validator.engine.kernel.blocks import BLOCK, reader
from services.validator.engine.kernel.keytable import KeyTable
from services.validator.engine.kernel.known import KnownTexts
from services.validator.engine.kernel.machine import Machine
from services.validator.engine.kernel.memory import Memories, Memory
from services.validator.engine.kernel.program import Planner
from services.validator.engine.keys import UniqueCheck
from services.validator.engine.table import Origin, Table

_ROOM = 1 << 10
"""Events, and new texts, after which Python is asked; four times as many suspects."""

_PATIENCE = 64
"""How often a new text that rules or keys depend on is judged before the next row."""

_LINE_END = re.compile(r"\r\n?|\n")
_FORBIDDEN = frozenset('"\r\n')
_CELL_LIMIT = 1 << 22


class Kernel:
    """Accelerates any number of validations, one after the other or in threads."""

    def __init__(self, machine: Machine, block: int = BLOCK, room: int = _ROOM) -> None:
        """`block` bytes are read at once; `room` events are kept before asking."""
        self._machine = machine
        self._planner = Planner()
        self._memories = Memories(machine, block, room)

    def run(self, table: Table, loop: RowLoop) -> bool:
        """Whether all records were taken; else nothing was."""
        origin = table.origin
        unique = loop.keys.unique
        if origin is None or unique is None or origin.delimiter in _FORBIDDEN:
            return False
        try:
            programs = _Programs(self._machine, self._planner, loop, unique)
        except Unsupported:
            return False
        if not origin.fits():
            return False
        line = _line_below(table)
        memory = self._memories.take(programs.width)
        memory.block.of(reader(origin, line - 1))
        _Pass(self._machine, programs, loop, memory, origin, line).run(table.late)
        self._memories.give_back(memory)
        return True


def _line_below(table: Table) -> int:
    """The first physical line below the labels; a label may hold line ends."""
    return table.label_line + 1 + sum(len(_LINE_END.findall(label)) for label in table.labels)


class _Programs:
    """The plan, with this file's own words, since the kernel writes there. Raises `Unsupported`."""

    def __init__(
        self, machine: Machine, planner: Planner, loop: RowLoop, unique: Sequence[UniqueCheck]
    ) -> None:
        self.plan = planner.plan(loop, unique)
        self.width = loop.header.width
        self.words = self.plan.words.copy()
        self.rule_words = self.words[self.plan.rules_at : self.plan.keys_at]
        self.key_words = self.words[self.plan.keys_at :]
        self.secret = secrets.randbits(62)
        self.unique = unique
        self.tables = [KeyTable(machine, self.secret) for _ in unique]
        for key, table in zip(unique, self.tables, strict=True):
            key.first = table

    @property
    def keyed(self) -> set[int]:
        """The columns that a key reads."""
        return {place for key in self.unique for place in key.positions}

    def tell_keys(self) -> None:
        """Tell the kernel where the tables of keys are, and how full."""
        for index, table in enumerate(self.tables):
            base = index * at.KEY_WORDS
            self.key_words[base + at.K_TABLE // at.WORD] = table.address
            self.key_words[base + at.K_MASK // at.WORD] = table.mask
            self.key_words[base + at.K_USED // at.WORD] = table.used

    def learn_keys(self) -> None:
        """Take over how many keys the kernel has put into the tables."""
        for index, table in enumerate(self.tables):
            table.used = int(self.key_words[index * at.KEY_WORDS + at.K_USED // at.WORD])


def _rows(words: NDArray[np.int64], count: int, width: int) -> NDArray[np.int64]:
    return words[: count * width].reshape(count, width)


class _Pass:
    def __init__(
        self,
        machine: Machine,
        programs: _Programs,
        loop: RowLoop,
        memory: Memory,
        origin: Origin,
        line: int,
    ) -> None:
        self._machine = machine
        self._programs = programs
        self._loop = loop
        self._memory = memory
        self._block = memory.block
        self._origin = origin
        self._texts = KnownTexts(machine, loop, programs.plan.singles, programs.keyed)
        self._judged: list[Cell] = [ABSENT] * programs.width
        self._state = memory.state
        base = int(programs.words.ctypes.data)
        for place, value in (
            (at.S_ROW, loop.row), (at.S_LINE, line), (at.S_DELIMITER, ord(origin.delimiter)),
            (at.S_WIDTH, programs.width), (at.S_SECRET, programs.secret),
            (at.S_PATIENCE, _PATIENCE), (at.S_KNOWN_USED, 0),
            (at.S_COLUMNS, base), (at.S_RULES, base + programs.plan.rules_at * at.WORD),
            (at.S_KEYS, base + programs.plan.keys_at * at.WORD),
            (at.S_RULE_COUNT, len(programs.plan.several)), (at.S_KEY_COUNT, len(programs.tables)),
        ):  # fmt: skip
            self._set(place, value)

    def run(self, late: list[Finding]) -> None:
        """All records; the exact reader takes over where the kernel gives up."""
        if not self._block.fill():
            return self._by_the_exact_reader(late)
        while True:
            code = self._scan()
            if code == at.ODD:
                return self._by_the_exact_reader(late)
            if code == at.GROW:
                self._grow()
            if code == at.MORE:
                if self._block.final:
                    return None
                if not self._block.fill():
                    return self._by_the_exact_reader(late)

    def _scan(self) -> int:
        """One call of the kernel, and what comes of it."""
        base = self._block.address
        for place, value in (
            (at.S_POSITION, base + self._block.begin), (at.S_END, base + self._block.end),
            (at.S_FINAL, int(self._block.final)), (at.S_EVENT_COUNT, 0), (at.S_FOUND_COUNT, 0),
            (at.S_TEXT_COUNT, 0), (at.S_STRAYS, 0), (at.S_KNOWN, self._texts.address),
            (at.S_KNOWN_MASK, self._texts.mask),
        ):  # fmt: skip
            self._set(place, value)
        self._programs.tell_keys()
        code = int(self._machine.scan(self._memory.address))
        learned = 0
        while code == at.NEWS and not self._get(at.S_EVENT_COUNT):  # nothing is to be asked before
            learned = self._learn(learned, self._get(at.S_TEXT_COUNT), base)
            code = int(self._machine.scan(self._memory.address))
        self._programs.learn_keys()
        self._block.begin = self._get(at.S_POSITION) - base
        self._drain(base, learned)
        return code

    def _grow(self) -> None:
        self._texts.grow(self._get(at.S_KNOWN_USED))
        for table in self._programs.tables:
            if table.is_full:
                table.grow()

    def _by_the_exact_reader(self, late: list[Finding]) -> None:
        ahead = self._get(at.S_LINE) - 1
        found: list[Finding] = []
        for line, cells in self._origin.records(self._block.rest(), found):
            self._loop.take(line + ahead, cells)
        late.extend(replace(each, line=(each.line or 1) + ahead) for each in found)

    def _drain(self, base: int, learned: int) -> None:
        """Ask the exact checks about what the kernel listed, in the order of the file.

        So many of the new texts are judged already.
        """
        loop = self._loop
        found = _rows(self._memory.found, self._get(at.S_FOUND_COUNT), at.FOUND_WORDS)
        reported = 0
        events = _rows(self._memory.events, self._get(at.S_EVENT_COUNT), at.EVENT_WORDS)
        for event in events.tolist():
            row, line, begin, end, ask, rules, before, own, told = event
            learned = self._learn(learned, told, base)
            self._pass_to(row - 1, found[reported:before])
            reported = before + own
            cells = self._record(begin - base, end - base)
            if ask & at.ASK_ALL:
                loop.take(line, cells)
                continue
            loop.pass_over(1)
            faulty = self._suspects(line, found[before:reported, 2].tolist())
            self._whole(line, cells, ask, rules, faulty)
        self._learn(learned, self._get(at.S_TEXT_COUNT), base)
        self._pass_to(self._get(at.S_ROW), found[reported:])
        self._texts.forget_strays()

    def _learn(self, first: int, last: int, base: int) -> int:
        """Have these new texts judged; where to go on."""
        words = self._memory.texts[first * at.TEXT_WORDS : last * at.TEXT_WORDS]
        for marked, begin, end, place in _rows(words, last - first, at.TEXT_WORDS).tolist():
            self._texts.learn(marked, self._block.text(begin - base, end - base), place)
        return last

    def _pass_to(self, row: int, found: NDArray[np.int64]) -> None:
        """Rows up to this one, of which nothing is to say but these suspects."""
        if row > self._loop.row:
            self._loop.pass_over(row - self._loop.row)
        if len(found):
            self._texts.report(found)

    def _suspects(self, line: int, numbers: Sequence[int]) -> set[int]:
        """Report on the cells of the present row; the rules of one column that find something."""
        faulty: set[int] = set()
        for known in map(self._texts.__getitem__, numbers):
            self._loop.report(line, known.position, known.cell)
            faulty.update(known.faulty)
        return faulty

    def _whole(
        self, line: int, cells: Sequence[str], ask: int, doubtful: int, faulty: set[int]
    ) -> None:
        """Keys and rules of a row, by the exact checks on its cells."""
        loop, programs = self._loop, self._programs
        asked = [
            index
            for index, bit in enumerate(programs.plan.bits)
            if index in faulty or (bit >= 0 and doubtful >> bit & 1)
        ]
        places = {place for index in asked for place in loop.rules[index].positions}
        if ask & at.ASK_KEYS:
            places.update(place for key in programs.unique for place in key.positions)
        for place in places:
            if place is not None:
                self._judged[place] = loop.judge(place)(cells[place])
        if ask & at.ASK_KEYS:
            loop.ask_keys(line, self._judged)
        for index in asked:
            check = loop.rules[index]
            loop.ask(check, line, self._judged)
            if check.done:
                programs.rule_words[programs.plan.bits[index] * at.RULE_WORDS] = at.DONE

    def _record(self, begin: int, end: int) -> Sequence[str]:
        text = self._block.text(begin, end).decode("utf-8", "surrogatepass")
        csv.field_size_limit(_CELL_LIMIT)
        lines = io.StringIO(text, newline="")
        return next(csv.reader(lines, delimiter=self._origin.delimiter), [])

    def _set(self, place: int, value: int) -> None:
        self._state[place // at.WORD] = value

    def _get(self, place: int) -> int:
        word: int = self._state[place // at.WORD]
        return word
