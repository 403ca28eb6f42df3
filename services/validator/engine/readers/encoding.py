"""The encoding of a text: strict UTF-8 first, then a guess that knows French.

One pass over the bytes in blocks, with flat memory; on the way the places of bytes that are not
UTF-8 are noted.
"""

import codecs
import io
import math
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from services.validator.engine.table import UnreadableError

BLOCK = 1 << 20
_CHUNK = 1 << 16
LISTED = 1_000
"""Lines with undecodable bytes that are listed one by one."""

MIXED = "socle-mixed-utf8"
"""Error handler: bytes that are not UTF-8 are read as cp1252, in which they were written."""

CANDIDATES = ("cp1252", "iso8859-15", "mac_roman", "cp850")
NAMES = {"cp1252": "windows-1252", "iso8859-15": "iso-8859-15", "mac_roman": "macintosh"}

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_ASCII = bytes(range(128))
_LEADS = bytes(range(0xC2, 0xF5))
# How often letters beyond ASCII occur in French text, per hundred of them; the rest is rare.
_FRENCH = {
    "é": 46.0, "à": 10.0, "è": 9.0, "ê": 4.0, "ç": 3.0, "ù": 1.5, "ô": 2.5, "û": 1.0, "î": 1.5,
    "â": 2.0, "ë": 0.6, "ï": 0.6, "ü": 0.4, "ö": 0.3, "ä": 0.3, "œ": 0.8, "É": 4.0, "È": 0.6,
    "À": 0.6, "Ê": 0.3, "Ç": 0.4, "Ô": 0.3, "Î": 0.3, "Â": 0.3, "’": 5.0, "«": 0.8, "»": 0.8,
    "°": 2.0, "–": 0.6, "—": 0.3, "…": 0.4, "€": 1.0, "\u00a0": 2.0, "²": 0.5, "ñ": 0.2, "Œ": 0.1,
    "“": 0.3, "”": 0.3, "‘": 0.2, "³": 0.1, "Ë": 0.1, "Ï": 0.1, "Ù": 0.1, "Û": 0.1, "Ü": 0.1,
    "í": 0.1, "ó": 0.1, "á": 0.1, "ú": 0.1,
}  # fmt: skip
_RARE = 0.01
_WRONG = 0.00001


@dataclass(frozen=True)
class Encoding:
    """`codec` and `errors` for Python, `name` for people.

    `bad_lines` are (physical line, first bad byte), the first ones only; `bad_count` all.
    """

    codec: str
    name: str
    errors: str = "strict"
    bad_lines: tuple[tuple[int, int], ...] = ()
    bad_count: int = 0


def detect_encoding(stream: BinaryIO) -> Encoding:
    """Reads the stream to its end and rewinds it."""
    head = stream.read(4_096)
    stream.seek(0)
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return _with_bom(stream, codec)
    if (wide := _utf16_without_bom(head)) is not None:
        return Encoding(wide, wide, "replace")
    survey = _survey(stream)
    stream.seek(0)
    return survey.encoding()


def open_text(stream: BinaryIO, encoding: Encoding) -> io.TextIOWrapper:
    """The text with its line ends as they are, which is how `csv` wants it."""
    codecs.register_error(MIXED, _as_cp1252)
    return io.TextIOWrapper(
        _Borrowed(stream), encoding=encoding.codec, errors=encoding.errors, newline=""
    )


class _Borrowed(io.BufferedIOBase):
    """A stream that its wrapper may not close: whoever opened it does."""

    name = ""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self._stream.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return self._stream.read(max(_CHUNK, size))

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    return raw.decode("cp1252", "replace"), error.end


def _with_bom(stream: BinaryIO, codec: str) -> Encoding:
    if codec != "utf-8-sig":
        return Encoding(codec, codec, "replace")
    survey = _survey(stream)
    stream.seek(0)
    return Encoding(codec, "utf-8", MIXED, tuple(survey.bad_lines), survey.bad_count)


def _utf16_without_bom(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 3 > len(head) and min(even, odd) * 20 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


class _Survey:
    """What the bytes beyond ASCII look like."""

    def __init__(self) -> None:
        self.high: Counter[int] = Counter()
        self.multibyte = 0
        self.bad_bytes = 0
        self.bad_count = 0
        self.bad_lines: list[tuple[int, int]] = []

    def line(self, number: int, line: bytes) -> None:
        """A line that is not UTF-8 as a whole."""
        text = line.decode("utf-8", "surrogateescape")
        bad = [ord(character) - 0xDC00 for character in text if "\udc80" <= character <= "\udcff"]
        self.multibyte += sum(character > "\x7f" for character in text) - len(bad)
        self.bad_bytes += len(bad)
        self.bad_count += 1
        if len(self.bad_lines) < LISTED:
            self.bad_lines.append((number, bad[0]))

    def encoding(self) -> Encoding:
        """UTF-8 with a few wrong bytes when most sequences are right; else a guess."""
        if not self.bad_bytes:
            return Encoding("utf-8", "utf-8")
        if self.multibyte > self.bad_bytes:
            return Encoding("utf-8", "utf-8", MIXED, tuple(self.bad_lines), self.bad_count)
        scores = {codec: _score(self.high, codec) for codec in CANDIDATES}
        best = max(CANDIDATES, key=lambda codec: scores[codec])
        return Encoding(best, NAMES.get(best, best), "replace")


def _survey(stream: BinaryIO) -> _Survey:
    survey = _Survey()
    line_number = 1
    rest = b""
    while True:
        block = stream.read(BLOCK)
        data = rest + block
        cut = len(data) if not block else _last_line_end(data)
        if not block and not data:
            return survey
        whole, rest = data[:cut], data[cut:]
        if len(rest) > 64 * BLOCK:
            raise UnreadableError("no-lines")
        if not whole.isascii():
            survey.high.update(whole.translate(None, _ASCII))
            try:
                whole.decode("utf-8")
            except UnicodeDecodeError:
                _bad_lines(survey, line_number, whole)
            else:
                survey.multibyte += len(whole) - len(whole.translate(None, _LEADS))
        line_number += _line_count(whole)
        if not block:
            return survey


def _last_line_end(data: bytes) -> int:
    return max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1


def _line_count(data: bytes) -> int:
    return data.count(b"\n") or data.count(b"\r")


def _bad_lines(survey: _Survey, number: int, data: bytes) -> None:
    end = b"\n" if b"\n" in data else b"\r"
    for offset, line in enumerate(data.split(end)):
        if not line.isascii():
            try:
                survey.multibyte += sum(ch > "\x7f" for ch in line.decode("utf-8"))
            except UnicodeDecodeError:
                survey.line(number + offset, line)


def _score(high: Counter[int], codec: str) -> float:
    total = 0.0
    for byte, count in high.items():
        character = bytes([byte]).decode(codec, "replace")
        usual = _FRENCH.get(character)
        if usual is None:
            odd = character == "\ufffd" or not character.isprintable()
            usual = _WRONG if odd else _RARE
        total += count * math.log(usual / 100)
    return total
