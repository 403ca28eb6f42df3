"""Begin the runs whose time has come."""

from datetime import datetime

import structlog

from services.harvester.models.schedules import next_moment
from services.harvester.operations.start_run import start_run
from services.harvester.storage.sources import SourceStore
from shared.db import Database

log = structlog.get_logger(__name__)


async def schedule_sources(database: Database, *, now: datetime, jitter_seconds: int) -> int:
    """Begin a run of every due source that has none under way; how many were begun.

    Any number of workers may do this at once: due rows are locked, and those that another
    worker holds are left to it.
    """
    begun = 0
    while True:
        async with database.begin() as session:
            sources = SourceStore(session)
            due = await sources.due(now)
            for source in due:
                _, started = await start_run(session, source, trigger="schedule", mode="changes")
                begun += started
                await sources.update(
                    source.id,
                    next_run_at=source.schedule
                    and next_moment(
                        source.schedule, now, source_id=source.id, jitter_seconds=jitter_seconds
                    ),
                )
        if not due:
            return begun
        log.info("Sources scheduled", sources=len(due))
