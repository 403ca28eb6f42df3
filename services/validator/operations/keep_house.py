"""What nobody asks for and somebody must do: once at the start, then every hour."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.validator.storage.passing_contents import PassingContents
from services.validator.storage.tables import jobs as jobs_table
from shared.db import Database
from shared.jobs.store import JobStore
from shared.store import DiskStore

log = structlog.get_logger()

_PAUSE_SECONDS = 3600.0


async def keep_house(
    *, database: Database, store: DiskStore, jobs_for: timedelta, uploads_for: timedelta
) -> None:
    """For ever. A failure is logged, and made good an hour later."""
    while True:
        try:
            now = datetime.now(UTC)
            await tidy(database=database, store=store, before=now - jobs_for)
            await drop_uploads(database=database, store=store, before=now - uploads_for)
        except (OSError, SQLAlchemyError) as error:
            log.warning("Housekeeping failed", error=str(error))
        await asyncio.sleep(_PAUSE_SECONDS)


async def drop_uploads(*, database: Database, store: DiskStore, before: datetime) -> None:
    """Drop the contents that were given to be checked, last `before`, and that no resource has.

    The file goes first: a sweep that is cut off finds the rest of its work again.
    """
    dropped = 0
    while True:
        async with database.begin() as session:
            contents = PassingContents(session)
            hashes = await contents.outdated(before=before)
            for sha256 in hashes:
                await store.drop(sha256)
            if hashes:
                await contents.forget(hashes)
        dropped += len(hashes)
        if not hashes:
            break
    if dropped:
        log.info("Uploads dropped", contents=dropped)


async def tidy(*, database: Database, store: DiskStore, before: datetime) -> None:
    """Drop what killed writers left in the store, and jobs that ended `before`.

    Reports stay: their links were given away.
    """
    swept = await store.sweep()
    async with database.begin() as session:
        purged = await JobStore(session, jobs_table).purge(finished_before=before)
    log.info("Housekeeping done", temporary_files=swept, jobs=purged)
