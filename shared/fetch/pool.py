"""Connections that wait for the next request to their server."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from shared.fetch.connection import Connection
from shared.fetch.urls import Origin


class Pool:
    """At most `size` connections at work, others wait for their place; of the idle ones the
    `kept` last used are kept, for `seconds`.
    """

    def __init__(
        self,
        dial: Callable[[Origin], Awaitable[Connection]],
        *,
        size: int,
        kept: int,
        seconds: float,
    ) -> None:
        self._dial = dial
        self._places = asyncio.Semaphore(size)
        self._kept = kept
        self._seconds = seconds
        self._at_work: set[Connection] = set()
        self._idle: dict[Connection, float] = {}

    async def take(self, origin: Origin) -> Connection:
        """A connection, to be given back whatever happens. Raises what dialling raises."""
        await self._places.acquire()
        try:
            connection = self._waiting_for(origin) or await self._dial(origin)
        except BaseException:
            self._places.release()
            raise
        self._at_work.add(connection)
        return connection

    def give_back(self, connection: Connection) -> None:
        """It is kept when its exchange is complete, and closed otherwise."""
        self._places.release()
        self._at_work.remove(connection)
        if not connection.finish():
            connection.close()
            return
        now = time.monotonic()
        self._idle[connection] = now + self._seconds
        # The oldest come first.
        for each, until in list(self._idle.items()):
            if until > now and len(self._idle) <= self._kept:
                break
            del self._idle[each]
            each.close()

    async def close(self) -> None:
        """Close every connection."""
        for connection in (*self._at_work, *self._idle):
            connection.close()
        self._idle.clear()
        # The loop closes their sockets when it is next its turn.
        await asyncio.sleep(0)

    def _waiting_for(self, origin: Origin) -> Connection | None:
        now = time.monotonic()
        for connection, until in reversed(list(self._idle.items())):
            if connection.origin == origin:
                del self._idle[connection]
                if until > now and connection.is_open():
                    return connection
                connection.close()
        return None
