"""Deterministic automata over the alphabet: products, and the byte tables that the kernel runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.validator.engine.kernel.alphabet import CHARACTERS, EVERYTHING, mask

MAX_STATES = 4_000
SUSPECT, BLANK, FILLED = 0, 1, 2
"""What the kernel says of a cell: nothing, surely a missing value, surely valid."""


class Unsupported(Exception):
    """The kernel cannot judge this; the exact closures will."""


@dataclass(frozen=True)
class Automaton:
    """`moves[state][class]` is the next state or -1; `accepts[state]` a verdict."""

    classes: tuple[int, ...]
    moves: tuple[tuple[int, ...], ...]
    accepts: tuple[int, ...]


def literals(verdicts: Mapping[str, int]) -> Automaton:
    """The texts, each with its verdict; texts beyond the alphabet are left out."""
    texts = {
        text: verdict for text, verdict in verdicts.items() if all(mask(char) for char in text)
    }
    letters = sorted({char for text in texts for char in text})
    columns = {char: index for index, char in enumerate(letters)}
    moves: list[list[int]] = [[-1] * (len(letters) + 1)]
    accepts = [SUSPECT]
    for text, verdict in texts.items():
        state = 0
        for char in text:
            if moves[state][columns[char]] < 0:
                moves[state][columns[char]] = len(moves)
                moves.append([-1] * (len(letters) + 1))
                accepts.append(SUSPECT)
            state = moves[state][columns[char]]
        accepts[state] = verdict
        if len(moves) > MAX_STATES:
            raise Unsupported("too many literals")
    classes = [mask(char) for char in letters]
    rest = EVERYTHING ^ mask(letters)
    return Automaton((*classes, rest), tuple(map(tuple, moves)), tuple(accepts))


def both(left: Automaton, right: Automaton) -> Automaton:
    """The texts that both accept."""
    return _product(left, right, lambda a, b: min(a, b, 1), dead_ends=True)


def overlaid(marks: Automaton, language: Automaton) -> Automaton:
    """The verdict of `marks` where it has one, else `FILLED` for what `language` accepts."""
    return _product(marks, language, lambda a, b: a or (FILLED if b else SUSPECT), dead_ends=False)


def without(language: Automaton, texts: Iterable[str]) -> Automaton:
    """The language without these texts."""
    marks = literals(dict.fromkeys(texts, 1))
    return _product(marks, language, lambda a, b: 0 if a else b, dead_ends=False)


def _product(
    left: Automaton, right: Automaton, verdict: Callable[[int, int], int], *, dead_ends: bool
) -> Automaton:
    pairs = [
        (i, j, a & b)
        for i, a in enumerate(left.classes)
        for j, b in enumerate(right.classes)
        if a & b
    ]
    numbers = {(0, 0): 0}
    queue = [(0, 0)]
    moves: list[tuple[int, ...]] = []
    for one, other in queue:
        row = []
        for i, j, _ in pairs:
            next_one = left.moves[one][i] if one >= 0 else -1
            next_other = right.moves[other][j] if other >= 0 else -1
            if (next_one < 0 and next_other < 0) or (
                dead_ends and (next_one < 0 or next_other < 0)
            ):
                row.append(-1)
                continue
            target = (next_one, next_other)
            if target not in numbers:
                if len(numbers) >= MAX_STATES:
                    raise Unsupported("too many states")
                numbers[target] = len(queue)
                queue.append(target)
            row.append(numbers[target])
        moves.append(tuple(row))
    accepts = tuple(
        verdict(
            left.accepts[one] if one >= 0 else 0,
            right.accepts[other] if other >= 0 else 0,
        )
        for one, other in queue
    )
    return Automaton(tuple(chars for _, _, chars in pairs), tuple(moves), accepts)


@dataclass(frozen=True)
class ByteTable:
    """Premultiplied: the next state is `moves[state + classes[byte]]`; 0 is the dead state.

    `accepts[state >> shift]` is the verdict.
    """

    classes: NDArray[np.uint8]
    moves: NDArray[np.int32]
    accepts: NDArray[np.uint8]
    shift: int
    start: int


def packed(automaton: Automaton) -> ByteTable:
    """The same language over UTF-8 bytes."""
    return _Packing(automaton).table()


class _Packing:
    """State 0 is dead, then the automaton's own states, then those inside characters."""

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        self._rows: list[dict[int, int]] = [{}]
        self._inner: dict[tuple[tuple[int, int], ...], int] = {}
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        where = [0] * len(CHARACTERS)
        for number, chars in enumerate(automaton.classes):
            for index in range(len(CHARACTERS)):
                if chars >> index & 1:
                    where[index] = number
        self._columns: dict[bytes, int] = {
            char.encode(): where[index] for index, char in enumerate(CHARACTERS)
        }

    def table(self) -> ByteTable:
        states = len(self._automaton.moves)
        self._rows.extend({} for _ in range(states))
        tree = _tree(self._columns)
        for state, moves in enumerate(self._automaton.moves):
            self._rows[state + 1] = self._row(tree, moves)
        return self._compressed([0, *self._automaton.accepts])

    def _row(self, tree: "Mapping[int, _Branch]", moves: Sequence[int]) -> dict[int, int]:
        row: dict[int, int] = {}
        for byte, branch in tree.items():
            target = moves[branch] + 1 if isinstance(branch, int) else self._within(branch, moves)
            if target:
                row[byte] = target
        return row

    def _within(self, branch: "_Longer", moves: Sequence[int]) -> int:
        """The state after a first byte; most states treat all longer characters alike."""
        key = (id(branch), tuple(moves[column] for column in branch.columns))
        if key not in self._known:
            inner = self._row(branch.rest, moves)
            self._known[key] = self._state(inner) if inner else 0
        return self._known[key]

    def _state(self, row: dict[int, int]) -> int:
        key = tuple(sorted(row.items()))
        if key not in self._inner:
            self._inner[key] = len(self._rows)
            self._rows.append(row)
        return self._inner[key]

    def _compressed(self, accepts: Sequence[int]) -> ByteTable:
        full = np.zeros((len(self._rows), 256), np.int32)
        for state, row in enumerate(self._rows):
            if row:
                full[state, list(row)] = list(row.values())
        columns, classes = np.unique(full, axis=1, return_inverse=True)
        shift = max(1, int(columns.shape[1] - 1).bit_length())
        moves = np.zeros((len(self._rows), 1 << shift), np.int32)
        moves[:, : columns.shape[1]] = columns << shift
        verdicts = np.zeros(len(self._rows), np.uint8)
        verdicts[: len(accepts)] = accepts
        return ByteTable(
            classes.reshape(256).astype(np.uint8), moves.ravel(), verdicts, shift, 1 << shift
        )


@dataclass(frozen=True)
class _Longer:
    """What may follow a first byte, and all classes of characters among it."""

    rest: Mapping[int, "_Branch"]
    columns: tuple[int, ...]


_Branch = int | _Longer


def _tree(columns: Mapping[bytes, int]) -> Mapping[int, _Branch]:
    """The first bytes of the characters, each with its class or with what may follow it."""
    tree: dict[int, _Branch] = {}
    longer: dict[int, dict[bytes, int]] = {}
    for code, column in columns.items():
        if len(code) == 1:
            tree[code[0]] = column
        else:
            longer.setdefault(code[0], {})[code[1:]] = column
    for byte, rest in longer.items():
        tree[byte] = _Longer(_tree(rest), tuple(sorted(set(rest.values()))))
    return tree
