"""Which job is next, and what happens when Redis forgets."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import func, select, text, update

from shared.jobs.dispatching import DispatchBook
from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.jobs.tables import channel
from shared.jobs.transport import Transport
from tests.support.jobs import Bench, eventually


async def enqueue_many(bench: Bench, town: UUID, count: int, **values: object) -> list[UUID]:
    async with bench.store() as store:
        return [
            await store.enqueue(kind="work", payload={}, organization_id=town, **values)  # type: ignore[arg-type]
            for _ in range(count)
        ]


async def pick(bench: Bench, limit: int) -> list[UUID]:
    async with bench.database.begin() as session:
        return list(await DispatchBook(bench.jobs, ("work",)).pick(session, limit))


async def test_tenants_take_turns(bench: Bench) -> None:
    big = await enqueue_many(bench, uuid4(), 6)
    small = await enqueue_many(bench, uuid4(), 2)

    assert await pick(bench, 5) == [big[0], small[0], big[1], small[1], big[2]]


async def test_jobs_without_a_tenant_take_one_turn_together(bench: Bench) -> None:
    mine = [await bench.enqueue() for _ in range(3)]
    theirs = await enqueue_many(bench, uuid4(), 1)

    assert await pick(bench, 3) == [mine[0], theirs[0], mine[1]]


async def test_what_a_tenant_has_under_way_counts_against_it(bench: Bench) -> None:
    """Otherwise, with room for one at a time, the oldest tenant would win every time."""
    big = await enqueue_many(bench, uuid4(), 6)
    assert await pick(bench, 3) == big[:3]
    small = await enqueue_many(bench, uuid4(), 2)

    assert await pick(bench, 1) == [small[0]]
    assert await pick(bench, 1) == [small[1]]
    assert await pick(bench, 1) == [big[3]]


async def test_priority_orders_within_a_tenant(bench: Bench) -> None:
    town = uuid4()
    usual = await enqueue_many(bench, town, 2)
    urgent = await enqueue_many(bench, town, 1, priority=10)

    assert await pick(bench, 3) == [urgent[0], *usual]


async def test_jobs_of_one_transaction_keep_their_order(bench: Bench) -> None:
    jobs = await enqueue_many(bench, uuid4(), 20)

    assert await pick(bench, 20) == jobs


async def test_redis_never_holds_more_than_the_depth(bench: Bench) -> None:
    release = asyncio.Event()

    async def wait(_job: Job, _lease: Lease) -> None:
        await release.wait()

    transport = Transport(redis_url=bench.redis_url, queue_name=bench.queue)
    most = 0
    async with bench.working(JobKind("work", wait), concurrency=2, depth=5):
        await enqueue_many(bench, uuid4(), 40)
        for _ in range(20):
            most = max(most, await transport.queued())
            await asyncio.sleep(0.02)
        release.set()
        while await bench.count(JobState.DONE) < 40:
            most = max(most, await transport.queued())
            await asyncio.sleep(0.005)
    await transport.close()

    # 5 waiting, and 2 of which arq has not yet noticed that they were taken
    assert 3 <= most <= 7


async def test_a_flushed_redis_loses_nothing(bench: Bench) -> None:
    started = asyncio.Event()
    release = asyncio.Event()

    async def wait(job: Job, lease: Lease) -> None:
        started.set()
        await release.wait()
        await bench.effect(job, lease)

    redis = bench.redis()
    # The timed re-dispatch is far away: it must be noticed that Redis has forgotten.
    async with bench.working(JobKind("work", wait), concurrency=1, redispatch=timedelta(hours=1)):
        ids = await enqueue_many(bench, uuid4(), 5)
        await started.wait()
        await eventually(lambda: redis.zcard(bench.queue))
        await redis.flushall()
        release.set()

        for job_id in ids:
            await bench.until(job_id, JobState.DONE)
    await redis.aclose()

    assert [await bench.effects_of(job_id) for job_id in ids] == [["done"]] * 5


async def test_an_id_that_redis_lost_alone_is_sent_again(bench: Bench) -> None:
    """Evicted, expired, or dropped with a worker: only its age tells."""
    release = asyncio.Event()

    async def wait(job: Job, lease: Lease) -> None:
        await release.wait()
        await bench.effect(job, lease)

    redis = bench.redis()
    kind = JobKind("work", wait)
    async with bench.working(kind, concurrency=1, redispatch=timedelta(seconds=1)):
        ids = await enqueue_many(bench, uuid4(), 2)
        await eventually(lambda: redis.zcard(bench.queue))
        await asyncio.sleep(0.2)
        for job_id in ids:
            await redis.zrem(bench.queue, f"job-{job_id}")
            await redis.delete(f"arq:job:job-{job_id}")
        release.set()

        for job_id in ids:
            await bench.until(job_id, JobState.DONE)
    await redis.aclose()


async def test_a_message_without_its_place_in_the_queue_is_queued_again(bench: Bench) -> None:
    job_id = await bench.enqueue()
    transport = Transport(redis_url=bench.redis_url, queue_name=bench.queue)
    await transport.send(job_id)
    await transport.close()
    redis = bench.redis()
    await redis.delete(bench.queue)
    await redis.aclose()

    async with bench.working():
        await bench.until(job_id, JobState.DONE)


async def test_a_silent_leader_is_deposed(bench: Bench) -> None:
    """As a frozen process is: its connection lives and holds the lock, and says nothing."""
    frozen = await asyncpg.connect(bench.database.url)
    lock = f"{channel(bench.jobs)}:{bench.queue}"
    assert await frozen.fetchval("select pg_try_advisory_lock(hashtextextended($1, 0))", lock)

    async with bench.working() as worker:
        await asyncio.sleep(0.5)
        assert not worker.leading
        await eventually(lambda: _is(worker.leading))
        await bench.until(await bench.enqueue(), JobState.DONE)

    frozen.terminate()


async def test_ids_are_json_never_pickles(bench: Bench) -> None:
    transport = Transport(redis_url=bench.redis_url, queue_name=bench.queue)
    job_id = uuid4()
    redis = bench.redis()

    assert await transport.send(job_id)
    assert not await transport.send(job_id)

    message = await redis.get(f"arq:job:job-{job_id}")
    assert message.startswith(b"{")
    assert str(job_id).encode() in message
    await redis.delete(f"arq:job:job-{job_id}")
    await redis.aclose()
    await transport.close()


async def test_two_workers_have_one_leader_and_the_other_takes_over(bench: Bench) -> None:
    async with bench.working() as first:
        await eventually(lambda: _is(first.leading))
        async with bench.working() as second:
            await asyncio.sleep(0.7)
            assert not second.leading
            async with bench.database.engine.begin() as connection:
                await connection.execute(
                    text(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                        " where application_name = 'socle-dispatcher'"
                    )
                )
            await eventually(lambda: _is(first.leading != second.leading))
            job_id = await bench.enqueue()
            await bench.until(job_id, JobState.DONE)

    assert await bench.effects_of(job_id) == ["done"]


async def _is(value: bool) -> bool:  # noqa: FBT001
    return value


async def test_three_workers_do_each_job_once(bench: Bench) -> None:
    async with bench.working(), bench.working(), bench.working():
        ids = await enqueue_many(bench, uuid4(), 100)
        for job_id in ids:
            await bench.until(job_id, JobState.DONE, seconds=20)

    assert [await bench.effects_of(job_id) for job_id in ids] == [["done"]] * 100


async def test_workers_of_another_queue_are_not_disturbed(bench: Bench) -> None:
    """A retired kind waits, seen in the counts, and holds up nobody."""
    async with bench.working(depth=2):
        retired = [await bench.enqueue("retired") for _ in range(5)]
        await bench.until(await bench.enqueue(), JobState.DONE)

    assert [(await bench.get(job_id)).state for job_id in retired] == [JobState.QUEUED] * 5


async def test_a_job_that_becomes_due_during_a_pass_is_not_slept_over(bench: Bench) -> None:
    book = DispatchBook(bench.jobs, ("work",))
    async with bench.database.begin() as session:
        began = await session.scalar(select(func.clock_timestamp()))
    assert began is not None
    await bench.enqueue(run_at=began + timedelta(hours=1))

    async with bench.database.begin() as session:
        picked = await book.pick(session, 10)
        async with bench.database.begin() as meanwhile:
            await meanwhile.execute(update(bench.jobs).values(run_at=func.clock_timestamp()))
        due = await book.next_due(session, after=began)
        later = await session.scalar(select(func.clock_timestamp()))
        assert later is not None
        waits_for_room = await book.next_due(session, after=later)

    assert picked == []
    assert due is not None
    assert due <= 0
    assert waits_for_room is None
