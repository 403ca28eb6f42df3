"""PostgreSQL writes what is ready while this process computes what comes next."""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator
from itertools import islice
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")

_AT_ONCE = 2
"""Datasets computed before others have their turn: half a millisecond. What PostgreSQL has ended
is seen then, and the next sent.
"""


class Behind:
    """Runs coroutines one after the other beside the caller, who goes on at once: a session takes
    one statement at a time. Leaving waits for the last. When one raises, no other begins, and
    leaving raises it; when the caller does, none begins either.
    """

    def __init__(self) -> None:
        self._last: asyncio.Task[None] | None = None
        self._given_up = False

    def start(self, work: Coroutine[None, None, None]) -> None:
        """After all that were started before."""
        self._last = asyncio.create_task(self._after(self._last, work))

    async def _after(
        self, before: "asyncio.Task[None] | None", work: Coroutine[None, None, None]
    ) -> None:
        try:
            if before is not None:
                await before
            if not self._given_up:
                await work
        finally:
            work.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._last is None:
            return
        if kind is None:
            await self._last
        else:
            self._given_up = True
            # The transaction is rolled back by a connection that has to be free for it.
            await asyncio.gather(self._last, return_exceptions=True)


def parts(items: Collection[T], first: int, growth: float = 1.0) -> Iterator[list[T]]:
    """The items in lists of `first`, each next one `growth` times as long, the last one shorter."""
    waiting = iter(items)
    size = float(first)
    while part := list(islice(waiting, round(size))):
        yield part
        size *= growth


async def in_turns(items: Collection[T]) -> AsyncIterator[T]:
    """The items, letting what runs behind, and other requests, have their turns between them."""
    for part in parts(items, _AT_ONCE):
        await asyncio.sleep(0)
        for item in part:
            yield item
