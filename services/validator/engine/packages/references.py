"""Keys from one table of a package to another: gathered in one reading, judged in the next.

Memory grows with the distinct keys of the tables that are pointed to: about 150 bytes each.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, BinaryIO

from services.validator.engine.cells import ABSENT, Cell, Judge, compile_cell
from services.validator.engine.findings import Finding
from services.validator.engine.header import match_header
from services.validator.engine.readers import open_table
from services.validator.engine.schema import ForeignKey, TableSchema
from services.validator.engine.validation import read_hints

Key = tuple[Hashable, ...]
Known = Mapping[tuple[str, tuple[str, ...]], frozenset[Key]]
"""By (resource, columns): the keys that exist."""

MAX_COMBINATIONS = 1_000
"""Combinations of a cell's list items that are looked up."""


@dataclass(frozen=True)
class _Columns:
    """Some columns of one file; `positions` are None where the file lacks one."""

    positions: tuple[int | None, ...]
    judges: tuple[Judge, ...]

    def cells(self, record: Sequence[str]) -> list[Cell]:
        return [
            ABSENT if at is None or at >= len(record) else judge(record[at])
            for at, judge in zip(self.positions, self.judges, strict=True)
        ]


def gather(
    stream: BinaryIO, name: str, schema: TableSchema, wanted: frozenset[tuple[str, ...]]
) -> dict[tuple[str, ...], frozenset[Key]]:
    """The keys of a table, by columns. Raises `UnreadableError`; reads the whole stream."""
    stream.seek(0)
    table = open_table(stream, name, read_hints(schema))
    columns = {names: _place(table.labels, table.label_line, schema, names) for names in wanted}
    found: dict[tuple[str, ...], set[Key]] = {names: set() for names in wanted}
    for _, record in table.records:
        for names, places in columns.items():
            cells = places.cells(record)
            if not any(cell.value is None for cell in cells):
                found[names].update(_combinations(cells))
    return {names: frozenset(keys) for names, keys in found.items()}


def broken(stream: BinaryIO, name: str, schema: TableSchema, known: Known) -> Iterator[Finding]:
    """One finding per key that points to nothing; tables that are not in `known` are let be.

    Empty cells point nowhere, and cells of the wrong type have their own error.
    """
    stream.seek(0)
    table = open_table(stream, name, read_hints(schema))
    judged = [
        (key, _place(table.labels, table.label_line, schema, key.fields), known[at])
        for key in schema.external_keys
        if (at := (key.resource, key.targets)) in known
    ]
    row = 1
    for line, record in table.records:
        row += 1
        for key, places, existing in judged:
            cells = places.cells(record)
            if any(cell.value is None for cell in cells):
                continue
            missing = [one for one in _combinations(cells) if one not in existing]
            if missing:
                yield _finding(key, places, cells, missing[0], row, line)


def _place(labels: Sequence[str], line: int, schema: TableSchema, names: Sequence[str]) -> _Columns:
    header = match_header(labels, line, schema)
    specs = {spec.name: spec for spec in schema.fields}
    return _Columns(
        tuple(header.position(name) for name in names),
        tuple(compile_cell(specs[name], name) for name in names),
    )


def _combinations(cells: Sequence[Cell]) -> list[Key]:
    """One key, or several where a cell holds a list: each of its items is a reference."""
    parts = [
        [_hashable(item) for item in cell.value]
        if isinstance(cell.value, list)
        else [_hashable(cell.value)]
        for cell in cells
    ]
    return [key for key, _ in zip(product(*parts), range(MAX_COMBINATIONS), strict=False)]


def _hashable(value: Any) -> Hashable:
    return repr(value) if isinstance(value, list | dict) else value


def _finding(
    key: ForeignKey, places: _Columns, cells: Sequence[Cell], missing: Key, row: int, line: int
) -> Finding:
    position = places.positions[0]
    params = {
        "target": ", ".join(key.targets),
        "resource": key.resource,
        "missing": ", ".join(map(str, missing)),
    }
    return Finding(
        "foreign-key", "resource", row, line, ", ".join(key.fields),
        None if position is None else position + 1,
        ", ".join(cell.text for cell in cells), params=params,
    )  # fmt: skip
