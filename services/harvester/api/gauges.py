"""The harvester's gauges on `/metrics`."""

from fastapi import FastAPI
from sqlalchemy import func, select

from services.harvester.models.states import SourceState
from services.harvester.storage.tables import jobs, sources
from shared.contracts.gauges import Gauge
from shared.jobs.gauges import job_gauges


async def gauges(app: FastAPI) -> list[Gauge]:
    """Sources by state, and the queue."""
    database = app.state.database
    async with database.begin() as session:
        rows = await session.execute(
            select(sources.c.state, func.count().label("number")).group_by(sources.c.state)
        )
        found: dict[str, int] = {row.state: row.number for row in rows}
    by_state: dict[tuple[str, ...], float] = {
        (state.value,): float(found.get(state.value, 0)) for state in SourceState
    }
    return [
        Gauge("socle_sources", "Sources by state", by_state, ("state",)),
        *await job_gauges(database, jobs, "harvester"),
    ]
