"""A connection to a server, for one exchange after the other."""

import asyncio
import select
import ssl
from collections.abc import Mapping
from typing import NoReturn, cast

from typing_extensions import override

from shared.fetch.answers import AnswerReader, Head
from shared.fetch.errors import FetchFailed, FetchTimeout
from shared.fetch.urls import Origin

_FULL = 256 * 1024
"""Bytes received and not asked for, from which on the server has to wait."""


class Connection(asyncio.Protocol):
    """To a server whose next bytes are waited for `patience` seconds.

    Every exchange is `ask`, `part` until it is empty, `finish`; who goes no further closes. Raises
    `FetchTimeout`, or `FetchFailed` for what is no HTTP and when the server breaks off.
    """

    def __init__(self, origin: Origin, *, patience: float) -> None:
        self.origin = origin
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._reader = AnswerReader()
        self._asked = False
        self._transport: asyncio.Transport
        self._poll = select.poll()
        self._gone: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        # One timer, put off while bytes come: arming one for each piece costs more than reading it.
        self._alarm: asyncio.TimerHandle | None = None
        self._patient_until = 0.0
        self._spoiled = False

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
        self._reader.begin()
        self._asked = True
        lines = [f"{name}: {text}" for name, text in headers.items()]
        if any(each in line for line in lines for each in "\r\n\0"):
            self._fail(ValueError("a header in several lines"))
        sent = "\r\n".join((*lines, "", "")).encode("latin-1", "replace")
        if self._gone is None:
            self._transport.write(b"GET " + target + b" HTTP/1.1\r\n" + sent)
        while self._reader.head is None:
            await self._more()
        return self._reader.head

    async def part(self) -> bytes:
        """More of the body; nothing when it has ended."""
        while not (part := self._reader.take()) and not self._reader.complete:
            await self._more()
        return part

    def finish(self) -> bool:
        """Whether it can serve again: all of the answer is here, read or not."""
        whole = self._reader.complete and self._reader.stays
        if not whole or self._spoiled or self._gone is not None:
            return False
        self._asked = False
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
        if self._reader.complete or not self._asked:
            # Unasked: whoever has it reads what had come before, and nobody after.
            self._spoiled = True
            self.close()
            return
        self._reader.feed(data)
        if self._reader.unread > _FULL:
            self._transport.pause_reading()
        self._wake()

    @override
    def eof_received(self) -> None:
        self._reader.end()
        self._gone = ConnectionResetError("closed by the server")
        self._wake()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = self._gone or exc or ConnectionAbortedError("closed")
        if self._alarm is not None:
            self._alarm.cancel()
        self._wake()

    async def _more(self) -> None:
        """Wait for what comes next. Raises what keeps it from coming."""
        if trouble := self._reader.fault or self._gone:
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
