"""What a file is, from its first bytes and its archive's list; the name is asked last."""

import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from posixpath import splitext
from typing import BinaryIO

from services.validator.engine.readers.compound import compound_kind
from services.validator.engine.readers.signatures import head_text, magic, text_kind, wide_codec
from services.validator.engine.table import UnreadableError

HEAD = 8_192
MAX_UNPACKED = 1 << 30
"""Bytes that a workbook may declare once unpacked."""

MAX_RATIO = 500
"""Unpacked over packed size, above which an archive is a bomb."""

SMALL = 4_096
"""Packed bytes below which the ratio says nothing."""

STRAY_CONTROLS = 8
"""Control characters that a short text may hold by accident."""

TABLES = frozenset({"csv", "tsv", "json", "parquet", "xlsx", "ods", "xls"})
PACKED = frozenset({"gzip", "zip"})

DAMAGED_ZIP = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError,
    ValueError, OSError,
)  # fmt: skip
"""What `zipfile` raises for archives that are damaged, encrypted or exotic."""

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))
_BLANK = b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def recognise(stream: BinaryIO, name: str) -> str:
    """One of `TABLES` or `PACKED`. Raises `UnreadableError` for everything else.

    Rewinds the stream. `name` decides only where the content does not.
    """
    head = stream.read(HEAD)
    stream.seek(0)
    if len(head) < HEAD and not head.strip(_BLANK):
        raise UnreadableError("empty")
    kind = magic(head)
    if kind == "zip":
        kind = _archive(stream)
    elif kind == "ole":
        kind = compound_kind(stream)
    elif kind is None:
        suffix = splitext(name.lower())[1]
        kind = text_kind(head_text(head), suffix)
        if kind == "text":
            _refuse_binary(head)
            kind = "tsv" if suffix in {".tsv", ".tab"} else "csv"
    stream.seek(0)
    if kind not in TABLES | PACKED:
        raise UnreadableError(kind)
    return kind


def _refuse_binary(head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_codec(head):
        return
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > STRAY_CONTROLS and controls * 50 > len(head):
        raise UnreadableError("binary")


def _archive(stream: BinaryIO) -> str:
    """What a zip holds; a workbook's sizes are checked before anything is unpacked."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            mimetype = archive.read("mimetype")[:100] if _small(archive, "mimetype") else b""
    except DAMAGED_ZIP:
        raise UnreadableError("damaged-archive") from None
    names = {entry.filename for entry in entries}
    kind = _packed_kind(names, mimetype)
    if kind in TABLES:
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, SMALL):
            raise UnreadableError("bomb", size=unpacked)
    return kind


def _packed_kind(names: set[str], mimetype: bytes) -> str:
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if mimetype.startswith(_ODS) or (not mimetype and "content.xml" in names):
        return "ods"
    if mimetype or any(name.startswith(("word/", "ppt/")) for name in names):
        return "document"
    return _collection_kind(names)


def _collection_kind(names: set[str]) -> str:
    suffixes = {PurePosixPath(name.lower()).suffix for name in names}
    if {".shp", ".dbf"} <= suffixes:
        return "shapefile"
    if ".kml" in suffixes and not suffixes & {".csv", ".xlsx"}:
        return "geodata"
    bases = {PurePosixPath(name).name for name in names}
    return "gtfs" if {"stops.txt", "routes.txt", "trips.txt"} <= bases else "zip"


def _small(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.namelist() and archive.getinfo(name).file_size < 1_000
