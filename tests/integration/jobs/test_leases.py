"""A job belongs to one worker at a time, and a late one leaves no trace."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from shared.jobs.errors import LeaseLost
from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.ledger import Ledger
from shared.jobs.models import Job
from shared.jobs.states import JobState
from tests.support.jobs import Bench

LEASE = timedelta(seconds=0.3)


@pytest.fixture
def ledger(bench: Bench) -> Ledger:
    return Ledger(bench.jobs, ("work",), LEASE)


async def claim(bench: Bench, ledger: Ledger, job_id: UUID) -> tuple[Job, Lease] | None:
    token = uuid4()
    async with bench.database.begin() as session:
        job = await ledger.claim(session, job_id, token)
    if job is None:
        return None
    return job, Lease(database=bench.database, ledger=ledger, job=job, token=token)


async def claimed(bench: Bench, ledger: Ledger) -> tuple[Job, Lease]:
    """A new job under its first lease."""
    first = await claim(bench, ledger, await bench.enqueue())
    assert first is not None
    return first


async def take_over(bench: Bench, ledger: Ledger, job_id: UUID) -> tuple[Job, Lease]:
    """What the dispatcher and another worker do once the lease has run out."""
    await asyncio.sleep(LEASE.total_seconds() * 1.2)
    async with bench.database.begin() as session:
        expired = await ledger.take_expired(session)
        assert expired is not None
        await ledger.retry(session, expired.job, expired.token, error="silence", delay=timedelta(0))
    second = await claim(bench, ledger, job_id)
    assert second is not None
    return second


async def test_of_twenty_claims_one_wins(bench: Bench, ledger: Ledger) -> None:
    job_id = await bench.enqueue()

    claims = await asyncio.gather(*(claim(bench, ledger, job_id) for _ in range(20)))

    assert sum(won is not None for won in claims) == 1
    assert (await bench.get(job_id)).attempt == 1


async def test_a_job_of_another_kind_is_left_alone(bench: Bench, ledger: Ledger) -> None:
    job_id = await bench.enqueue("of-a-newer-release")

    assert await claim(bench, ledger, job_id) is None


async def test_the_effects_of_a_late_worker_are_rolled_back(bench: Bench, ledger: Ledger) -> None:
    job_id = await bench.enqueue()
    late = await claim(bench, ledger, job_id)
    assert late is not None
    second = await take_over(bench, ledger, job_id)

    with pytest.raises(LeaseLost):
        async with late[1].complete() as session:
            await bench.write_effect(session, late[0], "late")
    async with second[1].complete() as session:
        await bench.write_effect(session, second[0], "second")

    assert await bench.effects_of(job_id) == ["second"]
    assert (await bench.get(job_id)).state is JobState.DONE


async def test_the_late_worker_is_refused_even_after_the_end(bench: Bench, ledger: Ledger) -> None:
    job_id = await bench.enqueue()
    late = await claim(bench, ledger, job_id)
    assert late is not None
    second = await take_over(bench, ledger, job_id)
    async with second[1].complete():
        pass

    for refused in (late[1].begin(), late[1].complete()):
        with pytest.raises(LeaseLost):
            async with refused as session:
                await bench.write_effect(session, late[0], "late")
    with pytest.raises(LeaseLost):
        await late[1].progress(done=1)

    assert await bench.effects_of(job_id) == []


async def test_a_takeover_inside_the_last_transaction_rolls_it_back(
    bench: Bench, ledger: Ledger
) -> None:
    """The lock is bypassed here, to see that the exit is fenced as well as the entry."""
    first = await claimed(bench, ledger)
    job_id = first[0].id

    async def complete_while_another_takes_over() -> None:
        async with first[1].complete() as session:
            await bench.write_effect(session, first[0], "late")
            async with bench.database.begin() as other:
                await other.execute(update(bench.jobs).values(lease_token=uuid4()))

    with pytest.raises(LeaseLost):
        await complete_while_another_takes_over()

    assert await bench.effects_of(job_id) == []


async def test_a_lease_in_a_transaction_does_not_expire(bench: Bench, ledger: Ledger) -> None:
    first = await claimed(bench, ledger)
    job_id = first[0].id

    async with first[1].complete() as session:
        for _ in range(5):
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await session.execute(text("select 1"))
        async with bench.database.begin() as other:
            assert await ledger.take_expired(other) is None

    assert (await bench.get(job_id)).state is JobState.DONE


async def test_heartbeat_and_progress_pass_an_open_transaction(
    bench: Bench, ledger: Ledger
) -> None:
    job, lease = await claimed(bench, ledger)
    job_id = job.id

    async with asyncio.timeout(5), lease.complete():
        await lease.progress(rows=12)
        async with bench.database.begin() as other:
            assert await ledger.extend(other, [(job.id, lease.token)]) == {lease.token}
        await lease.progress(rows=24, sheet="a")

    done = await bench.get(job_id)
    assert (done.state, done.progress) == (JobState.DONE, {"rows": 24, "sheet": "a"})


async def test_a_worker_frozen_inside_a_transaction_loses_the_job(
    bench: Bench, ledger: Ledger
) -> None:
    job_id = await bench.enqueue()
    frozen = await claim(bench, ledger, job_id)
    assert frozen is not None

    second: list[tuple[Job, Lease]] = []

    async def freeze() -> None:
        async with frozen[1].complete() as session:
            await bench.write_effect(session, frozen[0], "frozen")
            second.append(await take_over(bench, ledger, job_id))

    with pytest.raises((LeaseLost, DBAPIError)):
        await freeze()
    job, lease = second[0]
    async with lease.complete() as session:
        await bench.write_effect(session, job, "second")

    assert await bench.effects_of(job_id) == ["second"]


async def test_cancelling_waits_for_the_transaction_under_way(bench: Bench) -> None:
    # A long lease: PostgreSQL ends a transaction that idles for one.
    ledger = Ledger(bench.jobs, ("work",), timedelta(seconds=30))
    first = await claimed(bench, ledger)
    job_id = first[0].id

    async def cancel() -> None:
        async with bench.store() as store:
            await store.cancel(job_id)

    async with first[1].begin() as session:
        cancelling = asyncio.create_task(cancel())
        await asyncio.sleep(0.5)
        assert not cancelling.done()
        await bench.write_effect(session, first[0], "checkpoint")
    await cancelling

    with pytest.raises(LeaseLost):
        async with first[1].begin():
            pass
    assert await bench.effects_of(job_id) == ["checkpoint"]
    assert (await bench.get(job_id)).state is JobState.CANCELLED


async def test_a_checkpoint_stays_when_the_job_fails(bench: Bench, ledger: Ledger) -> None:
    first = await claimed(bench, ledger)
    job_id = first[0].id

    async with first[1].begin() as session:
        await bench.write_effect(session, first[0], "page 1")

    async def fail() -> None:
        async with first[1].complete() as session:
            await bench.write_effect(session, first[0], "page 2")
            raise ValueError("page 2")

    with pytest.raises(ValueError, match="page 2"):
        await fail()

    assert await bench.effects_of(job_id) == ["page 1"]
    assert (await bench.get(job_id)).state is JobState.RUNNING


async def test_a_turn_keeps_its_effects_and_the_job_goes_back_to_the_queue(
    bench: Bench, ledger: Ledger
) -> None:
    first = await claimed(bench, ledger)
    job_id = first[0].id

    async with first[1].finish_turn() as turn:
        await bench.write_effect(turn.session, first[0], "turn 1")
        turn.again(timedelta(seconds=0.4))
    waiting = await bench.get(job_id)
    too_soon = await claim(bench, ledger, job_id)
    await asyncio.sleep(0.5)
    second = await claim(bench, ledger, job_id)
    assert second is not None
    async with second[1].finish_turn() as turn:
        await bench.write_effect(turn.session, second[0], "turn 2")

    assert first[1].completed
    assert (waiting.state, waiting.attempt, too_soon) == (JobState.QUEUED, 0, None)
    assert second[0].attempt == 1  # each turn has all its attempts
    assert await bench.effects_of(job_id) == ["turn 1", "turn 2"]
    assert (await bench.get(job_id)).state is JobState.DONE


async def test_a_turn_that_fails_leaves_no_trace_and_is_no_turn(
    bench: Bench, ledger: Ledger
) -> None:
    first = await claimed(bench, ledger)
    job_id = first[0].id

    async def fail() -> None:
        async with first[1].finish_turn() as turn:
            await bench.write_effect(turn.session, first[0], "half")
            turn.again()
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        await fail()

    assert not first[1].completed
    assert await bench.effects_of(job_id) == []
    assert (await bench.get(job_id)).state is JobState.RUNNING


async def test_the_turn_of_a_late_worker_is_rolled_back_and_queues_nothing(
    bench: Bench, ledger: Ledger
) -> None:
    job_id = await bench.enqueue()
    late = await claim(bench, ledger, job_id)
    assert late is not None
    job, lease = await take_over(bench, ledger, job_id)

    async def take_a_turn() -> None:
        async with late[1].finish_turn() as turn:
            await bench.write_effect(turn.session, late[0], "late")
            turn.again()

    with pytest.raises(LeaseLost):
        await take_a_turn()
    held = await bench.get(job_id)
    async with lease.finish_turn() as turn:
        await bench.write_effect(turn.session, job, "second")

    assert held.state is JobState.RUNNING
    assert await bench.effects_of(job_id) == ["second"]
    assert (await bench.get(job_id)).state is JobState.DONE


async def test_a_job_without_end_lets_others_have_their_turn(bench: Bench) -> None:
    begun = asyncio.Event()

    async def endless(job: Job, lease: Lease) -> None:
        async with lease.finish_turn() as turn:
            begun.set()
            await bench.write_effect(turn.session, job)
            turn.again()

    await bench.enqueue("endless")
    kinds = (JobKind("endless", endless), JobKind("short", bench.effect))
    async with bench.working(*kinds, concurrency=1):
        # The one hand is taken first: ids that are sent in one millisecond come in any order.
        await asyncio.wait_for(begun.wait(), timeout=60)
        others = [await bench.enqueue("short") for _ in range(3)]
        for other in others:
            await bench.until(other, JobState.DONE)

    assert [await bench.effects_of(other) for other in others] == [["done"]] * 3
    assert await bench.count(JobState.DEAD) == 0
