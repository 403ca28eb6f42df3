"""What nobody asks for and somebody must do: once at the start, then every hour."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.validator.storage.tables import jobs as jobs_table
from shared.db import Database
from shared.jobs.store import JobStore
from shared.store import DiskStore

log = structlog.get_logger()

_PAUSE_SECONDS = 3600.0


async def keep_house(*, database: Database, store: DiskStore, retention: timedelta) -> None:
    """For ever. A failure is logged, and made good an hour later."""
    while True:
        try:
            await tidy(database=database, store=store, before=datetime.now(UTC) - retention)
        except (OSError, SQLAlchemyError) as error:
            log.warning("Housekeeping failed", error=str(error))
        await asyncio.sleep(_PAUSE_SECONDS)


async def tidy(*, database: Database, store: DiskStore, before: datetime) -> None:
    """Drop what killed writers left in the store, and jobs that ended `before`.

    Reports stay: their links were given away.
    """
    swept = await store.sweep()
    async with database.begin() as session:
        purged = await JobStore(session, jobs_table).purge(finished_before=before)
    log.info("Housekeeping done", temporary_files=swept, jobs=purged)
