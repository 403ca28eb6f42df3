"""A worker as a process: SIGTERM ends it in good order."""

import asyncio
import os
import signal
from datetime import timedelta

import pytest

from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Job
from shared.jobs.process import serve
from shared.jobs.states import JobState
from tests.support.jobs import Bench, eventually


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_worker_and_gives_its_jobs_back(
    bench: Bench, number: signal.Signals
) -> None:
    async def endless(_job: Job, lease: Lease) -> None:
        await lease.progress(started=True)
        await asyncio.sleep(60)

    serving = asyncio.create_task(serve(bench.worker(JobKind("work", endless))))
    job_id = await bench.enqueue()
    await bench.until(job_id, JobState.RUNNING)

    os.kill(os.getpid(), number)
    await asyncio.wait_for(serving, 5)

    given_back = await bench.get(job_id)
    assert (given_back.state, given_back.attempt) == (JobState.QUEUED, 0)


async def test_a_stopping_worker_claims_nothing_more(bench: Bench) -> None:
    stop = asyncio.Event()

    async def slow(job: Job, lease: Lease) -> None:
        await stop.wait()
        await asyncio.sleep(0.1)
        await bench.effect(job, lease)

    ids = [await bench.enqueue() for _ in range(8)]
    worker = bench.worker(JobKind("work", slow), concurrency=2, grace=timedelta(seconds=3))
    running = asyncio.create_task(worker.run(stop))

    async def both_hands_are_full() -> bool:
        return await bench.count(JobState.RUNNING) == 2

    await eventually(both_hands_are_full)
    stop.set()
    await running

    # Those two are done, the six others are as they were.
    assert await bench.count(JobState.DONE) == 2
    assert await bench.count(JobState.QUEUED) == 6
    assert sum([(await bench.get(job_id)).attempt for job_id in ids]) == 2
