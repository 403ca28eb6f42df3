"""The one JSON document that a file is, or holds: plain, gzip, or alone in a zip."""

import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from services.validator.engine.json_schema.check import MAX_BYTES
from services.validator.engine.readers.formats import DAMAGED_ZIP, recognise
from services.validator.engine.readers.packed import shown
from services.validator.engine.readers.signatures import JSON_SUFFIXES
from services.validator.engine.readers.unpacked import Unpacked, gunzip
from services.validator.engine.table import UnreadableError


@dataclass(frozen=True)
class DocumentBytes:
    """`container` is `gzip` or `zip` around the document, `member` its name in there."""

    content: bytes
    container: str | None = None
    member: str | None = None


def read_bytes(stream: BinaryIO, name: str) -> DocumentBytes:
    """Raises `UnreadableError` for what is no JSON (`json-expected`) or too large."""
    kind = recognise(stream, name)
    if kind == "json":
        return DocumentBytes(stream.read(MAX_BYTES + 1))
    if kind == "gzip":
        inside = name[:-3] if name.lower().endswith(".gz") else name
        return DocumentBytes(_json(gunzip(stream), inside), "gzip", inside)
    if kind == "zip":
        return _zipped(stream)
    raise UnreadableError("json-expected", found=kind)


def _zipped(stream: BinaryIO) -> DocumentBytes:
    try:
        with zipfile.ZipFile(stream) as archive:
            found = [
                info
                for info in archive.infolist()
                if PurePosixPath(info.filename.lower()).suffix in JSON_SUFFIXES
                and not info.filename.startswith("__MACOSX/")
            ]
            if len(found) != 1:
                reason = "several-documents" if found else "json-expected"
                names = [shown(info.filename) for info in found]
                raise UnreadableError(reason, found="zip", names=names)
            member = cast("zipfile.ZipExtFile", archive.open(found[0]))
            unpacked = Unpacked(member, found[0].compress_size)
            content = _json(unpacked, found[0].filename)
    except DAMAGED_ZIP:
        raise UnreadableError("damaged-archive") from None
    return DocumentBytes(content, "zip", shown(found[0].filename))


def _json(unpacked: Unpacked, name: str) -> bytes:
    kind = recognise(cast("BinaryIO", unpacked), name)
    if kind != "json":
        raise UnreadableError("json-expected", found=kind)
    return unpacked.whole(MAX_BYTES)
