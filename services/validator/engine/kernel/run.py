"""The kernel at work on one table: blocks in, events out, the exact checks asked in order."""

import csv
import io
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from services.validator.engine.cells import ABSENT, Cell
from services.validator.engine.check import RowLoop
from services.validator.engine.findings import Finding
from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.automaton import Unsupported
from services.validator.engine.kernel.blocks import BLOCK, FIRST, Block, reader
from services.validator.engine.kernel.keytable import KeyTable
from services.validator.engine.kernel.known import KnownTexts
from services.validator.engine.kernel.machine import Machine
from services.validator.engine.kernel.program import Planner
from services.validator.engine.keys import UniqueCheck
from services.validator.engine.table import Origin, Record, Table

_ROOM = 1 << 10
"""Events, and new texts, after which Python is asked; four times as many suspects."""

_PATIENCE = 64
"""How often a new text that rules or keys depend on is judged before the next row."""

_FORBIDDEN = frozenset('"\r\n')
_CELL_LIMIT = 1 << 22


class Kernel:
    """Accelerates any number of validations, one after the other or in threads."""

    def __init__(self, machine: Machine, block: int = BLOCK, room: int = _ROOM) -> None:
        """`block` bytes are read at once; `room` events are kept before asking."""
        self._machine = machine
        self._planner = Planner()
        self._block = block
        self._room = room

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
        following = next(_below(origin, table.label_line, []), None)
        if following is None:  # nothing, or a quote that is left open
            for line, cells in _below(origin, table.label_line, table.late):
                loop.take(line, cells)
            return True
        line = following[0]
        block = Block(reader(origin, line - 1), self._block, self._machine)
        _Pass(self._machine, programs, loop, block, origin, line, self._room).run(table.late)
        return True

    def is_utf8(self, stream: BinaryIO) -> bool:
        """Whether the beginning is UTF-8; the rest is checked as it is read."""
        head = stream.read(FIRST)
        data = np.frombuffer(head + bytes(at.PADDING), np.uint8)
        begin = int(data.ctypes.data)
        reached = self._machine.checked(begin, begin + len(head))
        return reached >= 0 and (reached == begin + len(head) or len(head) == FIRST)


def _below(origin: Origin, label_line: int, late: list[Finding]) -> Iterator[Record]:
    """The records below the labels, read anew."""
    records = origin.records(origin.open(), late)
    for line, _ in records:
        if line == label_line:
            break
    return records


class _Programs:
    """The plan, with this file's own words, since the kernel writes there. Raises `Unsupported`."""

    def __init__(
        self, machine: Machine, planner: Planner, loop: RowLoop, unique: Sequence[UniqueCheck]
    ) -> None:
        self.plan = planner.plan(loop, unique)
        self.width = loop.header.width
        self.column_words = self.plan.column_words.copy()
        self.rule_words = np.array(self.plan.rule_words or [0], np.int64)
        self.key_words = np.array(self.plan.key_words or [0], np.int64)
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


class _Found:
    """The suspects that the kernel met, in columns."""

    def __init__(self, words: NDArray[np.int64], count: int) -> None:
        used = words[: count * at.FOUND_WORDS]
        self.rows: list[int] = used[0 :: at.FOUND_WORDS].tolist()
        self.lines: list[int] = used[1 :: at.FOUND_WORDS].tolist()
        self.numbers: list[int] = used[2 :: at.FOUND_WORDS].tolist()


def _rows(words: NDArray[np.int64], count: int, width: int) -> list[list[int]]:
    found: list[list[int]] = words[: count * width].reshape(count, width).tolist()
    return found


class _Pass:
    def __init__(
        self,
        machine: Machine,
        programs: _Programs,
        loop: RowLoop,
        block: Block,
        origin: Origin,
        line: int,
        room: int,
    ) -> None:
        self._machine = machine
        self._programs = programs
        self._loop = loop
        self._block = block
        self._origin = origin
        self._texts = KnownTexts(machine, loop, programs.plan.singles, programs.keyed)
        self._judged: list[Cell] = [ABSENT] * programs.width
        width = max(programs.width, 1)
        self._memory = np.zeros(at.STATE_WORDS, np.int64)
        self._state = self._memory.data  # quicker, word by word
        self._events = np.zeros(room * at.EVENT_WORDS, np.int64)
        self._new = np.zeros((room + width) * at.TEXT_WORDS, np.int64)
        self._found = np.zeros((4 * room + width) * at.FOUND_WORDS, np.int64)
        # What the kernel needs of the present row: status, values, places, suspects.
        self._scratch = np.zeros((5 + at.SUSPECT_WORDS) * width, np.int64)
        scratch = int(self._scratch.ctypes.data)
        for place, value in (
            (at.S_ROW, loop.row), (at.S_LINE, line), (at.S_DELIMITER, ord(origin.delimiter)),
            (at.S_WIDTH, programs.width), (at.S_SECRET, programs.secret),
            (at.S_PATIENCE, _PATIENCE), (at.S_RULE_COUNT, len(programs.plan.several)),
            (at.S_KEY_COUNT, len(programs.tables)), (at.S_EVENT_ROOM, room),
            (at.S_TEXT_ROOM, room + width), (at.S_FOUND_ROOM, 4 * room + width),
            (at.S_STATUS, scratch), (at.S_VALUES, scratch + width * at.WORD),
            (at.S_CELLS, scratch + 3 * width * at.WORD),
            (at.S_SUSPECTS, scratch + 5 * width * at.WORD),
        ):  # fmt: skip
            self._set(place, value)
        for place, words in (
            (at.S_COLUMNS, programs.column_words[1:]), (at.S_EVENTS, self._events),
            (at.S_TEXTS, self._new), (at.S_FOUND, self._found),
            (at.S_RULES, programs.rule_words), (at.S_KEYS, programs.key_words),
        ):  # fmt: skip
            self._set(place, int(words.ctypes.data))

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
        code = int(self._machine.scan(int(self._memory.ctypes.data)))
        self._programs.learn_keys()
        self._block.begin = self._get(at.S_POSITION) - base
        self._drain(base)
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

    def _drain(self, base: int) -> None:
        """Ask the exact checks about what the kernel listed, in the order of the file."""
        loop = self._loop
        found = _Found(self._found, self._get(at.S_FOUND_COUNT))
        reported = learned = 0
        for event in _rows(self._events, self._get(at.S_EVENT_COUNT), at.EVENT_WORDS):
            row, line, begin, end, ask, rules, before, own, told = event
            learned = self._learn(learned, told, base)
            self._pass_to(row - 1, found, reported, before)
            reported = before + own
            cells = self._record(begin - base, end - base)
            if ask & at.ASK_ALL:
                loop.take(line, cells)
                continue
            loop.pass_over(1)
            faulty = self._suspects(line, found.numbers[before:reported])
            self._whole(line, cells, ask, rules, faulty)
        self._learn(learned, self._get(at.S_TEXT_COUNT), base)
        self._pass_to(self._get(at.S_ROW), found, reported, len(found.numbers))
        self._texts.forget_strays()

    def _learn(self, first: int, last: int, base: int) -> int:
        """Have these new texts judged; where to go on."""
        words = self._new[first * at.TEXT_WORDS : last * at.TEXT_WORDS]
        for marked, begin, end, place in _rows(words, last - first, at.TEXT_WORDS):
            self._texts.learn(marked, self._block.text(begin - base, end - base), place)
        return last

    def _pass_to(self, row: int, found: "_Found", first: int, last: int) -> None:
        """Rows up to this one, of which nothing is to say but these suspects."""
        if row > self._loop.row:
            self._loop.pass_over(row - self._loop.row)
        if last > first:
            here = slice(first, last)
            self._texts.report(found.rows[here], found.lines[here], found.numbers[here])

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
                self._judged[place] = loop.judges[place](cells[place])
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
