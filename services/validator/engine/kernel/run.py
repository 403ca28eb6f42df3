"""The kernel at work on one table: blocks in, events out, the exact checks asked in order."""

import csv
import io
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import BinaryIO

import numpy as np

from services.validator.engine.cells import ABSENT, Cell
from services.validator.engine.check import RowLoop
from services.validator.engine.findings import Finding
from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.automaton import Unsupported
from services.validator.engine.kernel.blocks import BLOCK, Block, reader
from services.validator.engine.kernel.keytable import KeyTable
from services.validator.engine.kernel.machine import Machine
from services.validator.engine.kernel.program import (
    Planner,
    key_words,
    rule_words,
)
from services.validator.engine.kernel.rule_languages import is_single
from services.validator.engine.keys import UniqueCheck
from services.validator.engine.schema import FieldSpec
from services.validator.engine.table import Origin, Record, Table

REMEMBERED = 50_000
"""Distinct suspects of one column whose judgement is kept."""

MEMORABLE = 200
_EVENTS = 1 << 15
_FORBIDDEN = frozenset('"\r\n')
_CELL_LIMIT = 1 << 22
_NOTHING = np.zeros(1, np.int64)


class Kernel:
    """Accelerates any number of validations, one after the other or in threads."""

    def __init__(self, machine: Machine, block: int = BLOCK, events: int = _EVENTS) -> None:
        """`block` bytes are read at once; `events` words of events are kept before asking."""
        self._machine = machine
        self._planner = Planner()
        self._block = block
        self._events = events

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
        following = next(_below(origin, table.label_line, []), None)
        if following is None:  # nothing, or a quote that is left open
            for line, cells in _below(origin, table.label_line, table.late):
                loop.take(line, cells)
            return True
        line = following[0]
        block = Block(reader(origin, line - 1), self._block)
        events = max(self._events, 4 * programs.event_words)
        _Pass(self._machine, programs, loop, block, origin, line, events).run(table.late)
        return True

    def is_utf8(self, stream: BinaryIO) -> bool:
        """Whether a text with line ends is UTF-8 from here to its end."""
        rest = b""
        while more := stream.read(BLOCK):
            if b"\n" not in more and b"\r" not in more and len(more) == BLOCK:
                return False
            data = rest + more + bytes(at.PADDING)
            begin = int(np.frombuffer(data, np.uint8).ctypes.data)
            end = begin + len(rest) + len(more)
            reached = self._machine.checked(begin, end)
            if reached < 0:
                return False
            rest = data[reached - begin : end - begin]
        return not rest


def _below(origin: Origin, label_line: int, late: list[Finding]) -> Iterator[Record]:
    """The records below the labels, read anew."""
    records = origin.records(origin.open(), late)
    for line, _ in records:
        if line == label_line:
            break
    return records


class _Programs:
    """The words of columns, rules and keys. Raises `Unsupported`."""

    def __init__(
        self, machine: Machine, planner: Planner, loop: RowLoop, unique: Sequence[UniqueCheck]
    ) -> None:
        specs = {column.position: column.spec for column in loop.header.columns}
        anything = FieldSpec(name="", type="any")
        self.several = [check for check in loop.rules if not is_single(check)]
        # The bit of each rule in what the kernel says, -1 for those of one column.
        bits = count()
        self.bits = [-1 if is_single(check) else next(bits) for check in loop.rules]
        if len(self.several) > at.MAX_RULES:
            raise Unsupported("too many rules")
        self.columns = planner.plan(loop, [check.positions for check in unique])
        self.width = loop.header.width
        self.column_words = np.concatenate([_NOTHING, *(each.words for each in self.columns)])
        words = [word for check in self.several for word in rule_words(check)]
        self.rule_words = np.array(words or [0], np.int64)
        words = []
        for key in unique:
            fields = [specs[place] or anything for place in key.positions]
            words.extend(key_words(key.positions, fields, primary=key.primary))
        self.key_words = np.array(words or [0], np.int64)
        self.secret = secrets.randbits(62)
        self.unique = unique
        self.tables = [KeyTable(machine, self.secret) for _ in unique]
        for key, table in zip(unique, self.tables, strict=True):
            key.first = table
        self.singles: list[list[int]] = [[] for _ in range(self.width)]
        for index, check in enumerate(loop.rules):
            if is_single(check) and check.positions[0] is not None:
                self.singles[check.positions[0]].append(index)

    @property
    def event_words(self) -> int:
        """The largest event."""
        return at.EVENT_WORDS + at.SUSPECT_WORDS * self.width

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


@dataclass(frozen=True, slots=True)
class _Known:
    """A judged suspect: its cell, and the rules of one column that find something."""

    cell: Cell
    faulty: tuple[int, ...]


class _Pass:
    def __init__(
        self,
        machine: Machine,
        programs: _Programs,
        loop: RowLoop,
        block: Block,
        origin: Origin,
        line: int,
        events: int,
    ) -> None:
        self._machine = machine
        self._programs = programs
        self._loop = loop
        self._block = block
        self._origin = origin
        width = max(programs.width, 1)
        self._status = np.zeros(width, np.int64)
        self._values = np.zeros(2 * width, np.int64)
        self._cells = np.zeros(2 * width, np.int64)
        self._events = np.zeros(events, np.int64)
        self._state = np.zeros(at.STATE_WORDS, np.int64)
        self._memory: list[dict[bytes, _Known]] = [{} for _ in range(programs.width)]
        self._judged: list[Cell] = [ABSENT] * programs.width
        self._set(at.S_ROW, loop.row)
        self._set(at.S_LINE, line)
        self._set(at.S_DELIMITER, ord(origin.delimiter))
        self._set(at.S_WIDTH, programs.width)
        self._set(at.S_ROOM, events)
        self._set(at.S_RULE_COUNT, len(programs.several))
        self._set(at.S_KEY_COUNT, len(programs.tables))
        self._set(at.S_SECRET, programs.secret)
        for place, words in (
            (at.S_COLUMNS, programs.column_words[1:]), (at.S_STATUS, self._status),
            (at.S_VALUES, self._values), (at.S_EVENTS, self._events),
            (at.S_RULES, programs.rule_words), (at.S_KEYS, programs.key_words),
            (at.S_CELLS, self._cells),
        ):  # fmt: skip
            self._set(place, int(words.ctypes.data))

    def run(self, late: list[Finding]) -> None:
        """All records; the exact reader takes over where the kernel gives up."""
        if not self._block.fill():
            return self._by_the_exact_reader(late)
        state = int(self._state.ctypes.data)
        while True:
            base = self._block.address
            self._set(at.S_POSITION, base + self._block.begin)
            self._set(at.S_END, base + self._block.end)
            self._set(at.S_FINAL, int(self._block.final))
            self._set(at.S_USED, 0)
            self._programs.tell_keys()
            code = int(self._machine.scan(state))
            self._programs.learn_keys()
            self._block.begin = self._get(at.S_POSITION) - base
            self._drain(base)
            if code == at.ODD:
                return self._by_the_exact_reader(late)
            if code == at.GROW:
                for table in self._programs.tables:
                    table.grow()
            if code == at.MORE:
                if self._block.final:
                    return None
                if not self._block.fill():
                    return self._by_the_exact_reader(late)

    def _by_the_exact_reader(self, late: list[Finding]) -> None:
        ahead = self._get(at.S_LINE) - 1
        found: list[Finding] = []
        for line, cells in self._origin.records(self._block.rest(), found):
            self._loop.take(line + ahead, cells)
        late.extend(replace(each, line=(each.line or 1) + ahead) for each in found)

    def _drain(self, base: int) -> None:
        """Ask the exact checks about the events, then pass over the sound rows after them."""
        words: list[int] = self._events[: self._get(at.S_USED)].tolist()
        loop = self._loop
        place = 0
        while place < len(words):
            row, line, begin, end, ask, rules, suspects = words[place : place + at.EVENT_WORDS]
            place += at.EVENT_WORDS
            after = place + suspects * at.SUSPECT_WORDS
            if row - 1 > loop.row:
                loop.pass_over(row - 1 - loop.row)
            if ask & at.ASK_ALL:
                loop.take(line, self._record(begin - base, end - base))
            else:
                loop.pass_over(1)
                faulty = self._suspects(line, words[place:after], base)
                if ask:
                    cells = self._record(begin - base, end - base)
                    self._whole(line, cells, ask, rules, faulty)
                else:
                    for index in sorted(faulty):
                        loop.ask(loop.rules[index], line, self._judged)
            place = after
        if self._get(at.S_ROW) > loop.row:
            loop.pass_over(self._get(at.S_ROW) - loop.row)

    def _suspects(self, line: int, words: Sequence[int], base: int) -> set[int]:
        """Report on them; the rules of one column that find something."""
        faulty: set[int] = set()
        for index in range(0, len(words), at.SUSPECT_WORDS):
            column, begin, end = words[index : index + at.SUSPECT_WORDS]
            position = column & (at.DOUBLED - 1)
            known = self._known(position, self._block.text(begin - base, end - base), column)
            if known.cell.problems or not known.cell.blank:
                self._loop.report(line, position, known.cell)
            if known.faulty:
                self._judged[position] = known.cell
                faulty.update(known.faulty)
        return faulty

    def _known(self, position: int, raw: bytes, column: int) -> _Known:
        memory = self._memory[position]
        known = memory.get(raw)
        if known is None or column >= at.DOUBLED:
            text = raw.decode("utf-8", "surrogatepass")
            cell = self._loop.judges[position](
                text.replace('""', '"') if column >= at.DOUBLED else text
            )
            faulty: tuple[int, ...] = ()
            if cell.value is not None and not cell.problems:
                faulty = tuple(
                    index
                    for index in self._programs.singles[position]
                    if self._loop.rules[index].check.judge([cell]) is not None
                )
            known = _Known(cell, faulty)
            if len(memory) < REMEMBERED and len(raw) <= MEMORABLE and column < at.DOUBLED:
                memory[raw] = known
        return known

    def _whole(
        self, line: int, cells: Sequence[str], ask: int, doubtful: int, faulty: set[int]
    ) -> None:
        """Keys and rules of a row, by the exact checks on its cells."""
        loop, programs = self._loop, self._programs
        asked = [
            index
            for index, bit in enumerate(programs.bits)
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
                programs.rule_words[programs.bits[index] * at.RULE_WORDS] = at.DONE

    def _record(self, begin: int, end: int) -> Sequence[str]:
        text = self._block.text(begin, end).decode("utf-8", "surrogatepass")
        csv.field_size_limit(_CELL_LIMIT)
        lines = io.StringIO(text, newline="")
        return next(csv.reader(lines, delimiter=self._origin.delimiter), [])

    def _set(self, place: int, value: int) -> None:
        self._state[place // at.WORD] = value

    def _get(self, place: int) -> int:
        return int(self._state[place // at.WORD])
