"""Compound files (OLE): the container of XLS, of old documents and of encrypted workbooks.

Only what is needed to know which it is and to find the workbook's stream: [MS-CFB] header,
allocation table, directory. Every chain is bounded by the file's own size.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from services.validator.engine.table import UnreadableError

_END = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""

_KINDS = (
    ("EncryptedPackage", "password"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "document"),
    ("PowerPoint Document", "document"),
)
_STREAM = 2
_ROOT = 5


class CompoundFile:
    """The named streams of a compound file. Raises `UnreadableError` when it is damaged."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        size = stream.seek(0, 2)
        header = self._bytes(0, 512)
        shift, small_shift = struct.unpack_from("<HH", header, 30)
        if not (7 <= shift <= 16 and small_shift <= shift):
            raise UnreadableError("damaged-spreadsheet", detail="sector size")
        self._shift, self._small = shift, small_shift
        self._count = (size >> shift) + 1
        self._cutoff = int(struct.unpack_from("<I", header, 56)[0])
        self._table = self._numbers(self._table_sectors(header))
        small_table = struct.unpack_from("<I", header, 60)[0]
        self._small_table = self._numbers(self._chain(self._table, small_table))
        directory = struct.unpack_from("<I", header, 48)[0]
        self._root = (0, 0)
        self.streams: dict[str, tuple[int, int]] = {}
        self._read_directory(directory)

    def open(self, name: str) -> Iterator[bytes]:
        """The stream's content in sectors; nothing is kept."""
        start, size = self.streams[name]
        if size < self._cutoff:
            container = b"".join(map(self._sector, self._chain(self._table, self._root[0])))
            width = 1 << self._small
            for number in self._chain(self._small_table, start):
                piece = container[number << self._small :][:width]
                yield piece[: max(size, 0)]
                size -= width
            return
        for number in self._chain(self._table, start):
            yield self._sector(number)[: max(size, 0)]
            size -= 1 << self._shift

    def _bytes(self, offset: int, size: int) -> bytes:
        self._stream.seek(offset)
        found = self._stream.read(size)
        if offset == 0 and len(found) < size:
            raise UnreadableError("damaged-spreadsheet", detail="header")
        return found

    def _sector(self, number: int) -> bytes:
        return self._bytes((number + 1) << self._shift, 1 << self._shift)

    def _chain(self, table: list[int], start: int) -> Iterator[int]:
        number = start
        for _ in range(len(table)):
            if number >= min(_END, len(table)):
                return
            yield number
            number = table[number]

    def _table_sectors(self, header: bytes) -> Iterator[int]:
        """The first 109 are in the header, the others in a chain of sectors of their own."""
        yield from struct.unpack_from("<109I", header, 76)
        following = struct.unpack_from("<I", header, 68)[0]
        for _ in range(self._count):
            if following >= min(_END, self._count):
                return
            numbers = _numbers(self._sector(following))
            if not numbers:
                return
            yield from numbers[:-1]
            following = numbers[-1]

    def _numbers(self, sectors: Iterator[int]) -> list[int]:
        found: list[int] = []
        for number in sectors:
            if number < self._count and len(found) <= self._count:
                found.extend(_numbers(self._sector(number)))
        return found[: self._count]

    def _read_directory(self, start: int) -> None:
        for number in self._chain(self._table, start):
            sector = self._sector(number)
            for at in range(0, len(sector) - 127, 128):
                length = min(int.from_bytes(sector[at + 64 : at + 66], "little"), 64)
                name = sector[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
                place = struct.unpack_from("<II", sector, at + 116)
                if sector[at + 66] == _ROOT:
                    self._root = place
                elif sector[at + 66] == _STREAM:
                    self.streams.setdefault(name, place)


def compound_kind(stream: BinaryIO) -> str:
    """`xls`, or why it is none: `password`, `document`, `damaged-spreadsheet`, `binary`."""
    streams = CompoundFile(stream).streams
    if not streams:
        return "damaged-spreadsheet"
    return next((kind for name, kind in _KINDS if name in streams), "binary")


def _numbers(sector: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
