"""A table as the bytes of a file, in the forms that towns publish.

Every writer is deterministic: no clock, no archive date but the one of `_ARCHIVE_DATE`.
"""

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

import xlsxwriter

from demo.tables import TODAY, Table

_ARCHIVE_DATE: Final = (2026, 9, 30, 12, 0, 0)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,8})(\.\d+)?")


def csv_bytes(table: Table, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """CSV; a character that the encoding lacks becomes « ? », as spreadsheets do."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return text.getvalue().encode(encoding, errors="replace")


def xlsx_bytes(table: Table, *, title: str | None = None) -> bytes:
    """A workbook with typed cells: real dates and numbers where the text is one.

    Numbers longer than nine digits stay text, as a SIRET typed with care does. With
    `title`, a merged row and an empty one come before the header.
    """
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"created": dt.datetime.combine(TODAY, dt.time(), dt.UTC)})
    date_format = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet("Données")
    top = 0
    if title is not None:
        sheet.merge_range(0, 0, 0, len(table.header) - 1, title)
        top = 2
    sheet.write_row(top, 0, table.header)
    for number, row in enumerate(table.rows, top + 1):
        for column, cell in enumerate(row):
            if _ISO_DATE.fullmatch(cell):
                sheet.write_datetime(number, column, _as_datetime(cell), date_format)
            elif _NUMBER.fullmatch(cell):
                sheet.write_number(number, column, float(cell))
            elif cell:
                sheet.write_string(number, column, cell)
    workbook.close()
    return buffer.getvalue()


def _as_datetime(cell: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(cell), dt.time())  # Excel knows no zone


def ods_bytes(table: Table) -> bytes:
    """An OpenDocument spreadsheet whose cells are all text."""
    lines = (table.header, *table.rows)
    body = "".join(f"<table:table-row>{_ods_cells(line)}</table:table-row>" for line in lines)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        '<office:body><office:spreadsheet><table:table table:name="Feuille1">'
        f"{body}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        'manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return zip_bytes({
        "mimetype": kind.encode(),
        "content.xml": content.encode(),
        "META-INF/manifest.xml": manifest.encode(),
    })  # fmt: skip


def _ods_cells(line: Sequence[str]) -> str:
    return "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
        "</table:table-cell>"
        if cell
        else "<table:table-cell/>"
        for cell in line
    )


def zip_bytes(members: dict[str, bytes]) -> bytes:
    """An archive whose members are stored in order, the first one uncompressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (name, content) in enumerate(members.items()):
            member = zipfile.ZipInfo(name, date_time=_ARCHIVE_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED if number else zipfile.ZIP_STORED
            archive.writestr(member, content)
    return buffer.getvalue()


def json_bytes(table: Table) -> bytes:
    """A JSON list of objects."""
    records = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    return json.dumps(records, ensure_ascii=False, indent=1).encode()


def pdf_bytes(text: str) -> bytes:
    """A one-page PDF that says `text` (Latin-1 characters)."""
    shown = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    stream = f"BT /F1 14 Tf 60 760 Td ({shown}) Tj ET".encode("latin-1", errors="replace")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Font<</F1 5 0 R>>>>",
    )
    body = bytearray(b"%PDF-1.4\n")
    offsets: list[int] = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)


def html_bytes(title: str) -> bytes:
    """The page that a portal shows in place of a file that moved: a soft 404."""
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body><h1>Page introuvable</h1>"
        "<p>Le contenu que vous cherchez a été déplacé. Retournez à "
        '<a href="/">l\'accueil du site</a>.</p></body></html>\n'
    ).encode()
