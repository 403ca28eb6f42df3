"""XLSX, XLS and ODS: typed cells written out as the text that a CSV file would hold.

Reading is done by calamine, which allocates what a sheet declares: the declared extent is
read first, and all of it happens in a child process with limits.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import python_calamine

from services.validator.engine.findings import Finding
from services.validator.engine.header import clean_label
from services.validator.engine.readers.dialect import SAMPLE_ROWS
from services.validator.engine.readers.heading import locate_header
from services.validator.engine.suggest import fold
from services.validator.engine.table import FileFacts, ReadHints, Record, Table, UnreadableError

MAX_CELLS = 30_000_000
"""Cells of the rectangle that a sheet may span, empty ones included."""

MAX_SHEETS = 200

_CELL = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^>]*?\br=["\x27]([A-Z]{0,3})([0-9]{1,7})["\x27]')
_BLOCK = 1 << 20
_OVERLAP = 512

Text = Callable[[Any], str]


def open_spreadsheet(stream: BinaryIO, kind: str, hints: ReadHints) -> Table:
    """The sheet that looks most like the table; raises `UnreadableError` when none does."""
    if kind == "xlsx":
        _check_extents(stream)
        stream.seek(0)
    try:
        workbook = python_calamine.load_workbook(stream)
        names = workbook.sheet_names[:MAX_SHEETS]
        sheet, rows = _choose(workbook, names, hints)
    except python_calamine.PasswordError:
        raise UnreadableError("password") from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableError("damaged-spreadsheet", detail=str(error)[:200]) from None
    return _table(sheet, rows, kind, names, hints)


def _choose(
    workbook: python_calamine.CalamineWorkbook, names: Sequence[str], hints: ReadHints
) -> tuple[str, list[list[Any]]]:
    """The first sheet with the most known column names, else the first that has a table."""
    known = frozenset(map(fold, hints.names))
    best: tuple[int, str, list[list[Any]]] | None = None
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height * max(sheet.total_width, 1) > MAX_CELLS:
            raise UnreadableError("too-many-cells", sheet=name, limit=MAX_CELLS)
        rows = sheet.to_python(skip_empty_area=False)
        score = _likeness(rows, known)
        if score and (best is None or score > best[0]):
            best = (score, name, rows)
            if not known:
                break
    if best is None:
        raise UnreadableError("empty-workbook")
    return best[1], best[2]


def _likeness(rows: list[list[Any]], known: frozenset[str]) -> int:
    """0: no table; 1: cells; 2: rows of two cells and more; beyond: known column names."""
    widest, matches = 0, 0
    for row in rows[:SAMPLE_ROWS]:
        filled = [cell for cell in row if cell not in {"", None}]
        widest = max(widest, len(filled))
        labels = {fold(clean_label(str(cell))) for cell in filled}
        matches = max(matches, len(labels & known))
    if matches >= 2:
        return 2 + matches
    return min(widest, 2)


def _table(
    sheet: str, rows: list[list[Any]], kind: str, names: Sequence[str], hints: ReadHints
) -> Table:
    texts = [[cell_text(cell) for cell in row] for row in rows[:SAMPLE_ROWS]]
    skipped = locate_header(texts, hints.names)
    while skipped < len(texts) and not any(map(str.strip, texts[skipped])):
        skipped += 1
    labels = texts[skipped]
    while labels and not labels[-1].strip():
        labels.pop()
    warnings = []
    shown = [index for index, row in enumerate(texts[:skipped]) if any(map(str.strip, row))]
    if shown:
        text = " ".join(filter(None, texts[shown[0]]))[:100]
        params = {"count": len(shown), "text": text}
        warnings.append(Finding("preamble", "", line=shown[0] + 1, params=params))
    if len(names) > 1:
        others = [name for name in names if name != sheet][:10]
        warnings.append(Finding("sheet-chosen", "", params={"sheet": sheet, "others": others}))
    return Table(
        labels=tuple(labels),
        label_line=skipped + 1,
        records=_records(rows, skipped, len(labels), _writers(labels, hints)),
        facts=FileFacts(kind, sheet=sheet),
        warnings=tuple(warnings),
    )


def _records(
    rows: list[list[Any]], skipped: int, width: int, writers: Sequence[Text]
) -> Iterator[Record]:
    """Rows end with the last label, or further when they have cells there."""
    for index in range(skipped + 1, len(rows)):
        row = rows[index]
        rows[index] = []  # freed as it is read
        cells = [write(cell) for write, cell in zip(writers, row, strict=False)]
        cells.extend(cell_text(cell) for cell in row[width:])
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        cells.extend([""] * (width - len(cells)))
        yield index + 1, cells


def _writers(labels: Sequence[str], hints: ReadHints) -> list[Text]:
    writers: list[Text] = []
    for label in map(clean_label, labels):
        booleans = hints.booleans.get(label, ("true", "false"))
        form = hints.dates.get(label)
        plain = booleans == ("true", "false") and form is None
        writers.append(cell_text if plain else _writer(booleans, form))
    return writers


def _writer(booleans: tuple[str, str], form: str | None) -> Text:
    def write(cell: Any) -> str:
        if isinstance(cell, bool):
            return booleans[0] if cell else booleans[1]
        if form is not None and isinstance(cell, date | time):
            return cell.strftime(form)
        return cell_text(cell)

    return write


def cell_text(cell: Any) -> str:
    """Whole numbers without `.0`, dates in ISO, at most the 15 digits a spreadsheet keeps."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, date | time | timedelta):
        return _moment(cell)
    return "" if cell is None else str(cell)


def _moment(cell: date | time | timedelta) -> str:
    if isinstance(cell, timedelta):
        return _clock(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.replace(microsecond=0).isoformat()
    return cell.isoformat()


def _clock(duration: timedelta) -> str:
    seconds = round(duration.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _check_extents(stream: BinaryIO) -> None:
    """Refuse a sheet whose first and last cells span more than `MAX_CELLS`.

    A kilobyte of XML can name cells a billion apart, and calamine allocates all between.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    with archive.open(entry) as sheet:
                        _check_extent(sheet, entry.filename)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableError("damaged-spreadsheet", detail=str(error)[:200]) from None


def _check_extent(sheet: Any, name: str) -> None:
    rows = columns = 0
    tail = b""
    while block := sheet.read(_BLOCK):
        data = tail + block
        for letters, number in _CELL.findall(data):
            rows = max(rows, int(number))
            if letters:
                columns = max(columns, _column(letters))
        if rows * max(columns, 1) > MAX_CELLS:
            raise UnreadableError("too-many-cells", sheet=name, limit=MAX_CELLS)
        tail = data[-_OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
