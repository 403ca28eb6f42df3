"""Errors shown in the table, at their place: a window of the file around the cells at fault."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from shared.contracts.excerpt import ExcerptRow, ReportExcerpt
from shared.contracts.report import ReportError

_AROUND = 2
_FIRST_ROW = 2


@dataclass(frozen=True)
class Cell:
    """`wrong`: the cell at fault, which should rather read `fix`. `gap`: columns left out."""

    text: str = ""
    wrong: bool = False
    fix: str | None = None
    gap: bool = False


@dataclass(frozen=True)
class Line:
    """A row of the file at its physical `line`; `at`: an error is in it; `gap`: rows left out."""

    line: int = 0
    at: bool = False
    gap: bool = False
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What is shown of the file: labels, then lines."""

    labels: tuple[Cell, ...]
    lines: tuple[Line, ...]

    @property
    def width(self) -> int:
        """Columns, gaps included."""
        return len(self.labels)


def wanted_rows(errors: Collection[ReportError]) -> set[int]:
    """Rows of the file to ask for; an error in the labels is shown above the first rows."""
    rows = {error.row for error in errors if error.row}
    return {row for row in rows if row >= _FIRST_ROW} | ({_FIRST_ROW} if 1 in rows else set())


def sheet_of(errors: Sequence[ReportError], excerpt: ReportExcerpt, around: int) -> Sheet | None:
    """The window on these errors (of one kind, in one column); None when nothing is to be seen.

    Shown are the first column, which often names the line, those around the one at fault,
    and `around` rows on both sides.
    """
    labels = excerpt.labels
    placed = [(error, _position(error, labels)) for error in errors]
    at = {(error.row or 1, position): error for error, position in placed}
    rows = {row: excerpt_row for excerpt_row in excerpt.rows if (row := excerpt_row.row)}
    if not labels or not any(row in rows or row == 1 for row, _ in at):
        return None
    positions = [position for _, position in placed if position is not None]
    width = max(len(labels), *(len(row.cells) for row in rows.values()), 1)
    columns = _columns(positions, width)
    faulty = {row for row, _ in at}
    shown = sorted(
        row for row in rows if any(abs(row - target) <= around for target in faulty | {1} & faulty)
    )
    lines: list[Line] = []
    for before, row in zip([None, *shown], shown, strict=False):
        if before is not None and row > before + 1:
            lines.append(Line(gap=True))
        lines.append(_line(rows[row], columns, at, faulty))
    return Sheet(
        labels=tuple(
            Cell(gap=True)
            if column is None
            else Cell(labels[column] if column < len(labels) else "", wrong=(1, column) in at)
            for column in columns
        ),
        lines=tuple(lines),
    )


def _position(error: ReportError, labels: Sequence[str]) -> int | None:
    """Where the column is in the file, from 0."""
    if error.column is not None:
        return error.column - 1
    return labels.index(error.field) if error.field in labels else None


def _columns(positions: Collection[int], width: int) -> list[int | None]:
    """Columns to show, None for a gap: the first one, and those around the faulty ones."""
    if not positions:
        near = set(range(min(width, 2 * _AROUND + 2)))
    else:
        near = {0} | {
            column
            for position in positions
            for column in range(position - _AROUND, position + _AROUND + 1)
            if 0 <= column < width
        }
    columns: list[int | None] = []
    before = -1
    for column in sorted(near):
        if column > before + 1:
            columns.append(None)
        columns.append(column)
        before = column
    if before < width - 1:
        columns.append(None)
    return columns


def _line(
    row: ExcerptRow,
    columns: Sequence[int | None],
    at: Mapping[tuple[int, int | None], ReportError],
    faulty: Collection[int],
) -> Line:
    return Line(
        line=row.line,
        at=row.row in faulty,
        cells=tuple(
            Cell(gap=True) if column is None else _cell(row, column, at.get((row.row, column)))
            for column in columns
        ),
    )


def _cell(row: ExcerptRow, column: int, error: ReportError | None) -> Cell:
    text = row.cells[column] if column < len(row.cells) else ""
    if error is None:
        return Cell(text)
    return Cell(error.cell if error.cell is not None else text, wrong=True, fix=error.fix)
