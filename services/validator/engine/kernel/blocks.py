"""A text in UTF-8, a block at a time, in memory that the kernel may read."""

import io
from collections.abc import Callable
from typing import Any, TextIO

import numpy as np

from services.validator.engine.table import Origin

BLOCK = 1 << 20
FIRST = 1 << 16
"""Bytes of the first block: most files need no more."""

MAX_BLOCK = 1 << 23
"""A record that is longer is for the exact reader."""

PADDING = 64
_LINE_END = 10
_UTF8 = frozenset({"utf-8", "utf-8-sig"})

Read = Callable[[int], bytes]


class Block:
    """Bytes from `begin` to `end`, of a text whose last byte is among them once `final`."""

    def __init__(self, read: Read, size: int = BLOCK) -> None:
        self._read = read
        self._most = size
        self._size = min(size, FIRST)
        self._data = bytearray(self._size + PADDING)
        self.begin = 0
        self.end = 0
        self.final = False

    @property
    def address(self) -> int:
        """Where the memory begins; it changes when the block grows."""
        return int(np.frombuffer(self._data, np.uint8).ctypes.data)

    def fill(self) -> bool:
        """Keep what is not read, then read on; False when a record is too long for that."""
        rest = self._data[self.begin : self.end]
        if len(rest) * 2 > self._size:
            if self._size >= MAX_BLOCK:
                return False
            self._resize(2 * self._size)
        elif self.end and self._size < self._most:
            self._resize(min(4 * self._size, self._most))
        self._data[: len(rest)] = rest
        self.begin, self.end = 0, len(rest)
        while self.end < self._size and not self.final:
            more = self._read(self._size - self.end)
            if not more:
                self.final = True
            self._data[self.end : self.end + len(more)] = more
            self.end += len(more)
        self._data[self.end] = _LINE_END
        return True

    def _resize(self, size: int) -> None:
        self._size = size
        self._data = bytearray(size + PADDING)

    def text(self, begin: int, end: int) -> bytes:
        """Some of the bytes."""
        return bytes(self._data[begin:end])

    def rest(self) -> TextIO:
        """All that is not read yet, as the exact reader takes it."""
        left = bytes(self._data[self.begin : self.end])
        raw = io.BufferedReader(_Chained(left, self._read), BLOCK)
        return io.TextIOWrapper(raw, encoding="utf-8", errors="surrogatepass", newline="")


class _Chained(io.RawIOBase):
    """Bytes at hand, then what a function reads."""

    def __init__(self, left: bytes, read: Read) -> None:
        super().__init__()
        self._left = left
        self._more = read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._left:
            self._left = self._more(BLOCK)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def reader(origin: Origin, lines: int) -> Read:
    """Reads UTF-8 after so many physical lines."""
    if origin.codec in _UTF8 and origin.errors == "strict":
        return _plain(origin, lines)
    text = origin.open()
    for _ in range(lines):
        text.readline()
    kept = bytearray()

    def read(size: int) -> bytes:
        if not kept:
            kept.extend(text.read(BLOCK // 4).encode("utf-8", "surrogatepass"))
        part = bytes(kept[:size])
        del kept[:size]
        return part

    return read


def _plain(origin: Origin, lines: int) -> Read:
    """The bytes themselves, from the first one after the lines."""
    origin.stream.seek(_offset(origin, lines))
    return origin.stream.read


def _offset(origin: Origin, lines: int) -> int:
    text = origin.open()
    size = sum(len(text.readline().encode("utf-8", "surrogatepass")) for _ in range(lines))
    return size + (3 if origin.codec == "utf-8-sig" else 0)
