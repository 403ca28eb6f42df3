"""A file as a table of texts under the schema's names, each row with its number and verdict.

Read twice: once to know which rows have an error (a key may be broken by a later row), once
to write them. Memory holds one batch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import SEEK_SET
from itertools import islice
from typing import Any, BinaryIO

from services.validator.engine.canonical import Canonical, compile_canonical
from services.validator.engine.check import Accelerator, check_table
from services.validator.engine.findings import HEADER_ROW, Findings
from services.validator.engine.header import clean_label, match_header
from services.validator.engine.readers import open_table
from services.validator.engine.schema import FieldSpec, TableSchema
from services.validator.engine.table import ReadHints, Table
from services.validator.engine.validation import read_hints

ROW = "_row"
VALID = "_valid"
MAX_COLUMNS = 1_000
_MAX_NAME = 200
_BATCH_ROWS = 8_192
_BATCH_CHARACTERS = 4 << 20
_NO_ROW_IS_SOUND = frozenset({"missing-label", "unmatched-header"})
"""Errors of the header that leave every row without something it must have."""


@dataclass(frozen=True)
class TableColumn:
    """A column of the table; `type` is the schema's, None where no schema describes it.

    `key`: it belongs to the schema's primary key.
    """

    name: str
    type: str | None = None
    key: bool = False


@dataclass(frozen=True)
class Batch:
    """Some rows, by column. `valid` holds None where there is no schema to say."""

    cells: tuple[list[str | None], ...]
    rows: list[int]
    valid: list[bool | None]


@dataclass(frozen=True)
class Tabulation:
    """The columns, then the rows in batches, to be read once while the file is open."""

    columns: tuple[TableColumn, ...]
    batches: Iterator[Batch]


def tabulate(
    stream: BinaryIO,
    name: str,
    schema: TableSchema | None,
    *,
    max_rows: int,
    names: frozenset[str] = frozenset(),
    accelerator: Accelerator | None = None,
) -> Tabulation:
    """At most `max_rows` rows of the file. Raises `UnreadableError`, `SchemaInvalidError`.

    With a schema: its fields in its order, those that the file lacks too, then what the file
    has besides. Without: the file's own columns; `names` are then evidence for the header.
    """
    if schema is None:
        table = open_table(stream, name, ReadHints(names=names))
        columns = [_Source(label, None, place) for place, label in enumerate(table.labels)]
        return _tabulation(table, columns, lambda _row: None, max_rows)
    hints = read_hints(schema)
    findings = Findings(0)
    first = open_table(stream, name, hints)
    header = match_header(first.labels, first.label_line, schema)
    check_table(first, schema, max_errors=0, accelerator=accelerator, findings=findings)
    sound = not any(finding.code in _NO_ROW_IS_SOUND for finding in header.errors)
    stream.seek(0, SEEK_SET)
    places = {column.spec.name: column.position for column in header.columns if column.spec}
    columns = [_Source(spec.name, spec, places.get(spec.name)) for spec in schema.fields]
    columns += [_Source(c.label, None, c.position) for c in header.columns if c.spec is None]
    return _tabulation(
        open_table(stream, name, hints),
        columns,
        lambda row: sound and not findings.is_bad(row),
        max_rows,
        schema.primary_key,
    )


@dataclass(frozen=True)
class _Source:
    """Where a column comes from: its name, its field, its position in the file."""

    name: str
    spec: FieldSpec | None
    position: int | None


def _tabulation(
    table: Table,
    sources: Sequence[_Source],
    verdict: Callable[[int], bool | None],
    max_rows: int,
    key: Sequence[str] = (),
) -> Tabulation:
    sources = sources[:MAX_COLUMNS]
    names = unambiguous([source.name for source in sources])
    columns = tuple(
        TableColumn(
            name, source.spec.type if source.spec else None, source.spec is not None and name in key
        )
        for name, source in zip(names, sources, strict=True)
    )
    writers = [(source.position, _writer(source, place)) for place, source in enumerate(sources)]
    return Tabulation(columns, _batches(table, writers, verdict, max_rows))


def _writer(source: _Source, place: int) -> Canonical:
    if source.spec is None:
        return lambda text: text or None
    return compile_canonical(source.spec, f"fields[{place}]")


def _batches(
    table: Table,
    writers: Sequence[tuple[int | None, Canonical]],
    verdict: Callable[[int], bool | None],
    max_rows: int,
) -> Iterator[Batch]:
    numbered = enumerate(table.records, HEADER_ROW + 1)
    filled = ((row, cells) for row, (_, cells) in numbered if any(map(str.strip, cells)))
    kept = islice(filled, max_rows)
    while True:
        rows, records = _some(kept)
        if not rows:
            return
        yield Batch(
            tuple(_column(records, position, write) for position, write in writers),
            rows,
            [verdict(row) for row in rows],
        )


def _some(
    records: Iterator[tuple[int, Sequence[str]]],
) -> tuple[list[int], list[Sequence[str]]]:
    """The next rows: a batch of them, or as many as a batch's memory holds."""
    rows: list[int] = []
    taken: list[Sequence[str]] = []
    characters = 0
    for row, cells in records:
        rows.append(row)
        taken.append(cells)
        characters += sum(map(len, cells))
        if len(rows) >= _BATCH_ROWS or characters >= _BATCH_CHARACTERS:
            break
    return rows, taken


def _column(
    records: Sequence[Sequence[str]], position: int | None, write: Canonical
) -> list[str | None]:
    if position is None:
        return [None] * len(records)
    return [write(cells[position]) if position < len(cells) else None for cells in records]


def unambiguous(labels: Sequence[str]) -> list[str]:
    """Names for columns, none empty and no two alike but for their case.

    Software that reads tables (DuckDB, SQL) takes `Nom` and `nom` for one column.
    """
    taken = {ROW, VALID}
    names: list[str] = []
    for place, label in enumerate(labels, start=1):
        wanted = clean_label(label)[:_MAX_NAME] or f"colonne_{place}"
        name, copy = wanted, 1
        while name.casefold() in taken:
            copy += 1
            name = f"{wanted}_{copy}"
        taken.add(name.casefold())
        names.append(name)
    return names


def facts(columns: Sequence[TableColumn]) -> list[dict[str, Any]]:
    """The columns as JSON."""
    return [{"name": each.name, "type": each.type, "key": each.key} for each in columns]
