"""The consumer of ids, on a real Valkey."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from shared.jobs.consumer import Consumer
from shared.jobs.transport import Transport
from tests.support.jobs import Bench


async def _nothing(_job_id: UUID) -> None:
    return


async def test_a_consumer_stops_at_whatever_moment_it_is_told_to(bench: Bench) -> None:
    """While it connects, takes ids, delivers, or sleeps: each time by another millisecond."""
    for moment in range(30):
        transport = Transport(redis_url=bench.redis_url, queue_name=f"socle:{uuid4()}")
        for _ in range(5):
            await transport.send(uuid4())
        consumer = Consumer(
            transport=transport,
            deliver=_nothing,
            concurrency=5,
            patience=timedelta(seconds=2),
            poll=timedelta(milliseconds=10),
        )
        running = asyncio.create_task(consumer.run())
        await asyncio.sleep(moment / 1_000)
        async with asyncio.timeout(10):
            await consumer.stop()
            await running
        await transport.close()
