"""JSON read piece by piece: what is kept in memory is one element, not the document."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn, TextIO

from services.validator.engine.table import UnreadableError

CHUNK = 1 << 16
MAX_VALUE = 1 << 23
"""Characters of one element."""

MAX_DEPTH = 60
MAX_LEVEL = 3
"""Objects inside one another in which tables are looked for."""

_NEAR_END = 16
"""An error so near to the end of what was read may be due to what was not."""

_BLANKS = " \t\n\r"
_DEPTH = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


class Numeral(str):
    """A number as it is written: `1.10` stays `1.10`."""

    __slots__ = ()


class Item(NamedTuple):
    """Something found on `path`: an element of an array there, or (`element` false) a value."""

    path: tuple[str, ...]
    line: int
    value: Any
    element: bool


_DECODER = json.JSONDecoder(
    parse_int=Numeral, parse_float=Numeral, parse_constant=Numeral, strict=False
)


class JsonStream:
    """A cursor over a JSON text. Raises `UnreadableError` with the place of what is wrong."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._column = 0
        self.line = 1

    def peek(self) -> str:
        """The next character that is not blank, empty at the end."""
        while True:
            buffer, at = self._buffer, self._at
            while at < len(buffer) and buffer[at] in _BLANKS:
                at += 1
            self._advance(at)
            if at < len(buffer):
                return buffer[at]
            if not self._more():
                return ""

    def skip(self, expected: str) -> None:
        """Step over this character."""
        if self.peek() != expected:
            self.refuse()
        self._advance(self._at + 1)

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                self._grow_or_refuse(error)
                continue
            except (RecursionError, ValueError):
                raise UnreadableError("json-too-deep", **self._place(self._at)) from None
            if end < len(self._buffer) or not self._more():
                break
        if _is_deep(self._buffer, self._at, end):
            raise UnreadableError("json-too-deep", **self._place(self._at))
        self._advance(end)
        return found

    def first_line(self) -> str:
        """The line at the cursor, without moving; empty when it is a long one."""
        self.peek()
        while "\n" not in self._buffer and len(self._buffer) < 16 * CHUNK and self._more():
            pass
        return self._buffer[self._at :].split("\n", 1)[0]

    def follows(self, length: int) -> bool:
        """Whether an object comes after so many characters."""
        rest = self._buffer[self._at + length :].lstrip(_BLANKS)
        while not rest and self._more():
            rest = self._buffer[self._at + length :].lstrip(_BLANKS)
        return rest.startswith("{")

    def refuse(self) -> NoReturn:
        """Say that what stands here is no JSON."""
        reason = "json-invalid" if self.peek() else "json-truncated"
        raise UnreadableError(reason, **self._place(self._at))

    def _grow_or_refuse(self, error: json.JSONDecodeError) -> None:
        open_text = error.msg.startswith("Unterminated")
        near = open_text or error.pos >= len(self._buffer) - _NEAR_END
        if near and len(self._buffer) - self._at > MAX_VALUE:
            raise UnreadableError("json-too-long", **self._place(self._at), limit=MAX_VALUE)
        if not near or not self._more():
            cut = open_text or error.pos >= len(self._buffer.rstrip())
            reason = "json-truncated" if cut else "json-invalid"
            raise UnreadableError(reason, **self._place(error.pos)) from None

    def _more(self) -> bool:
        """Read on: as much as there is already, so that a long value costs no square."""
        if self._ended:
            return False
        rest = self._buffer[self._at :]
        block = self._text.read(max(CHUNK, len(rest)))
        if block:
            self._buffer, self._at = rest + block, 0
        self._ended = not block
        return bool(block)

    def _advance(self, to: int) -> None:
        passed = self._buffer.count("\n", self._at, to)
        if passed:
            self.line += passed
            self._column = to - self._buffer.rfind("\n", self._at, to) - 1
        else:
            self._column += to - self._at
        self._at = to

    def _place(self, position: int) -> dict[str, int]:
        lines = self._buffer.count("\n", self._at, position)
        if not lines:
            return {"at_line": self.line, "at_column": self._column + position - self._at + 1}
        start = self._buffer.rfind("\n", self._at, position)
        return {"at_line": self.line + lines, "at_column": position - start}


def items(stream: JsonStream, *, lines: bool) -> Iterator[Item]:
    """Every element of every array that only objects enclose, and the other values there.

    `lines`: the text is a sequence of values, each an element.
    """
    if lines:
        while stream.peek():
            yield Item((), stream.line, stream.value(), element=True)
        return
    yield from _inside(stream, ())
    if stream.peek():
        stream.refuse()


def _inside(stream: JsonStream, path: tuple[str, ...]) -> Iterator[Item]:
    mark = stream.peek()
    if mark == "[":
        for _ in _members(stream, "[", "]"):
            line = stream.line
            yield Item(path, line, stream.value(), element=True)
    elif mark == "{" and len(path) < MAX_LEVEL:
        for _ in _members(stream, "{", "}"):
            key = stream.value() if stream.peek() == '"' else stream.refuse()
            stream.skip(":")
            yield from _inside(stream, (*path, str(key)))
    else:
        line = stream.line
        yield Item(path, line, stream.value(), element=False)


def _members(stream: JsonStream, opening: str, closing: str) -> Iterator[None]:
    """Stops before each member of an array or object, then behind it."""
    stream.skip(opening)
    if stream.peek() == closing:
        stream.skip(closing)
        return
    while True:
        stream.peek()
        yield
        if stream.peek() == closing:
            stream.skip(closing)
            return
        stream.skip(",")


def _is_deep(text: str, start: int, end: int) -> bool:
    if text.count("[", start, end) + text.count("{", start, end) <= MAX_DEPTH:
        return False
    depth = 0
    for mark in _DEPTH.findall(text, start, end):
        depth += 1 if mark in "[{" else -1 if mark in "]}" else 0
        if depth > MAX_DEPTH:
            return True
    return False
