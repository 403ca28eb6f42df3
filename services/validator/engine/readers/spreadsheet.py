"""XLSX, XLS and ODS: every sheet is offered, the one that is a table is read.

Reading is done by calamine, which allocates what a sheet spans: how far its cells reach is
read first, and all of it happens in a child process with limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat, zip_longest
from typing import Any, BinaryIO

import python_calamine

from services.validator.engine.findings import Finding
from services.validator.engine.header import clean_label
from services.validator.engine.readers.choice import choose
from services.validator.engine.readers.dialect import SAMPLE_ROWS
from services.validator.engine.readers.extents import MAX_CELLS, check_extents
from services.validator.engine.readers.heading import locate_header
from services.validator.engine.readers.native import guarded
from services.validator.engine.readers.sheet_text import SheetText
from services.validator.engine.readers.typed_cells import Text, cell_text, writers
from services.validator.engine.suggest import fold
from services.validator.engine.table import FileFacts, ReadHints, Record, Table, UnreadableError

MAX_SHEETS = 200
LISTED = 50
_AT_ONCE = 1_000
Row = Sequence[Any]


@dataclass
class _Sheet:
    """The first rows, and the others as they come."""

    name: str
    head: list[list[Any]]
    rows: Iterator[Row]


def open_spreadsheet(stream: BinaryIO, kind: str, hints: ReadHints) -> Table:
    """The sheet that looks most like the table; raises `UnreadableError` when none does."""
    check_extents(stream, kind)
    with guarded("damaged-spreadsheet"):
        workbook = python_calamine.load_workbook(stream)
        names = workbook.sheet_names[:MAX_SHEETS]
        wanted = choose(names, hints.sheet)
        shown = names if wanted is not None else _in_order(workbook)
        sheet = _best(workbook, shown if wanted is None else [names[wanted]], hints)
    return _table(sheet, kind, names, hints)


def _in_order(workbook: python_calamine.CalamineWorkbook) -> list[str]:
    """Hidden sheets last: they hold the lists and drafts of those that are shown."""
    sheets = workbook.sheets_metadata[:MAX_SHEETS]
    visible = python_calamine.SheetVisibleEnum.Visible
    return [each.name for each in sorted(sheets, key=lambda each: each.visible != visible)]


def _best(
    workbook: python_calamine.CalamineWorkbook, names: Sequence[str], hints: ReadHints
) -> _Sheet:
    """The sheet with the most known column names, else the first that has a table."""
    known = frozenset(map(fold, hints.names))
    best: tuple[int, _Sheet] | None = None
    for name in names:
        sheet = _load(workbook, name)
        score = 0 if sheet is None else _likeness(sheet.head, known)
        if sheet is not None and score and (best is None or score > best[0]):
            best = (score, sheet)
            if not known and score > 1:
                break
    if best is None:
        raise UnreadableError("empty-workbook")
    return best[1]


def _load(workbook: python_calamine.CalamineWorkbook, name: str) -> _Sheet | None:
    """Charts and macros have no cells: None."""
    try:
        sheet = workbook.get_sheet_by_name(name)
    except python_calamine.WorksheetNotFound:
        return None
    if (sheet.total_height + 1) * (sheet.total_width + 1) > 2 * MAX_CELLS:
        raise UnreadableError("too-many-cells", sheet=name, limit=MAX_CELLS)
    begin = 0 if sheet.start is None else sheet.start[1]
    rows = iter(sheet.iter_rows())
    shifted = ([""] * begin + row for row in rows) if begin else rows
    return _Sheet(name, list(islice(shifted, SAMPLE_ROWS)), shifted)


def _likeness(rows: list[list[Any]], known: frozenset[str]) -> int:
    """0: no table; 1: cells; 2: rows of two cells and more; beyond: known column names."""
    widest, matches = 0, 0
    for row in rows:
        filled = [cell for cell in row if cell not in {"", None}]
        widest = max(widest, len(filled))
        labels = {fold(clean_label(str(cell))) for cell in filled}
        matches = max(matches, len(labels & known))
    if matches >= 2:
        return 2 + matches
    return min(widest, 2)


def _table(sheet: _Sheet, kind: str, names: Sequence[str], hints: ReadHints) -> Table:
    texts = [[cell_text(cell) for cell in row] for row in sheet.head]
    skipped = locate_header(texts, hints.names)
    while skipped < len(texts) - 1 and not any(map(str.strip, texts[skipped])):
        skipped += 1
    labels = texts[skipped]
    while labels and not labels[-1].strip():
        labels.pop()
    if not labels:
        raise UnreadableError("empty-workbook")
    rows = SheetText(tuple(labels), skipped + 1, _records(sheet, skipped, labels, hints))
    return Table(
        labels=tuple(labels),
        label_line=skipped + 1,
        records=rows.records(),
        origin=rows.origin(),
        facts=FileFacts(kind, sheet=sheet.name, sheets=tuple(names)),
        warnings=tuple(_warnings(sheet.name, names, texts[:skipped])),
    )


def _warnings(sheet: str, names: Sequence[str], above: list[list[str]]) -> Iterator[Finding]:
    shown = [index for index, row in enumerate(above) if any(map(str.strip, row))]
    if shown:
        text = " ".join(filter(None, above[shown[0]]))[:100]
        params = {"count": len(shown), "text": text}
        yield Finding("preamble", "", line=shown[0] + 1, params=params)
    others = [name for name in names if name != sheet][:LISTED]
    if others:
        yield Finding("sheet-chosen", "", params={"sheet": sheet, "others": others})


def _records(
    sheet: _Sheet, skipped: int, labels: Sequence[str], hints: ReadHints
) -> Iterator[Record]:
    """Rows end with the last label, or further when they have cells there."""
    width = len(labels)
    written = writers(labels, hints)
    rows = chain(islice(sheet.head, skipped + 1, None), sheet.rows)
    line = skipped + 2
    while True:
        with guarded("damaged-spreadsheet"):
            taken = list(islice(rows, _AT_ONCE))
        if not taken:
            return
        # By columns: most hold texts only, which are seen at once and left as they are.
        columns = [
            _texts(cells, write)
            for cells, write in zip(
                zip_longest(*taken, fillvalue=""), chain(written, repeat(cell_text)), strict=False
            )
        ]
        yield from enumerate(_rows(columns, width, len(taken)), start=line)
        line += len(taken)


def _rows(columns: list[Sequence[str]], width: int, count: int) -> Iterator[Sequence[str]]:
    while len(columns) > width and not any(map(str.strip, columns[-1])):
        columns.pop()
    columns.extend([[""] * count] * (width - len(columns)))
    rows = zip(*columns, strict=True)
    return rows if len(columns) == width else (_without_blanks(row, width) for row in rows)


def _without_blanks(row: Sequence[str], width: int) -> Sequence[str]:
    """The row without the blank cells that end it beyond the last label."""
    last = len(row)
    while last > width and not row[last - 1].strip():
        last -= 1
    return row[:last]


def _texts(cells: Sequence[Any], write: Text) -> Sequence[str]:
    if set(map(type, cells)) == {str}:
        return cells
    return [cell if type(cell) is str else write(cell) for cell in cells]
