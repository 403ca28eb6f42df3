"""Keeps an arq consumer alive: it dies with every Redis restart that outlasts its patience."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from arq.worker import Worker as ArqWorker

from shared.jobs.transport import REDIS_LOST, Transport

_log = structlog.get_logger(__name__)

_RESTART_SECONDS = 0.2
_END_SECONDS = 2.0
_CANCEL_AGAIN_SECONDS = 0.2


class Consumer:
    """Calls `deliver` with the id of each row that Redis brings, never more than hands are free."""

    def __init__(
        self,
        *,
        transport: Transport,
        deliver: Callable[[UUID], Awaitable[None]],
        concurrency: int,
        patience: timedelta,
        poll: timedelta,
    ) -> None:
        self._transport = transport
        self._deliver = deliver
        self._concurrency = concurrency
        self._patience = patience
        self._poll = poll
        self._hands = concurrency
        self._arq: ArqWorker | None = None
        self._main: asyncio.Task[None] | None = None
        self._stopping = False

    def set_free_hands(self, hands: int) -> None:
        """Receive at most this many ids at once from now on; at 0, Redis is left alone."""
        self._hands = hands
        if self._arq is not None:
            self._arq.max_jobs = hands

    async def run(self) -> None:
        """Until `stop()`."""
        while not self._stopping:
            # Built with its full number: arq sizes a semaphore by it once and for all.
            self._arq = self._transport.consumer(
                self._deliver,
                concurrency=self._concurrency,
                patience=self._patience,
                poll=self._poll,
            )
            self._arq.max_jobs = self._hands
            self._main = asyncio.create_task(self._arq.async_run())
            try:
                await asyncio.wait({self._main})
                if not self._main.cancelled() and (error := self._main.exception()):
                    _log.warning("Queue consumer restarts", error=str(error) or repr(error))
            finally:
                await self._discard(self._arq, self._main)
                self._arq = None
            if not self._stopping:
                await asyncio.sleep(_RESTART_SECONDS)

    async def stop(self) -> None:
        """Receive nothing more; deliveries under way are waited for, within the patience."""
        self._stopping = True
        if self._arq is not None and self._main is not None:
            self._arq.allow_pick_jobs = False
            await self._settled(self._arq)
            await self._end(self._arq, self._main)

    async def _settled(self, arq: ArqWorker) -> None:
        deliveries = [task for task in arq.tasks.values() if not task.done()]
        if deliveries:
            await asyncio.wait(deliveries, timeout=self._patience.total_seconds())

    async def _end(self, arq: ArqWorker, main: "asyncio.Task[None]") -> None:
        """Between two polls: an id that arq has half taken would stay locked in Redis."""
        arq.max_burst_jobs = 0
        arq.burst = True
        await asyncio.wait({main}, timeout=_END_SECONDS)
        await _cancelled(main)

    async def _discard(self, arq: ArqWorker, main: "asyncio.Task[None]") -> None:
        await _cancelled(main)
        await self._settled(arq)
        for task in arq.tasks.values():
            # Its failure to report to Redis means nothing: the row says what was received.
            if task.done() and not task.cancelled():
                task.exception()
            else:
                task.cancel()
        with suppress(*REDIS_LOST):
            await arq.pool.aclose(close_connection_pool=True)


async def _cancelled(main: "asyncio.Task[None]") -> None:
    """Once is not enough: Python 3.11 forgets a cancellation that comes as a wait ends, and arq
    runs on.
    """
    while not main.done():
        # arq's loop is a task of its own, which its cancelled waiter cancels in turn.
        main.cancel()
        await asyncio.wait({main}, timeout=_CANCEL_AGAIN_SECONDS)
