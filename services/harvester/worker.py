"""The harvester's worker: does the jobs and begins the runs whose time has come."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import structlog

from services.harvester.jobs.kinds import job_kinds
from services.harvester.models.budget import Budget, Window
from services.harvester.models.files import Rechecks
from services.harvester.operations.archive_datasets import ArchiveDatasets
from services.harvester.operations.begin_sweep import Sweeps
from services.harvester.operations.deliver import Delivery
from services.harvester.operations.harvest_batch import HarvestBatch
from services.harvester.operations.list_source import ListSource
from services.harvester.operations.look_at_files import FileLooker
from services.harvester.operations.schedule_sources import schedule_sources
from services.harvester.resources import Resources, open_resources
from services.harvester.settings import HarvesterSettings, removal_of
from services.harvester.storage.tables import jobs
from shared import logging
from shared.db import Database
from shared.garbage import spare_what_stays
from shared.jobs.worker import Worker, WorkerSettings

QUEUE = "socle:harvester"

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    """The clock of the worker."""
    return datetime.now(UTC)


def create_worker(
    settings: HarvesterSettings, resources: Resources, times: WorkerSettings | None = None
) -> Worker:
    """A worker on these resources. Build it inside the running loop; it runs once."""
    budget = Budget(
        settings.run_requests, settings.run_bytes, timedelta(minutes=settings.run_minutes)
    )
    window = Window.parse(settings.off_peak)
    patience = timedelta(minutes=settings.host_patience_minutes)
    return Worker(
        database=resources.database,
        redis_url=settings.redis_url.get_secret_value(),
        table=jobs,
        queue_name=QUEUE,
        kinds=job_kinds(
            list_source=ListSource(
                connectors=resources.connectors,
                getter=resources.fetcher,
                clock=utc_now,
                removal=removal_of(settings),
                budget=budget,
                sweeps=Sweeps(settings.full_schedule, settings.changes_from_pages, window),
                patience=patience,
            ),
            harvest_batch=HarvestBatch(
                looker=FileLooker(
                    downloader=resources.downloader,
                    clock=utc_now,
                    rechecks=Rechecks(tuple(map(float, settings.recheck_hours.split(",")))),
                    patience=patience,
                ),
                delivery=Delivery(
                    downloader=resources.downloader,
                    catalogue=resources.catalogue,
                    validator=resources.validator,
                ),
                clock=utc_now,
                budget=budget,
                window=window,
            ),
            archive_datasets=ArchiveDatasets(catalogue=resources.catalogue),
            run_time=timedelta(hours=settings.run_hours),
        ),
        concurrency=settings.worker_concurrency,
        settings=times,
    )


async def run_worker(
    settings: HarvesterSettings, stop: asyncio.Event, times: WorkerSettings | None = None
) -> None:
    """Work until `stop` is set. `times` shortens the worker's delays in tests."""
    logging.configure(log_format=settings.log_format, level=settings.log_level)
    async with open_resources(settings) as resources:
        worker = create_worker(settings, resources, times)
        spare_what_stays()
        schedule = asyncio.create_task(_schedule(resources.database, settings, stop))
        try:
            await worker.run(stop)
        finally:
            schedule.cancel()
            await asyncio.gather(schedule, return_exceptions=True)


async def _schedule(database: Database, settings: HarvesterSettings, stop: asyncio.Event) -> None:
    """Every worker looks; the database sees to it that each source is begun once."""
    while not stop.is_set():
        try:
            await schedule_sources(
                database, now=utc_now(), jitter_seconds=settings.schedule_jitter_seconds
            )
        except Exception:
            # PostgreSQL away, or a defect: the next look is a moment later all the same.
            log.exception("Schedules not looked at")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), settings.schedule_poll_seconds)
