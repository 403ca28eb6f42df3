"""Runs of a real worker against fakes, as a test wants to speak of them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update

from services.harvester.models.runs import Mode, Run, RunCounts
from services.harvester.models.sources import Source
from services.harvester.models.states import ACTIVE_RUN_STATES, SourceState
from services.harvester.operations.start_run import start_run
from services.harvester.settings import HarvesterSettings
from services.harvester.storage.items import Item, ItemStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from services.harvester.storage.tables import jobs, resources
from services.harvester.worker import run_worker
from shared.db import Database
from shared.jobs.models import Backoff
from shared.jobs.worker import WorkerSettings
from tests.integration.harvester.fakes import FakeCatalogue, FakeValidator

TIMES = WorkerSettings(
    lease=timedelta(seconds=3),
    grace=timedelta(seconds=1),
    poll=timedelta(milliseconds=100),
    receive=timedelta(milliseconds=20),
    redispatch=timedelta(seconds=2),
    backoff=Backoff(base=timedelta(milliseconds=50), cap=timedelta(milliseconds=200)),
)


def settings_for(**values: Any) -> HarvesterSettings:
    """Times short, loopback allowed."""
    defaults = {
        "allowed_hosts": "127.0.0.1:*",
        "listing_retry_seconds": 0.0,
        "schedule_poll_seconds": 0.2,
        "schedule_jitter_seconds": 0,
        "log_level": "WARNING",
        "fetch_seconds": 10.0,
        "host_interval_seconds": 0.0,
        "archive_after_days": 0.0,
    }
    return HarvesterSettings(**{**defaults, **values})


@dataclass
class World:
    database: Database
    catalogue: FakeCatalogue
    validator: FakeValidator
    settings: HarvesterSettings
    organization_id: UUID

    async def add_source(self, url: str, kind: str = "udata", **values: Any) -> Source:
        source = Source(
            id=uuid4(),
            organization_id=self.organization_id,
            name="Portail d'essai",
            url=url,
            kind=kind,
            state=SourceState.ENABLED,
            **values,
        )
        async with self.database.begin() as session:
            await SourceStore(session).add(source)
        return source

    async def begin(self, source: Source, mode: Mode = "changes") -> UUID:
        async with self.database.begin() as session:
            return (await start_run(session, source, trigger="manual", mode=mode))[0]

    async def harvest(self, source: Source) -> tuple[Run, RunCounts]:
        """A whole run, with a worker of its own."""
        run_id = await self.begin(source)
        async with self.working():
            return await self.ended(run_id)

    @asynccontextmanager
    async def working(self, **changes: Any) -> AsyncIterator[None]:
        stop = asyncio.Event()
        settings = self.settings.model_copy(update=changes)
        task = asyncio.create_task(run_worker(settings, stop, TIMES))
        try:
            yield
        finally:
            stop.set()
            await task

    async def ended(self, run_id: UUID, *, seconds: float = 40) -> tuple[Run, RunCounts]:
        deadline = time.monotonic() + seconds
        while True:
            run, counts = await self.look(run_id)
            if run.state not in ACTIVE_RUN_STATES:
                return run, counts
            assert time.monotonic() < deadline, f"still {run} {counts}"
            await asyncio.sleep(0.05)

    async def look(self, run_id: UUID) -> tuple[Run, RunCounts]:
        async with self.database.begin() as session:
            run = await RunStore(session).get(run_id)
            return run, (await ItemStore(session).counts([run_id]))[run_id]

    async def items(self, run_id: UUID, wanted: str | None = None) -> list[Item]:
        async with self.database.begin() as session:
            return list(await ItemStore(session).page(run_id, wanted=wanted, limit=1000))

    async def delivered(self, datasets: int, *, seconds: float = 40) -> None:
        """Wait until the catalogue was told of so many."""
        deadline = time.monotonic() + seconds
        while len(self.catalogue.datasets) < datasets:
            assert time.monotonic() < deadline, list(self.catalogue.datasets.values())
            await asyncio.sleep(0.05)

    async def idle(self, *, seconds: float = 20) -> None:
        """Wait until no job is queued or running."""
        await self._no_job(seconds=seconds)

    async def waiting(self, *, seconds: float = 40) -> None:
        """Wait until all jobs pause for minutes."""
        soon = datetime.now(UTC) + timedelta(seconds=seconds + 60)
        await self._no_job(jobs.c.run_at < soon, seconds=seconds)

    async def _no_job(self, *which: ColumnElement[bool], seconds: float) -> None:
        """Wait until none of these is queued or running."""
        deadline = time.monotonic() + seconds
        while True:
            async with self.database.begin() as session:
                left = list(
                    await session.execute(
                        select(jobs.c.kind, jobs.c.state, jobs.c.run_at, jobs.c.error).where(
                            jobs.c.state.in_(["queued", "running"]), *which
                        )
                    )
                )
            if not left:
                return
            assert time.monotonic() < deadline, left
            await asyncio.sleep(0.05)

    async def wake(self) -> None:
        """As if the moment for which jobs are put off had come."""
        async with self.database.begin() as session:
            await session.execute(update(jobs).values(run_at=datetime.now(UTC)))

    async def age_files(self, hours: float) -> None:
        """As if the files had been looked at so long ago."""
        async with self.database.begin() as session:
            past = datetime.now(UTC) - timedelta(hours=hours)
            await session.execute(update(resources).values(checked_at=past, next_check_at=past))


def adds_up(counts: RunCounts) -> bool:
    return counts.found == (
        counts.new + counts.changed + counts.unchanged + counts.failed + counts.skipped
    )
