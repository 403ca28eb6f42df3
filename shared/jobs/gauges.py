"""What a queue tells on `/metrics`."""

from sqlalchemy import Table

from shared.contracts.gauges import Gauge
from shared.db import Database
from shared.jobs.store import JobStore


async def job_gauges(database: Database, table: Table, service: str) -> list[Gauge]:
    """Jobs by state, and how long the oldest waiting one has waited, in seconds."""
    async with database.begin() as session:
        counts = await JobStore(session, table).counts()
    return [
        Gauge(
            "socle_jobs",
            "Jobs by state",
            {(service, state.value): float(n) for state, n in counts.by_state.items()},
            ("service", "state"),
        ),
        Gauge(
            "socle_oldest_queued_seconds",
            "Time for which the oldest job that may start has waited",
            {(service,): counts.oldest_queued_seconds},
            ("service",),
        ),
    ]
