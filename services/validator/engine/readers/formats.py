"""What a file is, from its first bytes and its archive's list; the name is asked last."""

import re
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from services.validator.engine.table import UnreadableError

HEAD = 8_192
MAX_UNPACKED = 1 << 30
"""Bytes that an archive may declare once unpacked."""

MAX_RATIO = 500
"""Unpacked over packed size, above which an archive is a bomb."""

STRAY_CONTROLS = 8
"""Control characters that a short text may hold by accident."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"PAR1", "parquet"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"SQLite format 3", "binary"),
)
_HTML = re.compile(
    rb"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(rb'\A\s*(?:\{\s*(?:"|\})|\[\s*(?:[\{\["\]]|-?[0-9]|true|false|null))')
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))
_MIMETYPE_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def recognise(stream: BinaryIO, name: str) -> str:
    """`csv`, `xlsx`, `ods` or `xls`. Raises `UnreadableError` for everything else.

    `name` decides only where the content does not: a text that begins like JSON.
    """
    head = stream.read(HEAD)
    stream.seek(0)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise UnreadableError("empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(stream)
    if head.startswith(_OLE):
        return "xls"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise UnreadableError(kind)
    suffix = PurePosixPath(name.lower()).suffix
    _text(head, suffix)
    return "tsv" if suffix == ".tsv" else "csv"


def _text(head: bytes, suffix: str) -> None:
    if head.startswith(_BOMS[1:]):
        return
    plain = head.removeprefix(_BOMS[0])
    if _HTML.match(plain):
        raise UnreadableError("html")
    if plain.lstrip().startswith(b"<?xml"):
        raise UnreadableError("xml")
    if suffix in {".json", ".geojson"} or (_JSON.match(plain) and suffix not in {".csv", ".tsv"}):
        raise UnreadableError("json")
    if plain.startswith((b'{"', b'[{"')) and b":" in plain[:400]:
        raise UnreadableError("json")
    controls = len(plain) - len(plain.translate(None, _CONTROLS))
    if controls > STRAY_CONTROLS and controls * 50 > len(plain) and not _looks_like_utf16(plain):
        raise UnreadableError("binary")


def _looks_like_utf16(head: bytes) -> bool:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return max(even, odd) * 3 > len(head) and min(even, odd) * 20 < max(even, odd)


def _archive(stream: BinaryIO) -> str:
    """Sizes are checked on the archive's own list, before anything is unpacked."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            mimetype = archive.read("mimetype")[:100] if _small(archive, "mimetype") else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        raise UnreadableError("damaged-archive") from None
    stream.seek(0)
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 4_096):
        raise UnreadableError("bomb", size=unpacked)
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if mimetype.startswith(_MIMETYPE_ODS) or (not mimetype and "content.xml" in names):
        return "ods"
    if any(name.startswith("word/") for name in names) or b"opendocument.text" in mimetype:
        raise UnreadableError("document")
    raise UnreadableError("archive")


def _small(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.namelist() and archive.getinfo(name).file_size < 1_000
