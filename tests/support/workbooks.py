"""Workbooks made by the tests: XLSX by a library, ODS and XLS byte by byte, bombs included."""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

Sheet = tuple[str, Sequence[Sequence[Any]]]
_SECTOR = 512
_NONE = 0xFFFFFFFF
_CHAIN_END = 0xFFFFFFFE
_TABLE = 0xFFFFFFFD
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zone
_DAY_FORMAT, _PERCENT_FORMAT = 14, 9


def xlsx(*sheets: Sheet, hidden: Sequence[str] = ()) -> bytes:
    """Dates as days, floats as percents."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        percent = book.add_format({"num_format": "0%"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            else:
                sheet.activate()
                sheet.set_first_sheet()
            for number, row in enumerate(rows):
                for position, value in enumerate(row):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(number, position, value, day)
                    elif isinstance(value, float):
                        sheet.write_number(number, position, value, percent)
                    else:
                        sheet.write(number, position, value)
    return out.getvalue()


def archive(**members: str | bytes) -> bytes:
    """A zip; two underscores in a name are a slash, one is a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def ods(*sheets: Sheet) -> bytes:
    """As LibreOffice writes: the rest of the sheet is blank cells and rows, repeated."""
    tables = []
    for name, rows in sheets:
        written = "".join(
            ods_row("".join(map(ods_cell, row)) + ods_cell(None, 16_000)) for row in rows
        )
        blank = ods_row(ods_cell(None, 16_384), 1_048_000)
        tables.append(f'<table:table table:name="{name}">{written}{blank}</table:table>')
    return ods_of("".join(tables))


def ods_of(tables: str) -> bytes:
    """An ODS around this XML."""
    out = io.BytesIO()
    space = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}:manifest:1.0"/>')
        packed.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{space}:office:1.0"'
            f' xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body>'
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )
    return out.getvalue()


def ods_row(cells: str, times: int = 1) -> str:
    """A row, repeated."""
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def ods_cell(value: Any, times: int = 1) -> str:
    """A typed cell, repeated."""
    repeated = f'table:number-columns-repeated="{times}"'
    if value is None:
        return f"<table:table-cell {repeated}/>"
    kind, attribute = "string", ""
    if isinstance(value, bool):
        kind, attribute = "boolean", f'office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, float):
        kind, attribute = "percentage", f'office:value="{value}"'
    elif isinstance(value, int):
        kind, attribute = "float", f'office:value="{value}"'
    elif isinstance(value, dt.date):
        kind, attribute = "date", f'office:date-value="{value.isoformat()}"'
    return (
        f'<table:table-cell {repeated} office:value-type="{kind}" {attribute}>'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def xls(*sheets: Sheet) -> bytes:
    """A workbook of Excel 97 ([MS-XLS]): labels, numbers, percents, days and booleans."""
    return compound("Workbook", _workbook([(name, _cells(rows)) for name, rows in sheets]))


def xls_reaching(row: int, column: int) -> bytes:
    """One with a cell at the origin and one there."""
    far = _record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))
    return compound("Workbook", _workbook([("A", _cells([["nom"]]) + far)]))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(value: str, length: str) -> bytes:
    return struct.pack(f"<{length}B", len(value), 1) + value.encode("utf-16-le")


def _cells(rows: Sequence[Sequence[Any]]) -> bytes:
    out = b""
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            place = struct.pack("<HH", row, column)
            if isinstance(value, str):
                out += _record(0x0204, place + b"\0\0" + _text(value, "H"))
            elif isinstance(value, bool):
                out += _record(0x0205, place + b"\0\0" + bytes([value, 0]))
            elif isinstance(value, dt.date):
                days = (dt.datetime(value.year, value.month, value.day) - _EPOCH).days  # noqa: DTZ001
                out += _record(0x0203, place + struct.pack("<Hd", 1, days))
            elif value is not None:
                style = 2 if isinstance(value, float) else 0
                out += _record(0x0203, place + struct.pack("<Hd", style, value))
    return out


def _workbook(sheets: Sequence[tuple[str, bytes]]) -> bytes:
    def begin(kind: int) -> bytes:
        return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 1997, 0, 6))

    styles = b"".join(
        _record(0x00E0, struct.pack("<HH16x", 0, form))
        for form in (0, _DAY_FORMAT, _PERCENT_FORMAT)
    )
    lead = begin(5) + _record(0x0042, b"\xb0\x04") + _record(0x0022, b"\0\0") + styles
    names = [_text(name, "B") for name, _ in sheets]
    offset = len(lead) + sum(10 + len(name) for name in names) + 4
    listing, bodies = b"", b""
    for name, (_, cells) in zip(names, sheets, strict=True):
        listing += _record(0x0085, struct.pack("<IBB", offset + len(bodies), 0, 0) + name)
        bodies += begin(16) + cells + _record(0x000A, b"")
    return lead + listing + _record(0x000A, b"") + bodies


def compound(name: str, content: bytes) -> bytes:
    """A compound file ([MS-CFB]) of one stream, beyond the size of the small ones."""
    content = content.ljust(4_096, b"\0")
    content += b"\0" * (-len(content) % _SECTOR)
    used = len(content) // _SECTOR
    tables = 1
    while (used + 1 + tables) * 4 > tables * _SECTOR:
        tables += 1
    chain = [*range(1, used), _CHAIN_END, _CHAIN_END, *[_TABLE] * tables]
    chain += [_NONE] * (tables * _SECTOR // 4 - len(chain))
    places = [used + 1 + index for index in range(tables)]
    places += [_NONE] * (109 - tables)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, used, 0, 4_096,
                          _CHAIN_END, 0, _CHAIN_END, 0, 0)[: 76 - 24]  # fmt: skip
    header = header[:76] + struct.pack("<109I", *places)
    directory = _entry("Root Entry", 5, _CHAIN_END, 0, child=1) + _entry(name, 2, 0, len(content))
    directory += bytes(_SECTOR - len(directory))
    return header + content + directory + struct.pack(f"<{len(chain)}I", *chain)


def _entry(name: str, kind: int, start: int, size: int, child: int = _NONE) -> bytes:
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
    return entry + struct.pack("<III36xIQ", _NONE, _NONE, child, start, size)
