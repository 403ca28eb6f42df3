"""The loop over the rows: exact, one cell after the other, errors counted without limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Protocol

from services.validator.engine.cells import (
    ABSENT,
    MEMORABLE,
    REMEMBERED,
    Cell,
    Judge,
    compile_cell,
)
from services.validator.engine.findings import Finding, Findings, kind_of
from services.validator.engine.header import Header, match_header
from services.validator.engine.keys import KeyChecks
from services.validator.engine.rules import BoundCheck, compile_rules
from services.validator.engine.schema import FieldSpec, TableSchema
from services.validator.engine.table import Table

KEPT_BLANK_ROWS = 10_000
"""Blank rows remembered until it is known whether they end the file."""


@dataclass(frozen=True)
class Checked:
    """`rows` counts data rows, those left blank at the end of the file excepted."""

    findings: Findings
    rows: int
    fields: int


class Accelerator(Protocol):
    """Something that reads the records of a table faster, with the same findings."""

    def run(self, table: Table, loop: "RowLoop") -> bool:
        """Whether it took them all; False leaves table and loop untouched.

        Raises `UnicodeDecodeError` for a text that was taken for UTF-8 and is not.
        """


def check_table(
    table: Table,
    schema: TableSchema,
    *,
    max_errors: int,
    ignore_header_case: bool = False,
    accelerator: Accelerator | None = None,
    findings: Findings | None = None,
) -> Checked:
    """Every error of the table. Raises `SchemaInvalidError`, and nothing for bad data.

    `findings` are filled when given, for who wants to ask them afterwards.
    Time grows with the distinct texts of each column, memory with the distinct keys only.
    """
    findings = Findings(max_errors) if findings is None else findings
    header = match_header(table.labels, table.label_line, schema, ignore_case=ignore_header_case)
    for finding in chain(table.errors, header.errors):
        findings.error(finding)
    for finding in (*table.warnings, *header.warnings):
        findings.warn(finding)
    loop = RowLoop(header, schema, findings)
    if accelerator is None or not accelerator.run(table, loop):
        for line, cells in table.records:
            loop.take(line, cells)
    loop.finish()
    for finding in table.late:
        findings.error(finding)
    return Checked(findings, loop.rows, len(header.columns))


class RowLoop:
    """The rows one after the other: `take` each of them, or say which ones are sound.

    `row` is the number of the last row.
    """

    def __init__(self, header: Header, schema: TableSchema, findings: Findings) -> None:
        self.header = header
        self.schema = schema
        self._fields = _fields(header, schema)
        self._judges: dict[int, Judge] = {}
        self.rules = compile_rules(schema, header)
        self.keys = KeyChecks(schema, header)
        self.findings = findings
        self._labels = header.labels
        self._kinds: dict[tuple[int, str], tuple[Finding, ...]] = {}
        self._blank: list[tuple[int, int]] = []
        self._blank_count = 0
        self._extra = Once()
        self.unlabelled = Once()
        self.row = 1
        self.rows = 0

    def take(self, line: int, cells: Sequence[str]) -> None:
        """One record of the file."""
        if not any(map(str.strip, cells)):
            self.row += 1
            self._blank_count += 1
            if len(self._blank) < KEPT_BLANK_ROWS:
                self._blank.append((self.row, line))
            return
        self.pass_over(1)
        if len(cells) != self.header.width:
            self._ragged(line, cells)
        judged = [
            ABSENT if position >= len(cells) else judge(cells[position])
            for position, judge in enumerate(self._all_judges)
        ]
        for position, cell in enumerate(judged):
            self.report(line, position, cell, there=position < len(cells))
        self.ask_keys(line, judged)
        for check in self.rules:
            self.ask(check, line, judged)

    def judge(self, position: int) -> Judge:
        """Of a column; what the schema does not describe holds any text.

        Compiled when it is wanted: of a sound table the kernel asks few, if any.
        """
        known = self._judges.get(position)
        if known is None:
            known = self._judges[position] = compile_cell(*self._fields[position])
        return known

    @cached_property
    def _all_judges(self) -> list[Judge]:
        return list(map(self.judge, range(self.header.width)))

    def pass_over(self, count: int) -> None:
        """So many rows that are not blank, and of which nothing else is to say yet."""
        if self._blank_count:
            self._blank_rows_inside()
        self.row += count
        self.rows += count

    def report(self, line: int, position: int, cell: Cell, *, there: bool = True) -> None:
        """What is wrong with one cell of the present row; `there`: the record has it."""
        if cell.problems and self.findings.full:
            for problem in cell.problems:
                self.findings.count(problem.code, self._labels[position], self.row)
        elif cell.problems:
            for kind in self.kinds(position, cell):
                self.findings.found(kind, self.row, line)
        elif there and not cell.blank and self.is_unlabelled(position):
            self.unlabelled.seen(self.row, line, position + 1)

    def kinds(self, position: int, cell: Cell) -> tuple[Finding, ...]:
        """What is wrong with such a cell, without its place; kept for its next occurrence."""
        known = self._kinds.get((position, cell.text))
        if known is None:
            label = self._labels[position]
            known = tuple(
                kind_of(
                    Finding(each.code, each.reason, None, None, label, position + 1,
                            cell.text, each.fix, each.params)
                )
                for each in cell.problems
            )  # fmt: skip
            if len(self._kinds) < REMEMBERED and len(cell.text) <= MEMORABLE:
                self._kinds[position, cell.text] = known
        return known

    def is_unlabelled(self, position: int) -> bool:
        """Whether the schema knows nothing of the column there, nor has it a title."""
        return position not in self._labels

    def ask_keys(self, line: int, judged: Sequence[Cell]) -> None:
        """What the keys of the present row find."""
        for finding in self.keys.row(self.row, line, judged):
            self.findings.error(finding)

    def ask(self, check: BoundCheck, line: int, judged: Sequence[Cell]) -> None:
        """What a rule finds in the present row."""
        if (found := check.row(self.row, line, judged)) is not None:
            self.findings.error(found)

    def finish(self) -> None:
        """What only the end of the file tells."""
        if self._blank_count:
            row, line = self._blank[0]
            params = {"count": self._blank_count}
            self.findings.warn(Finding("trailing-blank-rows", "", row, line, params=params))
        if self.rows == 0:
            self.findings.warn(Finding("no-rows"))
        for name, once in (("blank-extra-cells", self._extra), ("blank-label", self.unlabelled)):
            if once.count:
                self.findings.warn(
                    Finding(name, "", once.row, once.line, column=once.column,
                            params={"count": once.count})
                )  # fmt: skip
        for finding in self.keys.finish():
            self.findings.error(finding)

    def _blank_rows_inside(self) -> None:
        for row, line in self._blank:
            self.findings.error(Finding("blank-row", "", row, line))
        last_row, last_line = self._blank[-1]
        for beyond in range(1, self._blank_count - len(self._blank) + 1):
            self.findings.error(Finding("blank-row", "", last_row + beyond, last_line + beyond))
        self.rows += self._blank_count
        self._blank.clear()
        self._blank_count = 0

    def _ragged(self, line: int, cells: Sequence[str]) -> None:
        width = self.header.width
        for position in range(len(cells), width):
            if position in self._labels:
                self.findings.error(
                    Finding("missing-cell", "", self.row, line, self._labels[position],
                            position + 1, params={"width": width, "found": len(cells)})
                )  # fmt: skip
        for position in range(width, len(cells)):
            if cells[position].strip():
                self.findings.error(
                    Finding("extra-cell", "", self.row, line, None, position + 1,
                            cells[position], params={"width": width, "found": len(cells)})
                )  # fmt: skip
            else:
                self._extra.seen(self.row, line, position + 1)


@dataclass
class Once:
    """The first place of something that is said once, and how often it occurred."""

    count: int = 0
    row: int | None = None
    line: int | None = None
    column: int | None = None

    def seen(self, row: int, line: int, column: int, count: int = 1) -> None:
        self.count += count
        if self.row is None:
            self.row, self.line, self.column = row, line, column


@lru_cache(maxsize=256)
def _fields(header: Header, schema: TableSchema) -> tuple[tuple[FieldSpec, str], ...]:
    """By position the field and its place in the schema.

    Raises `SchemaInvalidError` for a field that cannot be compiled.
    """
    indexes = {spec.name: index for index, spec in enumerate(schema.fields)}
    found = [(FieldSpec(name="", type="any"), "")] * header.width
    for column in header.columns:
        if column.spec is not None:
            place = f"fields[{indexes[column.spec.name]}]"
            compile_cell(column.spec, place)
            found[column.position] = (column.spec, place)
    return tuple(found)


__all__ = ["Accelerator", "BoundCheck", "Checked", "RowLoop", "check_table"]
