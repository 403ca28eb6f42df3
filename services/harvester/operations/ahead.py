"""What comes is fetched ahead of what is done with it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

Item = TypeVar("Item")


async def in_groups(
    items: AsyncGenerator[Item, None], *, ahead: int
) -> AsyncGenerator[list[Item], None]:
    """Each group is what came since the one before was taken, in order; `ahead` items wait at
    most. Raises what `items` raises, after all that came before it.
    """
    came: list[Item] = []
    news, room = asyncio.Event(), asyncio.Event()

    async def run_ahead() -> None:
        async with aclosing(items):
            async for item in items:
                came.append(item)
                news.set()
                if len(came) >= ahead:
                    room.clear()
                    await room.wait()

    running = asyncio.create_task(run_ahead())
    running.add_done_callback(lambda _: news.set())
    try:
        while came or not running.done():
            if not came:
                await news.wait()
            news.clear()
            group = came.copy()
            came.clear()
            room.set()
            if group:
                yield group
        await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
