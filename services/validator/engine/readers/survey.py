"""What the bytes of a text beyond ASCII look like: one pass in blocks, with flat memory."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

from services.validator.engine.readers.letters import FRENCH
from services.validator.engine.table import UnreadableError

BLOCK = 1 << 20
MAX_LINE = 64 * BLOCK
LISTED = 1_000
"""Lines in another encoding whose place is kept."""

KEPT_PREFIX = 4_096
"""Characters before such a place that are kept, to know its column."""

_LOST = "\ufffd"
NOT_UTF8 = re.compile("[\udc80-\udcff]")
_CONTINUATION, _LEAD, _LEAD_OF_THREE, _LEAD_OF_FOUR = 0x80, 0xC0, 0xE0, 0xF0
_ASCII = bytes(range(128))
_BEYOND = re.compile("[^\\x00-\x7f\udc80-\udcff]")


@dataclass
class Survey:
    """Counts: `french` and `other` characters in UTF-8, `wrong` bytes that are not UTF-8.

    `high` counts all bytes beyond ASCII, by value.
    """

    french: int = 0
    other: int = 0
    high: Counter[int] = field(default_factory=Counter)
    wrong: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Place:
    """A character on a physical line, both from 1, its first byte, and the text before it.

    No byte: the character is lost in a text of two or four bytes a character.

    `within` tells that the line begins inside quotes: the text before is then not a row's.
    """

    line: int
    position: int
    byte: int | None
    before: str
    within: bool


def survey(stream: BinaryIO) -> Survey:
    """Reads to the end, whatever the length of the lines."""
    found = Survey()
    for block in _pieces(stream):
        if block.isascii():
            continue
        found.high.update(block.translate(None, _ASCII))
        try:
            text = block.decode("utf-8")
        except UnicodeDecodeError:
            text = block.decode("utf-8", "surrogateescape")
            found.wrong.update(ord(mark) - 0xDC00 for mark in NOT_UTF8.findall(text))
        french = len(FRENCH.findall(text))
        found.french += french
        found.other += len(_BEYOND.findall(text)) - french
    return found


def places(stream: BinaryIO, wanted: re.Pattern[str]) -> tuple[tuple[Place, ...], int]:
    """The first lines that have a wanted character, and how many there are.

    Raises `UnreadableError` for a line beyond `MAX_LINE`.
    """
    listed: list[Place] = []
    count = 0
    number = 1
    quotes = 0
    for block in _blocks(stream):
        end = b"\n" if b"\n" in block else b"\r"
        lines = block.split(end)
        for offset, line in enumerate(lines):
            found = None if line.isascii() else wanted.search(_text(line))
            if found is not None:
                count += 1
                if len(listed) < LISTED:
                    listed.append(_place(number + offset, found, within=bool(quotes % 2)))
            quotes += line.count(b'"')
        number += len(lines) - 1
    return tuple(listed), count


def damaged_places(text: TextIO) -> tuple[tuple[Place, ...], int]:
    """As `places`, of the characters that a text in UTF-16 or UTF-32 has lost.

    Raises `UnreadableError` for a line beyond `MAX_LINE`.
    """
    listed: list[Place] = []
    count = quotes = 0
    for number, line in enumerate(_text_lines(text), start=1):
        at = line.find(_LOST)
        if at >= 0:
            count += 1
            if len(listed) < LISTED:
                before = line[:at].removeprefix("\ufeff")
                within = bool(quotes % 2)
                listed.append(Place(number, len(before) + 1, None, before[:KEPT_PREFIX], within))
        quotes += line.count('"')
    return tuple(listed), count


def _text_lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise UnreadableError("no-lines")
        yield line


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _place(line: int, found: re.Match[str], *, within: bool) -> Place:
    before = found.string[: found.start()].removeprefix("\ufeff")
    byte = found[0].encode("utf-8", "surrogateescape")[0]
    return Place(line, len(before) + 1, byte, before[:KEPT_PREFIX], within)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end between two characters."""
    rest = b""
    while block := stream.read(BLOCK):
        data = rest + block
        cut = len(data) - _begun(data[-3:])
        whole, rest = data[:cut], data[cut:]
        yield whole
    if rest:
        yield rest


def _begun(tail: bytes) -> int:
    """How many of the last bytes begin a UTF-8 character without ending it."""
    for size in range(1, len(tail) + 1):
        lead = tail[-size]
        if lead >= _LEAD:
            length = 2 + (lead >= _LEAD_OF_THREE) + (lead >= _LEAD_OF_FOUR)
            return size if size < length else 0
        if lead < _CONTINUATION:
            return 0
    return 0


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Whole lines, about a megabyte of them at a time."""
    rest = b""
    while block := stream.read(BLOCK):
        data = rest + block
        cut = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
        whole, rest = data[:cut], data[cut:]
        if len(rest) > MAX_LINE:
            raise UnreadableError("no-lines")
        if whole:
            yield whole
    if rest:
        yield rest
