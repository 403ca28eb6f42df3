"""One worker: done, failed, too slow, stopped."""

import asyncio
import itertools
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import ClientError, Transient
from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Job
from shared.jobs.states import JobState
from tests.support.jobs import Bench, eventually


async def test_a_job_is_done_with_its_effect(bench: Bench) -> None:
    async with bench.working():
        job_id = await bench.enqueue()

        done = await bench.until(job_id, JobState.DONE)

    assert await bench.effects_of(job_id) == ["done"]
    assert done.attempt == 1
    assert done.started_at is not None
    assert done.finished_at is not None
    assert done.created_at <= done.started_at <= done.finished_at


async def test_a_handler_that_only_returns_has_done_its_job(bench: Bench) -> None:
    async def nothing(_job: Job, _lease: Lease) -> None: ...

    async with bench.working(JobKind("work", nothing)):
        await bench.until(await bench.enqueue(), JobState.DONE)


async def test_an_idle_system_is_told_of_a_job_and_does_not_wait_for_its_next_look(
    bench: Bench,
) -> None:
    begun: set[UUID] = set()

    async def note(job: Job, _lease: Lease) -> None:
        begun.add(job.id)

    async with bench.working(JobKind("work", note), poll=timedelta(hours=1)) as worker:
        await eventually(lambda: _true(worker.leading))
        await asyncio.sleep(0.5)
        for _ in range(5):
            job_id = await bench.enqueue()
            await eventually(lambda wanted=job_id: _true(wanted in begun))


async def _true(value: bool) -> bool:  # noqa: FBT001
    return value


@pytest.mark.parametrize("error", [Transient("Le portail ne répond pas."), ValueError("x")])
async def test_a_failing_job_is_tried_again_and_its_effects_kept_once(
    bench: Bench, error: Exception
) -> None:
    async def third_time(job: Job, lease: Lease) -> None:
        async with lease.complete() as session:
            await bench.write_effect(session, job, f"attempt {job.attempt}")
            if job.attempt < 3:
                raise error

    async with bench.working(JobKind("work", third_time)):
        job_id = await bench.enqueue()
        done = await bench.until(job_id, JobState.DONE)

    assert done.attempt == 3
    assert await bench.effects_of(job_id) == ["attempt 3"]


async def test_retries_back_off(bench: Bench) -> None:
    begun: list[float] = []

    async def fail(_job: Job, _lease: Lease) -> None:
        begun.append(time.monotonic())
        raise Transient("Le portail ne répond pas.")

    async with bench.working(JobKind("work", fail, max_attempts=4)):
        job_id = await bench.enqueue()
        dead = await bench.until(job_id, JobState.DEAD)

    gaps = [later - earlier for earlier, later in itertools.pairwise(begun)]
    # base 50 ms, doubled each time, of which half is jitter
    assert [gap >= least for gap, least in zip(gaps, (0.025, 0.05, 0.1), strict=True)] == [True] * 3
    assert (dead.attempt, dead.error) == (4, "Le portail ne répond pas.")


async def test_the_callers_fault_is_dead_at_once_with_its_consequences(bench: Bench) -> None:
    async def refuse(_job: Job, _lease: Lease) -> None:
        raise ClientError("Le fichier n'est pas un tableau.")

    async def mourn(session: AsyncSession, job: Job, error: str) -> None:
        await bench.write_effect(session, job, error)

    async with bench.working(JobKind("work", refuse, on_dead=mourn)):
        job_id = await bench.enqueue()
        dead = await bench.until(job_id, JobState.DEAD)

    assert dead.attempt == 1
    assert await bench.effects_of(job_id) == ["Le fichier n'est pas un tableau."]


async def test_a_job_is_not_dead_without_its_consequences(bench: Bench) -> None:
    async def refuse(_job: Job, _lease: Lease) -> None:
        raise ClientError("Le fichier n'est pas un tableau.")

    tries = 0

    async def mourn(session: AsyncSession, job: Job, error: str) -> None:
        nonlocal tries
        tries += 1
        await bench.write_effect(session, job, error)
        if tries < 3:
            raise RuntimeError("defect")

    kind = JobKind("work", refuse, on_dead=mourn)
    async with bench.working(kind) as worker:
        object.__setattr__(worker._settler, "burial_pause", timedelta(seconds=0.2))
        job_id = await bench.enqueue()
        await bench.until(job_id, JobState.DEAD)

    assert tries == 3
    assert await bench.effects_of(job_id) == ["Le fichier n'est pas un tableau."]


async def test_a_job_that_takes_too_long_is_stopped(bench: Bench) -> None:
    async def slow(_job: Job, _lease: Lease) -> None:
        await asyncio.sleep(60)

    kind = JobKind("work", slow, timeout=timedelta(seconds=0.2), max_attempts=1)
    async with bench.working(kind):
        dead = await bench.until(await bench.enqueue(), JobState.DEAD)

    assert dead.error == "Durée maximale dépassée (0.2 s)."


async def test_a_job_that_ignores_its_timeout_loses_its_lease(bench: Bench) -> None:
    ended = asyncio.Event()

    async def stubborn(_job: Job, _lease: Lease) -> None:
        ends = time.monotonic() + 4
        while time.monotonic() < ends:
            try:
                await asyncio.sleep(0.5)
            except asyncio.CancelledError:
                continue
        ended.set()
        raise ClientError("trop tard")

    kind = JobKind("work", stubborn, timeout=timedelta(seconds=0.2), max_attempts=1)
    async with bench.working(kind):
        dead = await bench.until(await bench.enqueue(), JobState.DEAD)
    await ended.wait()

    assert "a cessé de répondre" in (dead.error or "")


async def test_a_long_job_keeps_its_lease(bench: Bench) -> None:
    async def long(job: Job, lease: Lease) -> None:
        await asyncio.sleep(2.5)  # the lease is one second
        await bench.effect(job, lease)

    async with bench.working(JobKind("work", long)):
        job_id = await bench.enqueue()
        done = await bench.until(job_id, JobState.DONE)

    assert done.attempt == 1
    assert await bench.effects_of(job_id) == ["done"]


@pytest.mark.parametrize("ending", [SystemExit, asyncio.CancelledError])
async def test_a_handler_cannot_take_the_worker_down(
    bench: Bench, ending: type[BaseException]
) -> None:
    async def leave(_job: Job, _lease: Lease) -> None:
        raise ending

    async with bench.working(JobKind("leave", leave), JobKind("work", bench.effect)):
        leaving = await bench.enqueue("leave", max_attempts=2)
        dead = await bench.until(leaving, JobState.DEAD)
        await bench.until(await bench.enqueue(), JobState.DONE)

    assert dead.error == "Le traitement s'est interrompu de lui-même."


async def test_no_more_jobs_at_once_than_asked(bench: Bench) -> None:
    running = most = 0

    async def count(_job: Job, _lease: Lease) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.2)
        running -= 1

    async with bench.working(JobKind("work", count), concurrency=3):
        for _ in range(12):
            await bench.enqueue()
        await eventually(lambda: _done(bench, 12))

    assert most == 3


async def _done(bench: Bench, count: int) -> bool:
    return await bench.count(JobState.DONE) == count


async def test_a_delayed_job_starts_at_its_time(bench: Bench) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=0.7)

    # The poll is far away: only the known due time can wake the dispatcher in time.
    async with bench.working(poll=timedelta(seconds=30)):
        await asyncio.sleep(0.2)
        job_id = await bench.enqueue(run_at=moment)
        done = await bench.until(job_id, JobState.DONE)

    assert done.started_at is not None
    assert timedelta(0) <= done.started_at - moment < timedelta(seconds=0.5)


async def test_a_stop_gives_running_jobs_back_uncounted(bench: Bench) -> None:
    async def endless(_job: Job, lease: Lease) -> None:
        await lease.progress(started=True)
        await asyncio.sleep(60)

    began = time.monotonic()
    async with bench.working(JobKind("work", endless)):
        job_id = await bench.enqueue()
        await bench.until(job_id, JobState.RUNNING)
    given_back = await bench.get(job_id)

    assert (given_back.state, given_back.attempt) == (JobState.QUEUED, 0)
    assert time.monotonic() - began < 5

    async with bench.working():
        done = await bench.until(job_id, JobState.DONE)
    assert done.attempt == 1
    assert await bench.effects_of(job_id) == ["done"]


async def test_a_stop_lets_short_jobs_end(bench: Bench) -> None:
    async def short(job: Job, lease: Lease) -> None:
        await asyncio.sleep(0.3)
        await bench.effect(job, lease)

    async with bench.working(JobKind("work", short), grace=timedelta(seconds=3)):
        job_id = await bench.enqueue()
        await bench.until(job_id, JobState.RUNNING)

    assert (await bench.get(job_id)).state is JobState.DONE


async def test_a_job_that_refuses_to_stop_is_given_back_all_the_same(bench: Bench) -> None:
    async def stubborn(job: Job, lease: Lease) -> None:
        ends = time.monotonic() + 4
        while time.monotonic() < ends:
            try:
                await asyncio.sleep(0.5)
            except asyncio.CancelledError:
                continue
        await bench.effect(job, lease)

    async with bench.working(JobKind("work", stubborn)):
        job_id = await bench.enqueue()
        await bench.until(job_id, JobState.RUNNING)
    assert (await bench.get(job_id)).state is JobState.QUEUED

    async with bench.working():
        await bench.until(job_id, JobState.DONE)
        await asyncio.sleep(2)  # the first handler wakes up, too late

    assert await bench.effects_of(job_id) == ["done"]
