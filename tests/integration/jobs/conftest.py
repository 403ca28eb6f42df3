"""A schema of jobs of its own for each test, on the real servers."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
import structlog

from shared.jobs.models import Backoff
from shared.jobs.worker import WorkerSettings
from tests.support.jobs import Bench

FAST = WorkerSettings(
    lease=timedelta(seconds=1),
    grace=timedelta(seconds=0.3),
    poll=timedelta(seconds=0.3),
    receive=timedelta(milliseconds=20),
    redispatch=timedelta(seconds=2),
    backoff=Backoff(base=timedelta(milliseconds=50), cap=timedelta(milliseconds=200)),
)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """structlog's unconfigured tracebacks take so long that short leases run out."""
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="%H:%M:%S.%f"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "event"]),
        ]
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
async def bench(database_url: str, redis_url: str) -> AsyncIterator[Bench]:
    """An empty table of jobs, an empty table of effects, an empty queue."""
    bench = await Bench.create(database_url, redis_url, FAST)
    try:
        yield bench
    finally:
        await bench.close()
