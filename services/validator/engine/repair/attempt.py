"""One way of correcting the file: written, read again, judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from services.validator.engine.check import check_table
from services.validator.engine.header import Header
from services.validator.engine.readers import open_table
from services.validator.engine.repair.change import Change, ChangeBook
from services.validator.engine.repair.column import ColumnRepair
from services.validator.engine.repair.correction import RepairOptions
from services.validator.engine.repair.inspection import Inspection, header_of
from services.validator.engine.repair.judging import Judging
from services.validator.engine.repair.naming import rewritten
from services.validator.engine.repair.rows import RowRepair
from services.validator.engine.repair.rules import TABLE_RULES, blank_rows
from services.validator.engine.repair.rules.rule import Rename, Situation
from services.validator.engine.repair.writing import CsvWriter, TableDigest
from services.validator.engine.schema import TableSchema
from services.validator.engine.table import ReadHints, Record, Table, UnreadableError

WRITTEN_NAME = "corrected.csv"
FIRST_ROW = 2
"""Rows are counted with the header."""


@dataclass(frozen=True)
class Source:
    """What every attempt reads from and writes to."""

    stream: BinaryIO
    name: str
    sink: BinaryIO
    schema: TableSchema
    hints: ReadHints
    options: RepairOptions
    seen: Inspection


@dataclass(frozen=True)
class Plan:
    """Which names are changed, and the columns whose cells stay as they are."""

    renames: tuple[Rename, ...]
    frozen: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Written:
    """What came of a plan. `errors` is None when the file reads differently from what was
    written: it must not be handed out then.
    """

    plan: Plan
    book: ChangeBook
    rows: int
    errors: int | None
    errors_by_field: dict[str, int]


def attempt(source: Source, plan: Plan) -> Written:
    """Write the file by the plan, read it again and count its errors."""
    book = ChangeBook(source.options.max_changes)
    source.sink.seek(0)
    source.sink.truncate()
    writer = CsvWriter(source.sink)
    layout = _Layout(source, plan)
    source.stream.seek(0)
    table = open_table(source.stream, source.name, source.hints)
    for change, gain in layout.changes(table):
        book.add(change, gain=gain)
    writer.row([layout.written[position] for position in layout.order])
    for cells in _rows(source, plan, layout, table, book):
        writer.row(cells)
    writer.flush()
    errors, by_field = _judged(source, writer.digest)
    return Written(plan, book, writer.digest.rows - 1, errors, by_field)


class _Layout:
    """Names and order of the columns as they will be written."""

    def __init__(self, source: Source, plan: Plan) -> None:
        seen = source.seen
        self._seen = seen
        self._renames = plan.renames
        self.written = rewritten(seen.labels, plan.renames)
        self.header = header_of(seen.labels, plan.renames, source.schema, source.options)
        self.dropped = seen.survey.blank_columns(self.written)
        if len(self.dropped) == len(self.written):
            self.dropped = ()
        self.ideal = _ideal_order(self.header, source.schema, self.dropped)
        self.order = sorted(self.ideal) if seen.survey.short else self.ideal

    def changes(self, table: Table) -> Iterator[tuple[Change, bool]]:
        """What is changed in the table as a whole."""
        situation = Situation(
            facts=table.facts,
            has_bom=self._seen.has_bom,
            errors=table.errors,
            warnings=table.warnings,
            label_line=table.label_line,
            labels=table.labels,
            written=self.written,
            order=self.order,
            ideal_order=self.ideal,
            dropped=self.dropped,
            renames=self._renames,
        )
        for rule in TABLE_RULES:
            yield from rule.find(situation)

    def place(self, cells: Sequence[str]) -> list[str]:
        """The cells in their order; those beyond the header stay beyond it."""
        width = len(self.written)
        placed = [cells[position] for position in self.order if position < len(cells)]
        beyond = list(cells[width:])
        while beyond and not beyond[-1].strip():
            beyond.pop()
        return placed + beyond


def _ideal_order(header: Header, schema: TableSchema, dropped: Sequence[int]) -> list[int]:
    places = {column.spec.name: column.position for column in header.columns if column.spec}
    known = [places[spec.name] for spec in schema.fields if spec.name in places]
    others = sorted(set(range(header.width)) - set(known) - set(dropped))
    return known + others


def _rows(
    source: Source, plan: Plan, layout: _Layout, table: Table, book: ChangeBook
) -> Iterator[list[str]]:
    repair = _row_repair(source, plan, layout, book)
    filled = source.seen.survey.filled
    blank = [""] * len(layout.order)
    for index, (line, cells) in enumerate(table.records):
        row = index + FIRST_ROW
        if index >= filled:
            book.add(Change(blank_rows.RULE.code, row=row, line=line, before="", after=None))
            continue
        # Also blank: a row that held nothing but what cannot be seen.
        placed = layout.place(repair.apply(row, line, cells)) if any(map(str.strip, cells)) else []
        yield placed if any(map(str.strip, placed)) else blank


def _row_repair(source: Source, plan: Plan, layout: _Layout, book: ChangeBook) -> RowRepair:
    judging = Judging(source.schema, layout.header)
    columns = {}
    names = {}
    survey = source.seen.survey
    for column in layout.header.columns:
        if column.spec is not None:
            marks = survey.marks(column.position)
            names[column.position] = column.spec.name
            columns[column.position] = ColumnRepair(column.position, column.spec, judging, marks)
    return RowRepair(columns, names, judging, plan.frozen, book)


def _judged(source: Source, written: TableDigest) -> tuple[int | None, dict[str, int]]:
    source.sink.seek(0)
    try:
        table = open_table(source.sink, WRITTEN_NAME, source.hints)
    except UnreadableError:
        return None, {}
    read = TableDigest()
    read.row(table.labels)
    checked = check_table(
        replace(table, records=_digested(table.records, read)),
        source.schema,
        max_errors=0,
        ignore_header_case=source.options.ignore_header_case,
    )
    if table.label_line != 1 or table.late or read.value() != written.value():
        return None, {}
    return checked.findings.total, dict(checked.findings.by_field)


def _digested(records: Iterator[Record], digest: TableDigest) -> Iterator[Record]:
    for line, cells in records:
        digest.row(cells)
        yield line, cells
