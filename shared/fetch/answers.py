"""An answer as it comes in, piece by piece (HTTP/1.1; llhttp reads it)."""

from collections import deque
from typing import NamedTuple

import httptools

_HEAD_LIMIT = 100 * 1024
"""Bytes without any of a body, from which on no more are read."""


class Head(NamedTuple):
    """Of an answer: names of headers in small letters, in the order in which they came."""

    status: int
    headers: list[tuple[bytes, bytes]]


class AnswerReader:
    """Of one connection, for one answer after the other; each is begun.

    `head` is None until it is here, `fault` says what is no HTTP. `unread`: bytes of the body that
    nobody took. `complete`: all of the answer is here; `stays`: the server then keeps the
    connection, and has said nothing more on it.

    Methods named `on_…` are called by httptools while it reads.
    """

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        # What servers of the last century say, and httpx2 understands: lines that end in LF
        # alone, headers in two lines, a length beside chunks (which then is not believed), any
        # version.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_chunked_length=True,
            lenient_version=True,
            lenient_optional_cr_before_lf=True,
        )
        self.begin()

    def begin(self) -> None:
        """Nothing is known of the next answer."""
        self.head: Head | None = None
        self.fault: Exception | None = None
        self.unread = 0
        self.complete = False
        self.stays = False
        self._headers: list[tuple[bytes, bytes]] = []
        self._parts: deque[bytes] = deque()
        self._until_end = False
        self._without_body = 0

    def feed(self, data: bytes) -> None:
        """What has come, of an answer that was not complete."""
        self._without_body += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.stays = False
            self.fault = error
        if self._without_body > _HEAD_LIMIT:
            self.fault = self.fault or ValueError("headers, chunks or trailers without end")

    def end(self) -> None:
        """No more will come: some answers end so."""
        self.complete = self.complete or (self._until_end and self.fault is None)

    def take(self) -> bytes:
        """The next piece of the body; nothing when none is here."""
        if not self._parts:
            return b""
        part = self._parts.popleft()
        self.unread -= len(part)
        return part

    def on_message_begin(self) -> None:
        """An answer, the one after a provisional one, or one that nobody asked for."""
        if self.complete:
            self.stays = False
        self._headers = []

    def on_header(self, name: bytes, text: bytes) -> None:
        """Of the head, or a trailer, which nobody needs."""
        if self.head is None:
            self._headers.append((name.lower(), text.strip(b" \t")))

    def on_headers_complete(self) -> None:
        """The head is here, unless it is a provisional one (1xx)."""
        status = self._parser.get_status_code()
        if self.head is not None or status < 200:
            return
        coded = [text.lower() for name, text in self._headers if name == b"transfer-encoding"]
        if coded not in ([], [b"chunked"]):
            self.fault = ValueError(f"Transfer-Encoding: {coded}")
        if any(b"\0" in text for _, text in self._headers):
            self.fault = ValueError("a header with NUL")
        self.stays = self._parser.should_keep_alive()
        self._until_end = not coded and all(n != b"content-length" for n, _ in self._headers)
        self._without_body = 0
        self.head = None if self.fault else Head(status, self._headers)

    def on_body(self, part: bytes) -> None:
        """Some of the body."""
        if part and not self.complete:
            self._parts.append(part)
            self.unread += len(part)
            self._without_body = 0

    def on_message_complete(self) -> None:
        """The answer is whole, if it was the one that was asked for."""
        self.complete = self.head is not None
