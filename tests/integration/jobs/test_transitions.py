"""Any sequence of events leaves the rows as the transition table says."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import ConflictError
from shared.jobs.errors import LeaseLost
from shared.jobs.ledger import Ledger
from shared.jobs.models import Backoff, Job
from shared.jobs.states import TRANSITIONS, JobEvent, JobState
from shared.jobs.store import JobStore
from shared.jobs.verdicts import Bury, after_silence
from tests.integration.jobs.conftest import FAST
from tests.support.jobs import Bench

T = TypeVar("T")
MAX_ATTEMPTS = 3


@dataclass
class Expected:
    """What the row must look like; `token` is that of the present lease."""

    state: JobState = JobState.QUEUED
    attempt: int = 0
    dedup_key: str | None = None
    token: UUID | None = None


class Jobs(RuleBasedStateMachine):
    """Workers, callers and the dispatcher, in any order, with leases fresh and stale."""

    wanted = Bundle("wanted")
    leases = Bundle("leases")

    def __init__(self, bench: Bench, runner: asyncio.Runner) -> None:
        super().__init__()
        self.bench = bench
        self.runner = runner
        self.ledger = Ledger(bench.jobs, ("work",), timedelta(minutes=10))
        self.rows: dict[UUID, Expected] = {}
        self.transact(lambda session: session.execute(delete(bench.jobs)))

    def transact(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async def inside() -> T:
            async with self.bench.database.begin() as session:
                return await work(session)

        return self.runner.run(inside())

    def store(self, work: Callable[[JobStore], Awaitable[T]]) -> T:
        return self.transact(lambda session: work(JobStore(session, self.bench.jobs)))

    def allowed(self, event: JobEvent, row: Expected) -> bool:
        return row.state in TRANSITIONS[event].sources

    def twin(self, key: str | None) -> UUID | None:
        active = (JobState.QUEUED, JobState.RUNNING)
        twins = [i for i, r in self.rows.items() if r.dedup_key == key and r.state in active]
        return twins[0] if key and twins else None

    @rule(target=wanted, key=st.sampled_from([None, "a", "b"]))
    def enqueue(self, key: str | None) -> UUID:
        job_id = self.store(
            lambda store: store.enqueue(
                kind="work",
                payload={},
                organization_id=None,
                dedup_key=key,
                max_attempts=MAX_ATTEMPTS,
            )
        )
        twin = self.twin(key)
        if twin is None:
            assert job_id not in self.rows
            self.rows[job_id] = Expected(dedup_key=key)
        else:
            assert job_id == twin
        return job_id

    @rule(target=leases, job_id=wanted)
    def claim(self, job_id: UUID) -> tuple[Job | None, UUID]:
        row, token = self.rows[job_id], uuid4()
        job = self.transact(lambda session: self.ledger.claim(session, job_id, token))
        assert (job is not None) == self.allowed(JobEvent.CLAIM, row)
        if job:
            row.state, row.attempt, row.token = JobState.RUNNING, row.attempt + 1, token
            assert job.attempt == row.attempt
        return job, token

    @rule(
        lease=leases,
        event=st.sampled_from(
            [JobEvent.COMPLETE, JobEvent.RETRY, JobEvent.GIVE_BACK, JobEvent.BURY]
        ),
    )
    def settle(self, lease: tuple[Job | None, UUID], event: JobEvent) -> None:
        job, token = lease
        if job is None:
            return
        row = self.rows[job.id]
        settlements: dict[JobEvent, Callable[[AsyncSession], Awaitable[None]]] = {
            JobEvent.COMPLETE: lambda s: self.ledger.complete(s, job, token),
            JobEvent.RETRY: lambda s: self.ledger.retry(
                s, job, token, error="e", delay=timedelta(0)
            ),
            JobEvent.GIVE_BACK: lambda s: self.ledger.give_back(s, job, token),
            JobEvent.BURY: lambda s: self.ledger.bury(s, job, token, error="e"),
        }
        if row.token != token:
            with pytest.raises(LeaseLost):
                self.transact(settlements[event])
            return
        self.transact(settlements[event])
        row.state, row.token = TRANSITIONS[event].target, None
        row.attempt -= event is JobEvent.GIVE_BACK

    @rule(job_id=wanted)
    def silence(self, job_id: UUID) -> None:
        """The lease of this job runs out, and the dispatcher notices."""
        c = self.bench.jobs.c
        row = self.rows[job_id]
        if row.state is not JobState.RUNNING:
            return

        async def expire(session: AsyncSession) -> None:
            past = func.clock_timestamp() - timedelta(seconds=1)
            await session.execute(
                update(self.bench.jobs).where(c.id == job_id).values(lease_until=past)
            )
            expired = await self.ledger.take_expired(session)
            assert expired is not None
            assert expired.job.id == job_id
            verdict = after_silence(expired.job, Backoff(timedelta(0)), 0)
            if isinstance(verdict, Bury):
                await self.ledger.bury(session, expired.job, expired.token, error="silence")
            else:
                await self.ledger.retry(
                    session, expired.job, expired.token, error="silence", delay=timedelta(0)
                )

        self.transact(expire)
        row.state = JobState.DEAD if row.attempt >= MAX_ATTEMPTS else JobState.QUEUED
        row.token = None

    @rule(job_id=wanted)
    def cancel(self, job_id: UUID) -> None:
        row = self.rows[job_id]
        if not self.allowed(JobEvent.CANCEL, row):
            with pytest.raises(ConflictError):
                self.store(lambda store: store.cancel(job_id))
            return
        self.store(lambda store: store.cancel(job_id))
        row.state, row.token = JobState.CANCELLED, None

    @rule(job_id=wanted)
    def relaunch(self, job_id: UUID) -> None:
        row = self.rows[job_id]
        if not self.allowed(JobEvent.RELAUNCH, row) or self.twin(row.dedup_key):
            with pytest.raises(ConflictError):
                self.store(lambda store: store.relaunch(job_id))
            return
        self.store(lambda store: store.relaunch(job_id))
        row.state, row.attempt = JobState.QUEUED, 0

    @invariant()
    def rows_are_as_expected(self) -> None:
        records = self.store(lambda store: store.list(limit=1000))
        assert {r.id: (r.state, r.attempt) for r in records} == {
            job_id: (row.state, row.attempt) for job_id, row in self.rows.items()
        }


@pytest.fixture
def idle_bench(database_url: str, redis_url: str) -> Iterator[tuple[Bench, asyncio.Runner]]:
    with asyncio.Runner() as runner:
        bench = runner.run(Bench.create(database_url, redis_url, FAST))
        yield bench, runner
        runner.run(bench.close())


def test_rows_follow_the_transition_table(idle_bench: tuple[Bench, asyncio.Runner]) -> None:
    run_state_machine_as_test(
        lambda: Jobs(*idle_bench),
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
