"""A compressed stream read like any other, which refuses to grow beyond reason."""

import gzip
import io
import zipfile
from typing import BinaryIO

from services.validator.engine.readers.formats import DAMAGED_ZIP, MAX_RATIO, SMALL
from services.validator.engine.table import UnreadableError

MAX_STREAMED = 8 << 30
"""Bytes of a compressed text once unpacked: it is read block by block, never kept."""

MAX_KEPT = 128 << 20
"""Bytes of a compressed workbook once unpacked: it is kept in memory."""

_BLOCK = 1 << 20


class Unpacked(io.BufferedIOBase):
    """Raises `UnreadableError` where the archive is damaged or a bomb.

    Going back reads again from the beginning: memory stays flat, at the price of time.
    """

    name = ""

    def __init__(self, inner: gzip.GzipFile | zipfile.ZipExtFile, packed: int) -> None:
        self._inner = inner
        self._limit = min(MAX_STREAMED, MAX_RATIO * max(packed, SMALL))

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always, slowly."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """As any stream."""
        if size is None or size < 0:
            return self.whole(MAX_KEPT)
        try:
            found = self._inner.read(size)
            grown = self._inner.tell()
        except DAMAGED_ZIP:
            raise UnreadableError("damaged-archive") from None
        if grown > self._limit:
            raise UnreadableError("bomb", size=grown)
        return found

    def read1(self, size: int = -1, /) -> bytes:
        """As `read`."""
        return self.read(_BLOCK if size < 0 else size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As any stream."""
        try:
            return self._inner.seek(offset, whence)
        except DAMAGED_ZIP:
            raise UnreadableError("damaged-archive") from None

    def tell(self) -> int:
        """As any stream."""
        return self._inner.tell()

    def whole(self, limit: int) -> bytes:
        """All that follows; a bomb when it exceeds the limit."""
        blocks: list[bytes] = []
        size = 0
        while block := self.read(_BLOCK):
            size += len(block)
            if size > limit:
                raise UnreadableError("bomb", size=size)
            blocks.append(block)
        return b"".join(blocks)


def gunzip(stream: BinaryIO) -> Unpacked:
    """The content of a gzip file; its members follow one another."""
    packed = stream.seek(0, 2)
    stream.seek(0)
    return Unpacked(gzip.GzipFile(fileobj=stream, mode="rb"), packed)
