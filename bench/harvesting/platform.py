"""The real platform, as `socle up` starts it, with sources of a bench."""

import asyncio
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psutil
from sqlalchemy import func, select

from services.harvester.models.sources import Source
from services.harvester.models.states import ACTIVE_RUN_STATES, SourceState
from services.harvester.operations.start_run import start_run
from services.harvester.storage.items import ItemStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from services.harvester.storage.tables import runs
from shared.access.models import Organization
from shared.access.store import AccessStore, organization_id
from shared.contracts.harvest import RunCountsView
from shared.db import Database
from socle.cli.connection import database_url
from tests.support.platform import Socle, data_folder, running

_POLL_SECONDS = 0.1


@dataclass
class Bench:
    """A platform that runs, and its database."""

    socle: Socle
    database_url: str

    def add_sources(self, urls: Sequence[str], *, members: int = 1) -> list[UUID]:
        """Sources of kind udata, shared by so many members."""
        return asyncio.run(self._add(urls, members))

    def harvest(
        self, sources: Sequence[UUID], *, within: float, beside: Sequence[UUID] = ()
    ) -> float:
        """Seconds from asking for the runs until the last of them has ended; runs of the
        sources `beside` them are begun first, and not waited for.
        """
        return asyncio.run(self._harvest(sources, beside, within))

    def counts(self, source: UUID) -> tuple[str, RunCountsView]:
        """State and account of the last run."""
        return asyncio.run(self._counts(source))

    def worker(self, service: str = "harvester") -> psutil.Process:
        """The process of a service's worker."""
        return psutil.Process(self.socle.pids()[f"{service}-worker"])

    def cpu(self) -> dict[str, float]:
        """Seconds of processor that each part of the platform has had, with its children."""
        return {name: _cpu_of(pid) for name, pid in self.socle.pids().items()}

    @contextmanager
    def holding(self, service: str) -> Iterator[None]:
        """With the worker of a service stopped, as if it were on another machine."""
        worker = self.worker(service)
        worker.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            worker.send_signal(signal.SIGCONT)

    async def _add(self, urls: Sequence[str], members: int) -> list[UUID]:
        database = Database(self.database_url)
        owners = [
            Organization(id=organization_id(siren=None, name=name), name=name)
            for name in (f"Membre {number}" for number in range(members))
        ]
        ids = []
        async with database.begin() as session:
            for owner in owners:
                await AccessStore(session).save_organization(owner)
            for number, url in enumerate(urls):
                identifier = uuid4()
                ids.append(identifier)
                await SourceStore(session).add(
                    Source(
                        id=identifier,
                        organization_id=owners[number % members].id,
                        name=url,
                        url=url,
                        kind="udata",
                        state=SourceState.ENABLED,
                    )
                )
        await database.close()
        return ids

    async def _harvest(
        self, sources: Sequence[UUID], beside: Sequence[UUID], within: float
    ) -> float:
        database = Database(self.database_url)
        began = time.perf_counter()
        begun = []
        async with database.begin() as session:
            for source in (*beside, *sources):
                stored = await SourceStore(session).get(source)
                run_id, _ = await start_run(session, stored, trigger="manual", mode="changes")
                begun.append(run_id)
        active = select(func.count()).where(
            runs.c.id.in_(begun[len(beside) :]),
            runs.c.state.in_([state.value for state in ACTIVE_RUN_STATES]),
        )
        while True:
            async with database.begin() as session:
                left = await session.scalar(active)
            elapsed = time.perf_counter() - began
            if not left:
                break
            if elapsed > within:
                raise RuntimeError(f"{left} runs have not ended after {within:.0f} s")
            await asyncio.sleep(_POLL_SECONDS)
        await database.close()
        return elapsed

    async def _counts(self, source: UUID) -> tuple[str, RunCountsView]:
        database = Database(self.database_url)
        async with database.begin() as session:
            [run] = await RunStore(session).page(source, limit=1)
            found = (await ItemStore(session).counts([run.id]))[run.id]
        await database.close()
        return run.state.value, RunCountsView(**vars(found))


def _cpu_of(pid: int) -> float:
    process = psutil.Process(pid)
    spent = process.cpu_times()
    total = float(spent.user + spent.system + spent.children_user + spent.children_system)
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            own = child.cpu_times()
            total += own.user + own.system
    return total


@contextmanager
def platform(**settings: str) -> Iterator[Bench]:
    """`socle up` in a fresh data folder; `settings` of the harvester."""
    environment = {f"HARVESTER_{name.upper()}": value for name, value in settings.items()}
    with (
        data_folder() as folder,
        running("up", data_dir=folder, settings=environment) as socle,
    ):
        socle.wait_for("Ctrl-C")
        yield Bench(socle, database_url(Path(folder)))
