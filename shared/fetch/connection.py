"""A connection to a server, for one exchange after the other (HTTP/1.1; h11 speaks it)."""

import asyncio
import select
import ssl
from typing import NoReturn, cast

import h11
from typing_extensions import override

from shared.fetch.errors import FetchFailed, FetchTimeout
from shared.fetch.urls import Origin

_HEAD_LIMIT = 100 * 1024
_FULL = 256 * 1024
"""Bytes received and not asked for, from which on the server has to wait."""

_NOTHING = (b"", False)


class Connection(asyncio.Protocol):
    """To a server whose next bytes are waited for `patience` seconds.

    Every exchange is `ask`, `part` until it is empty, `finish`; who goes no further closes. Raises
    `FetchTimeout`, or `FetchFailed` for what is no HTTP and when the server breaks off.
    """

    def __init__(self, origin: Origin, *, patience: float) -> None:
        self.origin = origin
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD_LIMIT)
        self._transport: asyncio.Transport
        self._poll = select.poll()
        self._unread = 0
        self._gone: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        # One timer, put off while bytes come: arming one for each piece costs more than reading it.
        self._alarm: asyncio.TimerHandle | None = None
        self._patient_until = 0.0

    async def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on, with who proves to be that host. Raises `OSError`."""
        transport = await self._loop.start_tls(
            self._transport, self, context, server_hostname=self.origin.host
        )
        if transport is None:
            raise ConnectionResetError("closed while TLS began")
        self._transport = transport

    async def ask(self, request: h11.Request) -> h11.Response:
        """Send a request without a body; the head of the answer."""
        try:
            sent = self._http.send(request)
            self._http.send(h11.EndOfMessage())
        except h11.LocalProtocolError as error:
            self._fail(error)
        if sent and self._gone is None:
            self._transport.write(sent)
        while not isinstance(event := await self._event(), h11.Response):
            pass
        return event

    async def part(self) -> bytes:
        """More of the body; nothing when it has ended."""
        event = await self._event()
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    def finish(self) -> bool:
        """Whether it can serve again: all of the answer is here, and read or to be dropped."""
        try:
            while self._http.their_state is h11.SEND_BODY:
                if self._http.next_event() is h11.NEED_DATA:
                    return False
        except h11.RemoteProtocolError:
            return False
        done = self._http.our_state is self._http.their_state is h11.DONE
        if not done or self._gone is not None or self._http.trailing_data != _NOTHING:
            return False
        self._http.start_next_cycle()
        self._unread = 0
        return True

    def is_open(self) -> bool:
        """Whether the server has neither left an idle connection nor said anything unasked.

        The socket is looked at too: it may know what the loop has not been told yet.
        """
        return self._gone is None and not self._unread and not self._poll.poll(0)

    def close(self) -> None:
        """Drop it, whatever is under way."""
        self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._poll.register(transport.get_extra_info("socket"), select.POLLIN)

    @override
    def data_received(self, data: bytes) -> None:
        self._http.receive_data(data)
        self._unread += len(data)
        if self._unread > _FULL:
            self._transport.pause_reading()
        self._wake()

    @override
    def eof_received(self) -> None:
        self._http.receive_data(b"")
        self._gone = ConnectionResetError("closed by the server")
        self._wake()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = self._gone or exc or ConnectionAbortedError("closed")
        if self._alarm is not None:
            self._alarm.cancel()
        self._wake()

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                self._fail(error)
            if event is not h11.NEED_DATA:
                return cast("h11.Event | type[h11.PAUSED]", event)
            if self._gone is not None:
                self._fail(self._gone)
            await self._more()

    async def _more(self) -> None:
        self._unread = 0
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
