"""A text in UTF-8, a block at a time, in memory that the kernel may read."""

import io
from collections.abc import Callable
from typing import Any, Protocol, TextIO

import numpy as np

from services.validator.engine.kernel.machine import Machine
from services.validator.engine.table import Origin

BLOCK = 1 << 19
"""Bytes that are read at once: they are still at hand when they are checked."""

FIRST = 1 << 16
"""Bytes of the first block: most files need no more."""

MAX_BLOCK = 1 << 23
"""A record that is longer is for the exact reader."""

PADDING = 64
_LINE_END = 10
_UTF8 = frozenset({"utf-8", "utf-8-sig"})


class Source(Protocol):
    """Where the bytes come from; `sure` when they surely are UTF-8."""

    sure: bool

    def read_into(self, view: memoryview) -> int:
        """How many bytes were read; 0 at the end."""


class Block:
    """Bytes from `begin` to `end`, of a text whose last byte is among them once `final`.

    `data` is the memory, `address` where it begins: both change when the block grows.
    """

    def __init__(self, machine: Machine, size: int) -> None:
        """`size` bytes are read at once."""
        self._machine = machine
        self._most = size
        self._resize(min(size, FIRST))

    def of(self, source: Source) -> "Block":
        """The same memory for another text."""
        self._source = source
        self._checked = 0
        self.begin = 0
        self.end = 0
        self.final = False
        return self

    @property
    def is_usual(self) -> bool:
        """Whether no long record has made it grow."""
        return self._size <= self._most

    def fill(self) -> bool:
        """Keep what is not read, then read on; False when a record is too long for that.

        Raises `UnicodeDecodeError` for what is not UTF-8.
        """
        rest = self.data[self.begin : self.end]
        if len(rest) * 2 > self._size:
            if self._size >= MAX_BLOCK:
                return False
            self._resize(2 * self._size)
        elif self.end and self._size < self._most:
            self._resize(min(4 * self._size, self._most))
        self.data[: len(rest)] = rest
        self._checked = max(self._checked - self.begin, 0)
        self.begin, self.end = 0, len(rest)
        with memoryview(self.data) as view:
            while self.end < self._size and not self.final:
                count = self._source.read_into(view[self.end : self._size])
                self.final = count == 0
                self.end += count
        self.data[self.end] = _LINE_END
        if not self._source.sure:
            self._check()
        return True

    def _check(self) -> None:
        base = self.address
        reached = self._machine.checked(base + self._checked, base + self.end) - base
        if reached < 0 or (self.final and reached < self.end):
            raise UnicodeDecodeError("utf-8", b"", 0, 1, "not UTF-8 throughout")
        self._checked = reached

    def _resize(self, size: int) -> None:
        self._size = size
        self.data = bytearray(size + PADDING)
        self.address = int(np.frombuffer(self.data, np.uint8).ctypes.data)

    def text(self, begin: int, end: int) -> bytes:
        """Some of the bytes."""
        return bytes(self.data[begin:end])

    def rest(self) -> TextIO:
        """All that is not read yet, as the exact reader takes it."""
        left = bytes(self.data[self.begin : self.end])
        raw = io.BufferedReader(_Chained(left, self._source), BLOCK)
        errors = "surrogatepass" if self._source.sure else "strict"
        return io.TextIOWrapper(raw, encoding="utf-8", errors=errors, newline="")


class _Chained(io.RawIOBase):
    """Bytes at hand, then those of a source."""

    def __init__(self, left: bytes, source: Source) -> None:
        super().__init__()
        self._left = left
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._left:
            with memoryview(buffer) as view:
                return self._source.read_into(view)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def reader(origin: Origin, lines: int) -> Source:
    """Reads UTF-8 after so many physical lines."""
    if origin.codec in _UTF8 and origin.errors == "strict":
        return _Plain(origin, lines)
    return _Transcoded(origin, lines)


class _Plain:
    """The bytes themselves, from the first one after the lines."""

    sure = False

    def __init__(self, origin: Origin, lines: int) -> None:
        text = origin.open()
        offset = sum(len(text.readline().encode()) for _ in range(lines))
        origin.stream.seek(offset + (3 if origin.codec == "utf-8-sig" else 0))
        stream: Any = origin.stream
        self.read_into: Callable[[memoryview], int] = stream.readinto


class _Transcoded:
    """A text of another encoding."""

    sure = True

    def __init__(self, origin: Origin, lines: int) -> None:
        self._text = origin.open()
        for _ in range(lines):
            self._text.readline()
        self._kept = b""

    def read_into(self, view: memoryview) -> int:
        if not self._kept:
            self._kept = self._text.read(BLOCK // 4).encode("utf-8", "surrogatepass")
        count = min(len(view), len(self._kept))
        view[:count] = self._kept[:count]
        self._kept = self._kept[count:]
        return count
