"""PostgreSQL and Valkey are killed under a worker, which waits and goes on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Job
from shared.jobs.states import JobState
from tests.integration.jobs.conftest import FAST
from tests.support.jobs import Bench
from tests.support.services import PostgresServer, ValkeyTestServer


@pytest.fixture
async def frail(
    postgres_server: PostgresServer, valkey_server: ValkeyTestServer
) -> AsyncIterator[Bench]:
    """A bench on servers of its own."""
    url = postgres_server.new_database("jobs_outage_test")
    bench = await Bench.create(url, valkey_server.url, FAST)
    yield bench
    await bench.close()


async def enqueue_many(bench: Bench, count: int) -> list[UUID]:
    return [await bench.enqueue(max_attempts=20) for _ in range(count)]


async def test_a_killed_valkey_interrupts_no_handler(
    frail: Bench, valkey_server: ValkeyTestServer
) -> None:
    started = asyncio.Event()
    release = asyncio.Event()

    async def wait(job: Job, lease: Lease) -> None:
        started.set()
        await release.wait()
        await frail.effect(job, lease)

    async with frail.working(JobKind("work", wait), concurrency=1):
        ids = await enqueue_many(frail, 6)
        await started.wait()
        await asyncio.to_thread(valkey_server.restart, pause=3)
        release.set()
        done = [await frail.until(job_id, JobState.DONE, seconds=20) for job_id in ids]

    assert [job.attempt for job in done] == [1] * 6
    assert [await frail.effects_of(job_id) for job_id in ids] == [["done"]] * 6


async def test_jobs_wanted_while_valkey_is_away_are_done_when_it_is_back(
    frail: Bench, valkey_server: ValkeyTestServer
) -> None:
    async with frail.working():
        await frail.until(await frail.enqueue(), JobState.DONE)
        valkey_server.kill()
        ids = await enqueue_many(frail, 5)
        await asyncio.sleep(1)
        assert await frail.count(JobState.QUEUED) == 5
        await asyncio.to_thread(valkey_server.start)

        for job_id in ids:
            await frail.until(job_id, JobState.DONE, seconds=20)


async def test_a_killed_postgres_costs_no_job(
    frail: Bench, postgres_server: PostgresServer
) -> None:
    async def slow(job: Job, lease: Lease) -> None:
        await asyncio.sleep(0.1)
        await frail.effect(job, lease)

    async with frail.working(JobKind("work", slow), concurrency=4):
        ids = await enqueue_many(frail, 30)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(postgres_server.restart, pause=2)
        for job_id in ids:
            await frail.until(job_id, JobState.DONE, seconds=30)

    assert [await frail.effects_of(job_id) for job_id in ids] == [["done"]] * 30


async def test_a_worker_starts_before_its_servers(
    frail: Bench, postgres_server: PostgresServer, valkey_server: ValkeyTestServer
) -> None:
    job_id = await frail.enqueue()
    postgres_server.kill()
    valkey_server.kill()

    async with frail.working():
        await asyncio.sleep(1)
        await asyncio.to_thread(valkey_server.start)
        await asyncio.to_thread(postgres_server.start)
        await frail.until(job_id, JobState.DONE, seconds=20)


async def test_a_worker_stops_while_its_servers_are_away(
    frail: Bench, postgres_server: PostgresServer, valkey_server: ValkeyTestServer
) -> None:
    started = asyncio.Event()

    async def endless(_job: Job, _lease: Lease) -> None:
        started.set()
        await asyncio.sleep(60)

    async with asyncio.timeout(15):
        async with frail.working(JobKind("work", endless), grace=timedelta(seconds=0.2)):
            await frail.enqueue()
            await started.wait()
            postgres_server.kill()
            valkey_server.kill()
    postgres_server.start()
