"""The encoding of a text: strict UTF-8 first, then a guess that knows French.

A text that is UTF-8 in one place and something else in another is read as both, and each
line of the rarer kind is an error.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any, BinaryIO

from services.validator.engine.findings import Finding
from services.validator.engine.readers.letters import CANDIDATES, FRENCH, NAMES, guess
from services.validator.engine.readers.signatures import wide_codec
from services.validator.engine.readers.survey import (
    NOT_UTF8,
    Place,
    Survey,
    damaged_places,
    places,
    survey,
)

_HEAD = 4_096
_FIRST_CHUNK, _CHUNK = 1 << 13, 1 << 16
"""Bytes that are decoded at once: few at first, since often the header alone is wanted."""

MIXED = "socle-mixed-"
"""Error handlers, by codec: bytes that are not UTF-8 are read in that codec."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
         (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


@dataclass(frozen=True)
class Encoding:
    """`codec` and `errors` for Python, `name` for people.

    `strays` are the first places of another encoding, one per line; `stray_lines` counts all.
    `fallback` is the codec of what is not UTF-8.
    """

    codec: str
    name: str
    errors: str = "strict"
    fallback: str = "cp1252"
    strays: tuple[Place, ...] = ()
    stray_lines: int = 0


def detect_encoding(stream: BinaryIO, *, hasty: bool = False) -> Encoding:
    """Reads the stream to its end, twice when encodings are mixed, and rewinds it.

    `hasty` believes the beginning when that is UTF-8: the reader will notice.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    mark = next((codec for bom, codec in _BOMS if head.startswith(bom)), None)
    wide = mark if mark in {"utf-16", "utf-32"} else None
    if mark is None:
        wide = wide_codec(head)
    if wide is not None:
        strays, count = damaged_places(open_text(stream, Encoding(wide, wide, "replace")))
        stream.seek(0)
        return Encoding(wide, wide, "replace", strays=strays, stray_lines=count)
    utf8 = mark or "utf-8"
    if hasty and _begins_as_utf8(head):
        return Encoding(utf8, "utf-8")
    found = survey(stream)
    stream.seek(0)
    if not found.wrong:
        return Encoding(utf8, "utf-8")
    if mark is None and not _is_mixed(found):
        best = guess(found.high)
        return Encoding(best, NAMES.get(best, best), "replace", best)
    return _mixed(stream, found, utf8, marked=mark is not None)


def _begins_as_utf8(head: bytes) -> bool:
    """Whether these bytes are UTF-8, but for a character that is cut at their end."""
    try:
        codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        return False
    return True


def _is_mixed(found: Survey) -> bool:
    """Bytes of other encodings that happen to be UTF-8 are hardly ever letters of French."""
    by_chance = found.french < max(1, 2 * found.other)
    characters = found.french + found.other
    return not by_chance or characters >= max(1, 2 * _letters(found.wrong))


def _mixed(stream: BinaryIO, found: Survey, utf8: str, *, marked: bool) -> Encoding:
    fallback = guess(found.wrong)
    mostly_utf8 = marked or found.french + found.other >= _letters(found.wrong)
    strays, count = places(stream, NOT_UTF8 if mostly_utf8 else FRENCH)
    stream.seek(0)
    name = "utf-8" if mostly_utf8 else NAMES.get(fallback, fallback)
    return Encoding(utf8, name, MIXED + fallback, fallback, strays, count)


def _letters(wrong: Counter[int]) -> int:
    """Bytes that would be letters of French in another encoding: the others are mere damage."""
    codec = guess(wrong)
    return sum(
        count
        for byte, count in wrong.items()
        if FRENCH.match(bytes([byte]).decode(codec, "replace"))
    )


def open_text(stream: BinaryIO, encoding: Encoding) -> io.TextIOWrapper:
    """The text with its line ends as they are, which is how `csv` wants it."""
    if encoding.errors.startswith(MIXED):
        _register_readers()
    return io.TextIOWrapper(
        _Borrowed(stream), encoding=encoding.codec, errors=encoding.errors, newline=""
    )


@cache
def _register_readers() -> None:
    for codec in CANDIDATES:
        codecs.register_error(MIXED + codec, _reader_of(codec))


def encoding_errors(
    encoding: Encoding, delimiter: str | None = None, labels: Sequence[str] = ()
) -> Iterable[Finding]:
    """One error per line, made as they are read; with a delimiter, its column too."""
    return _StrayErrors(encoding, delimiter, labels) if encoding.strays else ()


@dataclass(frozen=True)
class _StrayErrors:
    encoding: Encoding
    delimiter: str | None
    labels: Sequence[str]

    def __iter__(self) -> Iterator[Finding]:
        return _stray_errors(self.encoding, self.delimiter, self.labels)


def _stray_errors(
    encoding: Encoding, delimiter: str | None, labels: Sequence[str]
) -> Iterator[Finding]:
    for place in encoding.strays:
        column = None if delimiter is None or place.within else _column(place.before, delimiter)
        label = labels[column - 1].strip() if column and column <= len(labels) else ""
        params: dict[str, Any] = {"position": place.position, "encoding": encoding.name}
        if place.byte is not None:
            params["byte"] = f"0x{place.byte:02X}"
        reason = "damaged" if place.byte is None else ""
        yield Finding("encoding-error", reason, line=place.line, field=label or None, column=column,
                      params=params)  # fmt: skip
    params = {"encoding": encoding.name}
    more = Finding("encoding-error", "more", params=params)
    yield from repeat(more, encoding.stray_lines - len(encoding.strays))


def _column(before: str, delimiter: str) -> int | None:
    """The column of what follows this text on its line."""
    try:
        return max(1, len(next(csv.reader([before], delimiter=delimiter), [])))
    except csv.Error:
        return None


class _Borrowed(io.BufferedIOBase):
    """A stream that its wrapper may not close: whoever opened it does."""

    name = ""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._chunk = _FIRST_CHUNK

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self._stream.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        chunk = max(self._chunk, size)
        self._chunk = min(2 * self._chunk, _CHUNK)
        return self._stream.read(chunk)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._chunk = _FIRST_CHUNK
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _reader_of(codec: str) -> Callable[[UnicodeError], tuple[str, int]]:
    def read(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        raw = error.object[error.start : error.end]
        return raw.decode(codec, "replace"), error.end

    return read
