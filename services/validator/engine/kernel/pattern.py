"""From a regular expression to an automaton over the alphabet, through Python's own parser.

Three-valued: what a pattern asks beyond the plain regular (look-around, back-references, word
boundaries, flags), or what `re` and RE2 read differently, is `Unsupported`; every cell of
the column is then a suspect. The whole text is matched.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from services.validator.engine.kernel import alphabet
from services.validator.engine.kernel.automaton import MAX_STATES, Automaton, Unsupported

_MAX_NODES = 20_000
# RE2 reads these otherwise: POSIX classes, `{,n}`.
_AMBIGUOUS = ("[:", "[.", "[=", "{,")
_CATEGORIES = {
    op.CATEGORY_DIGIT: alphabet.DIGITS,
    op.CATEGORY_NOT_DIGIT: alphabet.EVERYTHING ^ alphabet.DIGITS,
    op.CATEGORY_SPACE: alphabet.SPACES,
    op.CATEGORY_NOT_SPACE: alphabet.EVERYTHING ^ alphabet.SPACES,
    op.CATEGORY_WORD: alphabet.WORDS,
    op.CATEGORY_NOT_WORD: alphabet.EVERYTHING ^ alphabet.WORDS,
}
_BEGINNINGS = frozenset({op.AT_BEGINNING, op.AT_BEGINNING_STRING})
_ENDS = frozenset({op.AT_END, op.AT_END_STRING})


@lru_cache(maxsize=512)
def compile_language(pattern: str) -> Automaton:
    """Raises `Unsupported`; costs about a millisecond for a pattern of twenty characters."""
    if any(sign in pattern for sign in _AMBIGUOUS):
        raise Unsupported(pattern)
    try:
        tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise Unsupported(pattern) from error
    if tree.state.flags & ~re.UNICODE:
        raise Unsupported(pattern)
    graph = _Graph()
    start = graph.node()
    end = graph.sequence(list(tree), start, first=True, last=True)
    return graph.determinised(start, end)


class _Graph:
    """A non-deterministic automaton: `steps` consume a character, `jumps` none."""

    def __init__(self) -> None:
        self.steps: list[list[tuple[int, int]]] = []
        self.jumps: list[list[int]] = []

    def node(self) -> int:
        if len(self.steps) >= _MAX_NODES:
            raise Unsupported("too many nodes")
        self.steps.append([])
        self.jumps.append([])
        return len(self.steps) - 1

    def sequence(self, items: Sequence[Any], start: int, *, first: bool, last: bool) -> int:
        """The node after the items; `first` and `last`: at the edges of the whole text."""
        for index, (code, value) in enumerate(items):
            start = self._item(
                code,
                value,
                start,
                first=first and index == 0,
                last=last and index == len(items) - 1,
            )
        return start

    def _item(self, code: Any, value: Any, start: int, *, first: bool, last: bool) -> int:
        if code is op.AT:
            if (first and value in _BEGINNINGS) or (last and value in _ENDS):
                return start
            raise Unsupported("anchor")
        if code is op.SUBPATTERN:
            _, added, removed, items = value
            if added or removed:
                raise Unsupported("flags")
            return self.sequence(list(items), start, first=first, last=last)
        if code is op.BRANCH:
            return self._branch(value[1], start, first=first, last=last)
        if code is op.MAX_REPEAT or code is op.MIN_REPEAT:
            return self._repeat(value, start)
        end = self.node()
        self.steps[start].append((_set(code, value), end))
        return end

    def _branch(self, branches: Sequence[Any], start: int, *, first: bool, last: bool) -> int:
        end = self.node()
        for branch in branches:
            own = self.node()
            self.jumps[start].append(own)
            done = self.sequence(list(branch), own, first=first, last=last)
            self.jumps[done].append(end)
        return end

    def _repeat(self, value: Any, start: int) -> int:
        least, most, item = value
        items = list(item)
        for _ in range(least):
            start = self.sequence(items, start, first=False, last=False)
        if most is op.MAXREPEAT:
            loop = self.node()
            self.jumps[start].append(loop)
            done = self.sequence(items, loop, first=False, last=False)
            self.jumps[done].append(loop)
            return loop
        end = self.node()
        self.jumps[start].append(end)
        for _ in range(most - least):
            start = self.sequence(items, start, first=False, last=False)
            self.jumps[start].append(end)
        return end

    def determinised(self, start: int, end: int) -> Automaton:
        """Subsets of nodes as states. Raises `Unsupported` when there are too many."""
        classes = partition({chars for steps in self.steps for chars, _ in steps})
        numbers: dict[frozenset[int], int] = {}
        queue = [self._closure({start})]
        numbers[queue[0]] = 0
        moves: list[list[int]] = []
        for nodes in queue:
            row = []
            for chars in classes:
                reached = {
                    target for node in nodes for own, target in self.steps[node] if own & chars
                }
                if not reached:
                    row.append(-1)
                    continue
                closed = self._closure(reached)
                if closed not in numbers:
                    if len(numbers) >= MAX_STATES:
                        raise Unsupported("too many states")
                    numbers[closed] = len(queue)
                    queue.append(closed)
                row.append(numbers[closed])
            moves.append(row)
        accepts = [end in nodes for nodes in queue]
        return Automaton(tuple(classes), tuple(map(tuple, moves)), tuple(map(int, accepts)))

    def _closure(self, nodes: set[int]) -> frozenset[int]:
        found = set(nodes)
        waiting = list(nodes)
        while waiting:
            for target in self.jumps[waiting.pop()]:
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)


def partition(sets: set[int]) -> list[int]:
    """The coarsest classes of characters that each set takes whole or not at all."""
    classes = [alphabet.EVERYTHING]
    for chars in sorted(sets):
        classes = [
            part
            for known in classes
            for part in (known & chars, known & ~chars)
            if part
        ]  # fmt: skip
    return classes


def _set(code: Any, value: Any) -> int:
    if code is op.LITERAL:
        return alphabet.mask(chr(value))
    if code is op.NOT_LITERAL:
        return alphabet.EVERYTHING ^ alphabet.mask(chr(value))
    if code is op.ANY:
        return alphabet.EVERYTHING ^ alphabet.NEW_LINE
    if code is op.IN:
        return _class(value)
    raise Unsupported(str(code))


def _class(items: Sequence[Any]) -> int:
    found, negated = 0, False
    for code, value in items:
        if code is op.NEGATE:
            negated = True
        elif code is op.RANGE:
            found |= alphabet.span(*value)
        elif code is op.CATEGORY:
            found |= _CATEGORIES[value]
        else:
            found |= _set(code, value)
    return alphabet.EVERYTHING ^ found if negated else found
