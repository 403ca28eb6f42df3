"""The catalogue's worker: what time does to scores, links, the day's history, consolidations.

No queue: the rows say what is due, each round takes it up, and several workers may run.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from services.catalogue.adapters.links import LinkFollower
from services.catalogue.operations.check_links import check_links
from services.catalogue.operations.consolidate import build_wanted
from services.catalogue.operations.keep_days import keep_today
from services.catalogue.operations.score_datasets import score_due
from services.catalogue.resources import open_validator
from services.catalogue.settings import CatalogueSettings
from shared import logging
from shared.db import Database
from shared.fetch import AllowedHosts, Fetcher, FetchLimits, user_agent
from shared.store import DiskStore

Round = Callable[[], Awaitable[int]]

log = structlog.get_logger(__name__)


async def run_worker(settings: CatalogueSettings, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    logging.configure(log_format=settings.log_format, level=settings.log_level)
    database = Database(settings.database_url.get_secret_value(), pool_size=4)
    fetcher = Fetcher(
        allowed_hosts=AllowedHosts.parse(settings.allowed_hosts),
        limits=FetchLimits(total_seconds=settings.link_seconds),
        user_agent=user_agent(settings.contact or settings.public_url),
    )
    try:
        async with fetcher, open_validator(settings) as validator:
            store = DiskStore(settings.store_dir)
            follower = LinkFollower(fetcher)
            recheck = timedelta(hours=settings.link_recheck_hours)

            async def links() -> int:
                return await check_links(
                    database, follower, recheck=recheck, pause=settings.link_pause_seconds
                )

            rounds: dict[str, Round] = {
                "scores": lambda: score_due(database),
                "days": lambda: keep_today(database),
                "links": links,
                "consolidations": lambda: build_wanted(database, store, validator),
            }
            # Apart from one another: many slow links do not keep the day from being written.
            await asyncio.gather(
                *(
                    _go_round(name, work, settings.upkeep_seconds, stop)
                    for name, work in rounds.items()
                )
            )
    finally:
        await database.close()


async def _go_round(name: str, work: Round, pause: float, stop: asyncio.Event) -> None:
    """Work and pause, over and over, until `stop` is set."""
    while not stop.is_set():
        await _attempt(name, work, stop)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def _attempt(name: str, work: Round, stop: asyncio.Event) -> None:
    """One round. It is dropped when the worker has to stop: whatever it was at is still due."""
    task = asyncio.ensure_future(work())
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            log.debug("Upkeep done", round=name, rows=task.result())
    except Exception:
        # PostgreSQL away, or a defect: the next round is a moment later all the same.
        log.exception("Upkeep failed", round=name)
    finally:
        for pending in (task, stopping):
            pending.cancel()
        await asyncio.gather(task, stopping, return_exceptions=True)
