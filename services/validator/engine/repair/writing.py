"""The corrected file: RFC 4180 in UTF-8, and a digest by which to compare it when read again."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import BinaryIO

LINE_END = "\r\n"
BUFFERED = 2_000
"""Rows written at once."""

_RISKY = re.compile(r'["\r\n;\t|]|(?:\A|,)\s|\s(?:,|\Z)|\Asep=', re.IGNORECASE)
"""A row without these and without a comma of its own needs no quotes."""

_QUOTED = re.compile(r'[,"\r\n;\t|]|\A\s|\s\Z|\Asep=', re.IGNORECASE)


class CsvWriter:
    """Rows in, bytes out. `digest` changes with any cell and with where each begins."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._lines: list[str] = []
        self.digest = TableDigest()

    def row(self, cells: Sequence[str]) -> None:
        """One row; an empty one of a single column is written as an empty quoted cell."""
        self.digest.row(cells)
        line = ",".join(cells)
        if not line:
            line = '""'
        elif line.count(",") >= len(cells) or _RISKY.search(line):
            line = ",".join(map(_cell, cells))
        self._lines.append(line + LINE_END)
        if len(self._lines) >= BUFFERED:
            self.flush()

    def flush(self) -> None:
        """Hand over what is buffered. What UTF-8 cannot write becomes `?` and is noticed."""
        self._sink.write("".join(self._lines).encode("utf-8", "replace"))
        self._lines.clear()


class TableDigest:
    """A running hash of rows."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=16)
        self.rows = 0

    def row(self, cells: Sequence[str]) -> None:
        """Count and hash one row."""
        self.rows += 1
        lengths = ",".join(map(str, map(len, cells)))
        self._hash.update(f"{lengths}\n{''.join(cells)}".encode("utf-8", "surrogatepass"))

    def value(self) -> bytes:
        """The hash so far."""
        return self._hash.digest()


def _cell(text: str) -> str:
    """Quoted where a reader could take part of it for something else."""
    if _QUOTED.search(text) is None:
        return text
    return '"' + text.replace('"', '""') + '"'
