"""Primary keys, unique columns, foreign keys inside one table.

Memory grows with the number of distinct keys: about 150 bytes each.
"""

from array import array
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

from services.validator.engine.cells import Cell
from services.validator.engine.findings import Finding
from services.validator.engine.header import Header
from services.validator.engine.schema import TableSchema

Key = Hashable
RowKeys = Callable[[int, int, Sequence[Cell]], Iterator[Finding]]


class FirstRows(Protocol):
    """Remembers where each key was first seen; a dict does."""

    def setdefault(self, key: Key, row: int, /) -> int:
        """The row of the key: this one when it is new."""


def _hashable(value: Any) -> Key:
    return repr(value) if isinstance(value, list | dict) else value


class KeyChecks:
    """Judges the keys of each row, then those that could only be known at the end."""

    def __init__(self, schema: TableSchema, header: Header) -> None:
        unique, foreign = _keys(schema, header)
        self._unique = [UniqueCheck(*key) for key in unique]
        self._foreign = [_ForeignCheck(*key) for key in foreign]
        self._checks: tuple[UniqueCheck | _ForeignCheck, ...] = (*self._unique, *self._foreign)

    @property
    def unique(self) -> "list[UniqueCheck] | None":
        """The checks, when each asks only whether a key was seen before; else None."""
        return None if self._foreign else self._unique

    def row(self, row: int, line: int, cells: Sequence[Cell]) -> Iterator[Finding]:
        """Findings of this row."""
        for check in self._checks:
            yield from check.row(row, line, cells)

    def finish(self) -> Iterator[Finding]:
        """Findings that needed the whole table."""
        for check in self._checks:
            yield from check.finish()


_Unique = tuple[str, Sequence[str], Sequence[int]]
_Foreign = tuple[Sequence[str], Sequence[str], Sequence[int], Sequence[int]]


@lru_cache(maxsize=256)
def _keys(schema: TableSchema, header: Header) -> tuple[list[_Unique], list[_Foreign]]:
    """What each check of a key is made of, where the file has the columns."""
    specs = [(column.spec, column.position) for column in header.columns if column.spec]
    present = {spec.name: position for spec, position in specs}

    def positions(names: Sequence[str]) -> list[int] | None:
        return [present[name] for name in names] if present.keys() >= set(names) else None

    named: list[tuple[str, tuple[str, ...]]]
    named = [("unique-error", (s.name,)) for s, _ in specs if s.constraints.get("unique")]
    named += [("unique-error", names) for names in schema.unique_keys]
    named += [("primary-key", schema.primary_key)] if schema.primary_key else []
    unique: list[_Unique] = [
        (code, names, places) for code, names in named if (places := positions(names)) is not None
    ]
    foreign: list[_Foreign] = [
        (each.fields, each.targets, own, targets)
        for each in schema.foreign_keys
        if (own := positions(each.fields)) is not None
        and (targets := positions(each.targets)) is not None
    ]
    return unique, foreign


class UniqueCheck:
    """No key twice. `first` may be replaced before the first row by a smaller memory."""

    def __init__(self, code: str, names: Sequence[str], positions: Sequence[int]) -> None:
        self.positions = positions
        self.first: FirstRows = {}
        self._code = code
        self._names = tuple(names)

    @property
    def primary(self) -> bool:
        """Whether a key may not be empty."""
        return self._code == "primary-key"

    def row(self, row: int, line: int, cells: Sequence[Cell]) -> Iterator[Finding]:
        """The row's key is empty, or was seen on an earlier row."""
        own = [cells[position] for position in self.positions]
        if all(cell.value is None for cell in own):
            if self.primary and all(cell.blank for cell in own):
                yield self._finding("empty", row, line, own, {})
            return
        if any(cell.value is None and not cell.blank for cell in own):
            return  # its type is wrong already: nothing to compare
        key = tuple(_hashable(cell.value) for cell in own)
        first = self.first.setdefault(key, row)
        if first != row:
            yield self._finding("", row, line, own, {"first": first})

    def finish(self) -> Iterator[Finding]:
        """Nothing is left: each row was judged as it came."""
        return iter(())

    def _finding(
        self, reason: str, row: int, line: int, own: list[Cell], params: dict[str, Any]
    ) -> Finding:
        return Finding(
            self._code, reason, row, line, ", ".join(self._names), self.positions[0] + 1,
            ", ".join(cell.text for cell in own), params=params,
        )  # fmt: skip


class _ForeignCheck:
    """A reference may point further down the table, so what is unknown waits for the end."""

    def __init__(
        self, names: Sequence[str], targets: Sequence[str], own: Sequence[int], other: Sequence[int]
    ) -> None:
        self._names = ", ".join(names)
        self._targets = ", ".join(targets)
        self._own = own
        self._other = other
        self._known: set[Key] = set()
        self._waiting: dict[Key, tuple[str, array[int]]] = {}

    def row(self, row: int, line: int, cells: Sequence[Cell]) -> Iterator[Finding]:
        target = tuple(_hashable(cells[position].value) for position in self._other)
        self._known.add(target)
        own = [cells[position] for position in self._own]
        key = tuple(_hashable(cell.value) for cell in own)
        if any(part is not None for part in key) and key not in self._known:
            text = ", ".join(cell.text for cell in own)
            _, places = self._waiting.setdefault(key, (text, array("Q")))
            places.extend((row, line))
        return iter(())

    def finish(self) -> Iterator[Finding]:
        missing = [
            (places[index], places[index + 1], text)
            for key, (text, places) in self._waiting.items()
            if key not in self._known
            for index in range(0, len(places), 2)
        ]
        for row, line, text in sorted(missing):
            yield Finding(
                "foreign-key", "", row, line, self._names, self._own[0] + 1, text,
                params={"target": self._targets},
            )  # fmt: skip
