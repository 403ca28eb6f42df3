"""The peer: a bare `httpx2` loop that fetches the same pages and files, and drops them."""

import asyncio
import time

import httpx2

from bench.harvesting.portal import PAGE_SIZE, Running


async def _bare(portal: Running, datasets: int, concurrency: int) -> int:
    fetched = 0
    async with httpx2.AsyncClient(
        timeout=60, limits=httpx2.Limits(max_connections=concurrency), trust_env=False
    ) as client:
        waiting: asyncio.Queue[str | None] = asyncio.Queue(maxsize=4 * PAGE_SIZE)

        async def fetch() -> None:
            nonlocal fetched
            while (url := await waiting.get()) is not None:
                answer = await client.get(url)
                answer.raise_for_status()
                fetched += len(answer.content) > 0
            await waiting.put(None)

        hands = [asyncio.create_task(fetch()) for _ in range(concurrency)]
        for number in range(1, -(-datasets // PAGE_SIZE) + 1):
            page = await client.get(f"{portal.root()}/api/1/datasets/?page={number}")
            fetched += 1
            for each in page.json()["data"]:
                for resource in each["resources"]:
                    await waiting.put(resource["url"])
        await waiting.put(None)
        await asyncio.gather(*hands)
    return fetched


def bare(portal: Running, datasets: int, concurrency: int) -> float:
    """Seconds that the loop takes. Raises `RuntimeError` when something was not fetched."""
    began = time.perf_counter()
    fetched = asyncio.run(_bare(portal, datasets, concurrency))
    elapsed = time.perf_counter() - began
    expected = 2 * datasets + -(-datasets // PAGE_SIZE)
    if fetched != expected:
        raise RuntimeError(f"{fetched} fetched instead of {expected}")
    return elapsed
