"""Wanting jobs, looking at them, relaunching and cancelling them."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from shared.errors import ClientError, ConflictError
from shared.jobs.errors import JobNotFoundError
from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.jobs.store import JobStore, Wanted
from tests.support.jobs import Bench, eventually


async def refuse(_job: Job, _lease: Lease) -> None:
    raise ClientError("Le fichier n'est pas un tableau.")


async def test_a_rolled_back_change_wants_no_job(bench: Bench) -> None:
    async def change_that_fails() -> None:
        async with bench.store() as store:
            await store.enqueue(kind="work", payload={}, organization_id=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_that_fails()

    assert await bench.count(JobState.QUEUED) == 0


async def test_a_job_is_read_back_as_it_was_wanted(bench: Bench) -> None:
    town = uuid4()
    moment = datetime(2030, 1, 1, tzinfo=UTC)

    job_id = await bench.enqueue(
        payload={"source": "é"}, organization_id=town, priority=3, run_at=moment, max_attempts=5
    )

    job = await bench.get(job_id)
    assert (job.payload, job.organization_id, job.priority) == ({"source": "é"}, town, 3)
    assert (job.run_at, job.max_attempts, job.attempt) == (moment, 5, 0)
    assert job.state is JobState.QUEUED


async def test_twins_are_one_job_while_it_is_active(bench: Bench) -> None:
    first = await bench.enqueue(dedup_key="run:1")

    assert await bench.enqueue(dedup_key="run:1") == first
    assert await bench.enqueue(dedup_key="run:2") != first


async def test_what_pauses_between_turns_is_hastened_and_what_failed_is_not(bench: Bench) -> None:
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    paused = await bench.enqueue(run_at=moment)
    failed = await bench.enqueue(run_at=moment)
    async with bench.database.begin() as session:
        await session.execute(update(bench.jobs).where(bench.jobs.c.id == failed).values(attempt=1))
        await JobStore(session, bench.jobs).hasten([paused, failed])

    assert (await bench.get(paused)).run_at < moment
    assert (await bench.get(failed)).run_at == moment


async def test_many_are_wanted_at_once_each_once_and_told_in_order(bench: Bench) -> None:
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    active = await bench.enqueue(dedup_key="run:2")
    keys = ["run:1", "run:2", None, "run:1", None]

    async with bench.store() as store:
        ids = await store.enqueue_all(
            [
                Wanted("work", {"place": place}, None, dedup_key=key)
                for place, key in enumerate(keys)
            ]
            + [Wanted("work", {}, None, run_at=moment)]
        )

    assert (ids[1], ids[3]) == (active, ids[0])
    assert len(set(ids)) == 5
    assert await bench.count(JobState.QUEUED) == 5
    assert [(await bench.get(ids[place])).payload for place in (0, 2)] == [
        {"place": 0},
        {"place": 2},
    ]
    assert (await bench.get(ids[5])).run_at == moment


async def test_fifty_concurrent_twins_are_one_job(bench: Bench) -> None:
    ids = await asyncio.gather(*(bench.enqueue(dedup_key="run:1") for _ in range(50)))

    assert len(set(ids)) == 1
    assert await bench.count(JobState.QUEUED) == 1


async def test_a_finished_twin_does_not_count(bench: Bench) -> None:
    async with bench.working():
        first = await bench.enqueue(dedup_key="run:1")
        await bench.until(first, JobState.DONE)

    assert await bench.enqueue(dedup_key="run:1") != first


async def test_an_unknown_job_is_not_found(bench: Bench) -> None:
    with pytest.raises(JobNotFoundError):
        await bench.get(uuid4())
    async with bench.store() as store:
        with pytest.raises(JobNotFoundError):
            await store.cancel(uuid4())


async def test_pages_show_each_job_once_newest_first(bench: Bench) -> None:
    async with bench.store() as store:
        wanted = [
            await store.enqueue(kind="work", payload={"n": n}, organization_id=None)
            for n in range(7)
        ]

    seen: list[UUID] = []
    after = None
    while True:
        async with bench.store() as store:
            page = await store.list(after=after, limit=3)
        if not page:
            break
        seen += [job.id for job in page]
        after = (page[-1].created_at, page[-1].id)

    assert seen == wanted[::-1]


async def test_lists_are_filtered(bench: Bench) -> None:
    town = uuid4()
    mine = await bench.enqueue("import", organization_id=town)
    await bench.enqueue("export", organization_id=town)
    await bench.enqueue("import")

    async with bench.store() as store:
        found = await store.list(kind="import", organization_id=town, state=JobState.QUEUED)
        none = await store.list(state=JobState.DEAD)

    assert [job.id for job in found] == [mine]
    assert none == []


async def test_counts_name_every_state_and_the_longest_wait(bench: Bench) -> None:
    town = uuid4()
    await bench.enqueue(organization_id=town)
    await bench.enqueue(run_at=datetime.now(UTC) + timedelta(hours=1))
    await asyncio.sleep(0.2)

    async with bench.store() as store:
        everything = await store.counts()
        mine = await store.counts(organization_id=town)

    assert everything.by_state == {**dict.fromkeys(JobState, 0), JobState.QUEUED: 2}
    assert 0.2 <= everything.oldest_queued_seconds < 5
    assert mine.by_state[JobState.QUEUED] == 1


async def test_a_delayed_job_does_not_count_as_waiting(bench: Bench) -> None:
    await bench.enqueue(run_at=datetime.now(UTC) + timedelta(hours=1))

    async with bench.store() as store:
        assert (await store.counts()).oldest_queued_seconds == 0


async def test_a_dead_job_keeps_its_error_and_can_be_relaunched(bench: Bench) -> None:
    async with bench.working(JobKind("work", refuse)):
        job_id = await bench.enqueue()
        dead = await bench.until(job_id, JobState.DEAD)
    assert dead.error == "Le fichier n'est pas un tableau."
    assert dead.finished_at is not None

    async with bench.store() as store:
        await store.relaunch(job_id)
    async with bench.working():
        done = await bench.until(job_id, JobState.DONE)

    assert (done.attempt, done.error) == (1, None)
    assert await bench.effects_of(job_id) == ["done"]


async def test_a_live_job_is_not_relaunched(bench: Bench) -> None:
    job_id = await bench.enqueue()

    async with bench.store() as store:
        with pytest.raises(ConflictError, match="« queued »"):
            await store.relaunch(job_id)


async def test_a_job_whose_twin_waits_is_not_relaunched(bench: Bench) -> None:
    first = await bench.enqueue(dedup_key="run:1")
    async with bench.store() as store:
        await store.cancel(first)
    await bench.enqueue(dedup_key="run:1")

    async with bench.store() as store:
        with pytest.raises(ConflictError, match="identique"):
            await store.relaunch(first)
        assert (await store.get(first)).state is JobState.CANCELLED


async def test_a_cancelled_job_never_runs(bench: Bench) -> None:
    cancelled = await bench.enqueue()
    async with bench.store() as store:
        await store.cancel(cancelled)

    async with bench.working():
        other = await bench.enqueue()
        await bench.until(other, JobState.DONE)

    assert (await bench.get(cancelled)).state is JobState.CANCELLED
    assert await bench.effects_of(cancelled) == []


async def test_cancelling_a_running_job_stops_its_handler(bench: Bench) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def endless(_job: Job, _lease: Lease) -> None:
        started.set()
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    async with bench.working(JobKind("work", endless)):
        job_id = await bench.enqueue()
        await started.wait()
        async with bench.store() as store:
            await store.cancel(job_id)
        await asyncio.wait_for(stopped.wait(), 5)

    assert (await bench.get(job_id)).state is JobState.CANCELLED


async def test_an_ended_job_is_not_cancelled(bench: Bench) -> None:
    async with bench.working():
        job_id = await bench.enqueue()
        await bench.until(job_id, JobState.DONE)

    async with bench.store() as store:
        with pytest.raises(ConflictError):
            await store.cancel(job_id)


async def test_a_leader_forgets_what_ended_before_the_retention(bench: Bench) -> None:
    async with bench.working():
        job_id = await bench.enqueue()
        await bench.until(job_id, JobState.DONE)

    async def gone() -> bool:
        async with bench.store() as store:
            return await store.list() == []

    async with bench.working(retention=timedelta(0)):
        await eventually(gone)


async def test_purge_forgets_what_ended_long_ago_but_not_the_dead(bench: Bench) -> None:
    async with bench.working(JobKind("work", bench.effect), JobKind("bad", refuse)):
        done = await bench.enqueue()
        dead = await bench.enqueue("bad")
        await bench.until(done, JobState.DONE)
        await bench.until(dead, JobState.DEAD)
    async with bench.store() as store:
        assert await store.purge(finished_before=datetime.now(UTC) - timedelta(hours=1)) == 0
        assert await store.purge(finished_before=datetime.now(UTC) + timedelta(hours=1)) == 1

    assert (await bench.get(dead)).state is JobState.DEAD
