"""A connection to a server, for one exchange after the other (HTTP/1.1; llhttp reads it)."""

import asyncio
import select
import ssl
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple, NoReturn, cast

import httptools
from typing_extensions import override

from shared.fetch.errors import FetchFailed, FetchTimeout
from shared.fetch.urls import Origin

_HEAD_LIMIT = 100 * 1024
"""Bytes without any of a body, from which on nobody waits for more."""
_FULL = 256 * 1024
"""Bytes received and not asked for, from which on the server has to wait."""


class Head(NamedTuple):
    """Of an answer: names of headers in small letters, in the order in which they came."""

    status: int
    headers: list[tuple[bytes, bytes]]


class Connection(asyncio.Protocol):
    """To a server whose next bytes are waited for `patience` seconds.

    Every exchange is `ask`, `part` until it is empty, `finish`; who goes no further closes. Raises
    `FetchTimeout`, or `FetchFailed` for what is no HTTP and when the server breaks off.

    Methods named `on_…` are called by httptools while it reads.
    """

    def __init__(self, origin: Origin, *, patience: float) -> None:
        self.origin = origin
        self._patience = patience
        self._loop = asyncio.get_running_loop()
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
        self._transport: asyncio.Transport
        self._poll = select.poll()
        self._gone: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        # One timer, put off while bytes come: arming one for each piece costs more than reading it.
        self._alarm: asyncio.TimerHandle | None = None
        self._patient_until = 0.0
        self._spoiled = False
        self._begin(asked=False)

    def _begin(self, *, asked: bool) -> None:
        """Nothing is known of the next answer."""
        self._asked = asked
        self._headers: list[tuple[bytes, bytes]] = []
        self._head: Head | None = None
        self._stays = False
        self._until_end = False
        self._parts: deque[bytes] = deque()
        self._unread = 0
        self._without_body = 0
        self._complete = False
        self._fault: Exception | None = None

    async def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on, with who proves to be that host. Raises `OSError`."""
        transport = await self._loop.start_tls(
            self._transport, self, context, server_hostname=self.origin.host
        )
        if transport is None:
            raise ConnectionResetError("closed while TLS began")
        self._transport = transport

    async def ask(self, target: bytes, headers: Mapping[str, str]) -> Head:
        """Send a GET; the head of the answer."""
        self._begin(asked=True)
        lines = [f"{name}: {text}" for name, text in headers.items()]
        if any(each in line for line in lines for each in "\r\n\0"):
            self._fail(ValueError("a header in several lines"))
        sent = "\r\n".join((*lines, "", "")).encode("latin-1", "replace")
        if self._gone is None:
            self._transport.write(b"GET " + target + b" HTTP/1.1\r\n" + sent)
        while self._head is None:
            await self._more()
        return self._head

    async def part(self) -> bytes:
        """More of the body; nothing when it has ended."""
        while not self._parts:
            if self._complete:
                return b""
            await self._more()
        part = self._parts.popleft()
        self._unread -= len(part)
        return part

    def finish(self) -> bool:
        """Whether it can serve again: all of the answer is here, read or not."""
        if not self._complete or not self._stays or self._spoiled or self._gone is not None:
            return False
        self._begin(asked=False)
        self._transport.resume_reading()
        return True

    def is_open(self) -> bool:
        """Whether the server has neither left an idle connection nor said anything unasked.

        The socket is looked at too: it may know what the loop has not been told yet.
        """
        return self._gone is None and not self._spoiled and not self._poll.poll(0)

    def close(self) -> None:
        """Drop it, whatever is under way."""
        self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._poll.register(transport.get_extra_info("socket"), select.POLLIN)

    @override
    def data_received(self, data: bytes) -> None:
        if self._complete or not self._asked:
            # Unasked: whoever has it reads what had come before, and nobody after.
            self._spoiled = True
            self.close()
            return
        self._without_body += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._spoiled = True
            self._fault = error
        if self._without_body > _HEAD_LIMIT:
            self._fault = self._fault or ValueError("headers, chunks or trailers without end")
        if self._unread > _FULL:
            self._transport.pause_reading()
        self._wake()

    @override
    def eof_received(self) -> None:
        self._complete = self._complete or (self._until_end and self._fault is None)
        self._gone = ConnectionResetError("closed by the server")
        self._wake()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = self._gone or exc or ConnectionAbortedError("closed")
        if self._alarm is not None:
            self._alarm.cancel()
        self._wake()

    def on_message_begin(self) -> None:
        """An answer, the one after a provisional one, or one that nobody asked for."""
        if self._complete:
            self._spoiled = True
        self._headers = []

    def on_header(self, name: bytes, text: bytes) -> None:
        """Of the head, or a trailer, which nobody needs."""
        if self._head is None:
            self._headers.append((name.lower(), text.strip(b" \t")))

    def on_headers_complete(self) -> None:
        """The head is here, unless it is a provisional one (1xx)."""
        status = self._parser.get_status_code()
        if self._head is not None or status < 200:
            return
        coded = [text.lower() for name, text in self._headers if name == b"transfer-encoding"]
        if coded not in ([], [b"chunked"]):
            self._fault = ValueError(f"Transfer-Encoding: {coded}")
        if any(b"\0" in text for _, text in self._headers):
            self._fault = ValueError("a header with NUL")
        self._stays = self._parser.should_keep_alive()
        self._until_end = not coded and all(n != b"content-length" for n, _ in self._headers)
        self._without_body = 0
        self._head = None if self._fault else Head(status, self._headers)

    def on_body(self, part: bytes) -> None:
        """Some of the body."""
        if part and not self._complete:
            self._parts.append(part)
            self._unread += len(part)
            self._without_body = 0

    def on_message_complete(self) -> None:
        """The answer is whole, if it was the one that was asked for."""
        self._complete = self._head is not None

    async def _more(self) -> None:
        """Wait for what comes next. Raises what keeps it from coming."""
        if trouble := self._fault or self._gone:
            self._fail(trouble)
        self._transport.resume_reading()
        self._waiting = self._loop.create_future()
        self._patient_until = self._loop.time() + self._patience
        if self._alarm is None:
            self._alarm = self._loop.call_at(self._patient_until, self._ring)
        try:
            await self._waiting
        finally:
            self._waiting = None

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _ring(self) -> None:
        self._alarm = None
        if self._waiting is None or self._waiting.done():
            return
        if self._loop.time() < self._patient_until:
            self._alarm = self._loop.call_at(self._patient_until, self._ring)
            return
        self._waiting.set_exception(silence_of(self.origin.host))

    def _fail(self, error: Exception) -> NoReturn:
        raise FetchFailed(
            f"« {self.origin.host} » a interrompu l'échange ou répondu de travers.",
            message_en=f"{self.origin.host} broke off the exchange or answered badly.",
        ) from error


def silence_of(host: str) -> FetchTimeout:
    """The error for a server that says nothing."""
    return FetchTimeout(f"« {host} » ne répond pas.", message_en=f"{host} does not answer.")
