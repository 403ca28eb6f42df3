"""kill -9 in the middle of a run, a dead letter relaunched, schedules, two runs at once."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from services.harvester.models.states import RunState
from services.harvester.operations.schedule_sources import schedule_sources
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from services.harvester.storage.tables import jobs
from shared.jobs.states import JobState
from shared.jobs.store import JobStore
from tests.integration.harvester.world import World, adds_up
from tests.support.portals.base import served
from tests.support.portals.udata import UdataPortal

ROOT = Path(__file__).parents[3]
DATASETS = 24


@pytest.fixture
async def portal() -> AsyncIterator[UdataPortal]:
    async with served(UdataPortal(slow=0.05, lying=frozenset({"silent-cap"}))) as started:
        assert isinstance(started, UdataPortal)
        for number in range(DATASETS):
            dataset = started.add_dataset(f"Jeu {number:02}")
            started.add_resource(dataset, f"liste-{number:02}.csv", f"a;b\n{number};x\n")
        yield started


@contextmanager
def worker_process(world: World) -> Iterator["subprocess.Popen[bytes]"]:
    values = world.settings.model_dump()
    values["database_url"] = world.settings.database_url.get_secret_value()
    values["redis_url"] = world.settings.redis_url.get_secret_value()
    environ = {f"HARVESTER_{k.upper()}": str(v) for k, v in values.items() if v is not None}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.harvester.worker_program"],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until(world: World, run_id: UUID, pages: int, delivered: int) -> None:
    # Generous: a worker's process may take long to start on a busy machine.
    deadline = time.monotonic() + 90
    while True:
        run, _ = await world.look(run_id)
        if run.pages >= pages and len(world.catalogue.datasets) >= delivered:
            return
        assert time.monotonic() < deadline, (run, len(world.catalogue.datasets))
        await asyncio.sleep(0.02)


async def test_a_run_survives_kill_9_at_several_moments(world: World, portal: UdataPortal) -> None:
    source = await world.add_source(portal.root)
    run_id = await world.begin(source)

    for pages, delivered in ((2, 0), (6, 3), (DATASETS // 2, DATASETS // 2)):
        with worker_process(world) as process:
            await until(world, run_id, pages, delivered)
            process.send_signal(signal.SIGKILL)
            process.wait()
    async with world.working():
        run, counts = await world.ended(run_id)

    assert run.state is RunState.DONE
    assert (counts.found, counts.new, counts.failed) == (DATASETS, DATASETS, 0)
    assert adds_up(counts)
    assert len(world.catalogue.datasets) == DATASETS
    assert len(world.validator.jobs) == DATASETS
    # Pages that were written are not asked for again: only the one under way at a kill.
    first_pages = [r for r in portal.requests if "datasets/?page=1&" in r]
    assert len(first_pages) == 1


async def test_a_dead_item_is_relaunched_and_made_good(world: World, portal: UdataPortal) -> None:
    del portal.datasets[1:]
    source = await world.add_source(portal.root)
    world.catalogue.down = True
    run, counts = await world.harvest(source)
    assert counts.failed == 1
    world.catalogue.down = False
    async with world.database.begin() as session:
        [dead] = await JobStore(session, jobs).list(state=JobState.DEAD)
        await JobStore(session, jobs).relaunch(dead.id)

    async with world.working():
        await world.idle()

    _, counts = await world.look(run.id)
    assert (counts.new, counts.failed) == (1, 0)
    assert len(world.catalogue.datasets) == 1


async def test_a_source_never_runs_twice_at_once(world: World, portal: UdataPortal) -> None:
    source = await world.add_source(portal.root)

    ids = await asyncio.gather(*(world.begin(source) for _ in range(8)))

    assert len(set(ids)) == 1
    async with world.database.begin() as session:
        assert len(list(await session.scalars(select(jobs.c.id)))) == 1


async def test_due_sources_begin_once_whoever_looks(world: World, portal: UdataPortal) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)
    source = await world.add_source(portal.root, schedule="0 3 * * *", next_run_at=past)
    await world.add_source(portal.root + "/autre", schedule=None)
    now = datetime.now(UTC)

    begun = await asyncio.gather(
        *(schedule_sources(world.database, now=now, jitter_seconds=600) for _ in range(4))
    )

    assert sum(begun) == 1
    async with world.database.begin() as session:
        [run] = await RunStore(session).page(source.id)
        stored = await SourceStore(session).get(source.id)
    assert run.trigger == "schedule"
    assert stored.next_run_at is not None
    assert stored.next_run_at > now


async def test_the_worker_begins_what_is_due(world: World, portal: UdataPortal) -> None:
    del portal.datasets[2:]
    past = datetime.now(UTC) - timedelta(minutes=1)
    await world.add_source(portal.root, schedule="0 3 * * *", next_run_at=past)

    async with world.working():
        deadline = time.monotonic() + 20
        while len(world.catalogue.datasets) < 2:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
