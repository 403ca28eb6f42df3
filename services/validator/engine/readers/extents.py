"""How far the cells of a workbook reach, before a native reader allocates all between them.

A kilobyte can name two cells a billion apart, or one cell repeated a billion times.
"""

import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import IO, BinaryIO

from services.validator.engine.readers.compound import CompoundFile
from services.validator.engine.readers.formats import DAMAGED_ZIP
from services.validator.engine.table import UnreadableError

MAX_CELLS = 10_000_000
"""Cells of the rectangle that a sheet may span, empty ones included; about 0.7 GB at worst."""

MAX_COPIES = 2_000_000
"""Filled cells that an ODS may write once and repeat: each becomes a text in memory."""

_CELL = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^>]*?\br=["\x27]([A-Z]{0,3}[0-9]{1,7})["\x27]')
_PLAIN_ROW = re.compile(rb'<row r="([0-9]{1,7})"')
_ODD_TAGS: Mapping[bytes, tuple[bytes, ...]] = MappingProxyType({
    b":": (b":c", b":row"),
    **{space: (b"<c" + space, b"<row" + space) for space in (b"\n", b"\r", b"\t")},
})  # fmt: skip
"""What begins a cell in another way than office programs do, by a byte that is in each."""

_LETTERS = bytes(range(ord("A"), ord("Z") + 1))
_DIGITS = b"0123456789"
_ODS_TAG = re.compile(
    rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)(?=[\s/>])([^>]*?)(/?)>"
)
_COLUMNS = re.compile(rb'\bnumber-columns-repeated="([0-9]{1,9})')
_ROWS = re.compile(rb'\bnumber-rows-repeated="([0-9]{1,9})')
_BLOCK = 1 << 20
_OVERLAP = 4_096
_CELL_RECORDS = frozenset(
    {0x0006, 0x007E, 0x00BE, 0x00BD, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
)
_MANY = frozenset({0x00BD, 0x00BE})
_BEGIN = 0x0809


def check_extents(stream: BinaryIO, kind: str) -> None:
    """Raises `UnreadableError` for a sheet beyond `MAX_CELLS`. Reads all of it once."""
    stream.seek(0)
    if kind == "xls":
        _check_xls(stream)
    else:
        _check_zip(stream, _xlsx_extent if kind == "xlsx" else _ods_extent)
    stream.seek(0)


def _check_zip(stream: BinaryIO, extent: Callable[[IO[bytes]], Iterator[int]]) -> None:
    """Any part may be a sheet: the workbook says which, and it may say anything."""
    try:
        with zipfile.ZipFile(stream) as archive:
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    raise UnreadableError("password")
                with archive.open(entry) as part:
                    for cells in extent(part):
                        _refuse_beyond(cells, PurePosixPath(entry.filename).stem)
    except DAMAGED_ZIP as error:
        raise UnreadableError("damaged-spreadsheet", detail=str(error)[:200]) from None


def _refuse_beyond(cells: int, sheet: str) -> None:
    if cells > MAX_CELLS:
        raise UnreadableError("too-many-cells", sheet=sheet[:100], limit=MAX_CELLS)


def _xlsx_extent(part: IO[bytes]) -> Iterator[int]:
    rows = columns = 0
    tail = b""
    while block := part.read(_BLOCK):
        data = tail + block
        cut = data.rfind(b">") + 1 if len(data) - data.rfind(b">") < _OVERLAP else len(data)
        seen = data[:cut]
        usual = _usual_rows(seen, rows, columns)
        if usual is None:
            places = b" ".join(_CELL.findall(seen))
            numbers = set(places.translate(None, _LETTERS).split())
            letters = set(places.translate(None, _DIGITS).split())
            rows = max(rows, *map(int, numbers), 0)
            columns = max(columns, *map(_column, letters), 0)
        else:
            rows = max(rows, usual)
        yield rows * max(columns, 1)
        tail = data[cut:] or data[-_OVERLAP:]


def _usual_rows(data: bytes, rows: int, columns: int) -> int | None:
    """The last row of a part of a sheet whose cells all lie in known columns, which is to say
    none of them has to be looked at one by one; None when that is not sure.

    Office programs write the place first, in double quotes, without a prefix. Cells are only
    known to lie above the next round number of rows: that must be within the limit too.
    """
    if any(byte in data and any(tag in data for tag in tags) for byte, tags in _ODD_TAGS.items()):
        return None
    numbers = _PLAIN_ROW.findall(data)
    if data.count(b"<row ") != len(numbers):
        return None
    if not numbers or not columns:
        return None if numbers or b"<c " in data else rows
    last = max(rows, *map(int, numbers))
    lead, zeros = _first_digit(last)
    if (lead + 1) * 10**zeros * columns > MAX_CELLS or _beyond(columns, lead, zeros).search(data):
        return None
    return last


def _first_digit(number: int) -> tuple[int, int]:
    """The first digit, and how many follow."""
    text = str(number)
    return int(text[0]), len(text) - 1


@lru_cache(maxsize=256)
def _beyond(columns: int, lead: int, zeros: int) -> re.Pattern[bytes]:
    """Finds a cell that is not surely within the first `columns`, and before row
    `(lead + 1) * 10**zeros`.
    """
    last = _letters(columns)
    shorter = f"[A-Z]{{1,{len(last) - 1}}}|" if len(last) > 1 else ""
    before = "|".join(
        f"{last[:place]}[A-{chr(ord(letter) - 1)}][A-Z]{{{len(last) - place - 1}}}"
        for place, letter in enumerate(last)
        if letter > "A"
    )
    letters = f"{shorter}{before}|{last}" if before else f"{shorter}{last}"
    digits = f"[1-{lead}][0-9]{{{zeros}}}"
    digits = f"[0-9]{{1,{zeros}}}|{digits}" if zeros else digits
    return re.compile(f'<c (?!r="(?:{letters})(?:{digits})")'.encode())


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _OdsSheets:
    """Blank rows and cells count only when something follows them, as the reader has it.

    All sheets are read at once: what they span adds up.
    """

    def __init__(self) -> None:
        self._before = self._copies = 0
        self._begin()

    def _begin(self) -> None:
        self._rows = self._width = self._waiting = self._row_width = self._filled = 0
        self._row_copies = 0
        self._repeat = 1

    @property
    def size(self) -> int:
        """Cells spanned; beyond the limit when too many are copies."""
        if self._copies > MAX_COPIES:
            return MAX_CELLS + 1
        return self._before + self._rows * max(self._width, 1)

    def tag(self, closing: bytes, name: bytes, attributes: bytes, alone: bytes) -> None:
        """One tag of the sheet."""
        if name == b"table" and not closing:
            self._before = self.size
            self._begin()
        elif name == b"table-row":
            if not closing:
                self._repeat = _repeat(_ROWS, attributes)
                self._row_width = self._filled = self._row_copies = 0
            if closing or alone:
                self._row_ends()
        elif not closing and name != b"table":
            times = _repeat(_COLUMNS, attributes)
            self._row_width += times
            if not alone or b"-value" in attributes or b":value" in attributes:
                self._filled = self._row_width
                self._row_copies += times - 1 if self._repeat == 1 else times

    def _row_ends(self) -> None:
        self._waiting += self._repeat
        if self._filled:
            self._rows += self._waiting
            self._copies += self._row_copies * self._repeat
            self._waiting = 0
            self._width = max(self._width, self._filled)


def _repeat(form: re.Pattern[bytes], attributes: bytes) -> int:
    found = form.search(attributes)
    return int(found[1]) if found else 1


def _ods_extent(part: IO[bytes]) -> Iterator[int]:
    sheets = _OdsSheets()
    tail = b""
    while block := part.read(_BLOCK):
        data = tail + block
        cut = data.rfind(b"<") if len(data) - data.rfind(b"<") < _OVERLAP else len(data)
        for tag in _ODS_TAG.findall(data[:cut]):
            sheets.tag(*tag)
        yield sheets.size
        tail = data[cut:]
    for tag in _ODS_TAG.findall(tail):
        sheets.tag(*tag)
    yield sheets.size


def _check_xls(stream: BinaryIO) -> None:
    """[MS-XLS]: a cell record begins with its row and column. All sheets are read at once."""
    compound = CompoundFile(stream)
    name = "Workbook" if "Workbook" in compound.streams else "Book"
    if name not in compound.streams:
        raise UnreadableError("damaged-spreadsheet", detail="no workbook")
    rows = columns = before = 0
    sheet = -1
    for kind, body in _biff_records(compound.open(name)):
        if kind == _BEGIN:
            before += rows * columns
            rows = columns = 0
            sheet += 1
        elif kind in _CELL_RECORDS and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            rows = max(rows, row + 1)
            last = int.from_bytes(body[-2:], "little") if kind in _MANY else column
            columns = max(columns, column + 1, last + 1)
            _refuse_beyond(before + rows * columns, f"n° {sheet}")


def _biff_records(blocks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    data = b""
    for block in blocks:
        data += block
        at = 0
        while len(data) - at >= 4:
            kind, size = struct.unpack_from("<HH", data, at)
            if len(data) - at - 4 < size:
                break
            yield kind, data[at + 4 : at + 4 + size]
            at += 4 + size
        data = data[at:]
