"""PostgreSQL writes what is ready while this process computes what comes next."""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator
from itertools import islice
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")

_AT_ONCE = 8
"""Datasets computed before others have their turn: some two milliseconds."""


class Behind:
    """Runs one coroutine after the other beside the caller, who may start the next when the last
    has ended: a session takes one statement at a time. Leaving waits for the last. What one
    raises is raised at the next start, or on leaving.
    """

    def __init__(self) -> None:
        self._running: asyncio.Task[None] | None = None

    async def start(self, work: Coroutine[None, None, None]) -> None:
        """Wait for the one before, and start this one."""
        try:
            await self._end()
        except BaseException:
            work.close()
            raise
        self._running = asyncio.create_task(work)

    async def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is None:
            await self._end()
        elif self._running is not None:
            # The transaction is rolled back by a connection that has to be free for it.
            await asyncio.wait([self._running])


def parts(items: Collection[T], size: int, first: int | None = None) -> Iterator[list[T]]:
    """The items in lists of that size, the last one shorter, the first one of `first`."""
    waiting = iter(items)
    part = list(islice(waiting, first or size))
    while part:
        yield part
        part = list(islice(waiting, size))


async def in_turns(items: Collection[T]) -> AsyncIterator[T]:
    """The items, letting what runs behind, and other requests, have their turns between them."""
    for part in parts(items, _AT_ONCE):
        await asyncio.sleep(0)
        for item in part:
            yield item
