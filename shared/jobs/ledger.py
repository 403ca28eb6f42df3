"""What workers and the dispatcher do to the rows: claim, hold, settle, dispatch.

Everything is limited to the kinds of one group of workers, so that a worker of an older
release leaves alone the jobs that only a newer one understands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Table, and_, cast, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.jobs.errors import LeaseLost
from shared.jobs.models import Job
from shared.jobs.moves import move, wake
from shared.jobs.states import JobEvent, JobState
from shared.jobs.tables import in_state


@dataclass(frozen=True)
class Expired:
    """A job whose worker fell silent; with an `error`, one that waits to be buried."""

    job: Job
    token: UUID
    error: str | None


@dataclass(frozen=True)
class Ledger:
    """The rows of `table` whose kind is one of `kinds`. Never commits."""

    table: Table
    kinds: tuple[str, ...]
    lease: timedelta

    def _mine(self) -> ColumnElement[bool]:
        return self.table.c.kind.in_(self.kinds)

    def _held(self, job_id: UUID, token: UUID) -> ColumnElement[bool]:
        c = self.table.c
        return and_(c.id == job_id, c.lease_token == token, in_state(self.table, JobState.RUNNING))

    async def claim(self, session: AsyncSession, job_id: UUID, token: UUID) -> Job | None:
        """Take a queued job under a new lease; None when it is not to be had any more."""
        c = self.table.c
        row = (
            await session.execute(
                move(self.table, JobEvent.CLAIM)
                .where(c.id == job_id, self._mine(), c.run_at <= func.clock_timestamp())
                .values(
                    attempt=c.attempt + 1,
                    lease_token=token,
                    lease_until=func.clock_timestamp() + self.lease,
                    # A running job with an error is one whose burial was put off.
                    error=null(),
                )
                .returning(*self._job_columns())
            )
        ).one_or_none()
        if row is None:
            return None
        # One id less in the queue: the dispatcher may send the next.
        await wake(session, self.table)
        return _job(row)

    async def extend(self, session: AsyncSession, leases: Sequence[tuple[UUID, UUID]]) -> set[UUID]:
        """Heartbeat of all (job id, token) pairs at once; the tokens that are still held."""
        c = self.table.c
        extended = await session.scalars(
            update(self.table)
            .where(
                c.id.in_([job_id for job_id, _ in leases]),
                c.lease_token.in_([token for _, token in leases]),
                in_state(self.table, JobState.RUNNING),
            )
            .values(lease_until=func.clock_timestamp() + self.lease)
            .returning(c.lease_token)
        )
        return set(extended)

    async def hold(self, session: AsyncSession, job: Job, token: UUID) -> None:
        """Fence this transaction: nobody takes the job before it ends. Raises `LeaseLost`.

        FOR KEY SHARE lets heartbeats and progress (which change no key) pass, and keeps off
        whoever expires or cancels (FOR UPDATE). A worker that freezes inside the transaction
        would keep the lock for ever, so the server ends it after one lease of silence.
        """
        silence = func.set_config(
            "idle_in_transaction_session_timeout",
            str(int(self.lease.total_seconds() * 1000)),
            True,
        )
        found = await session.scalar(
            select(self.table.c.id, silence)
            .where(self._held(job.id, token))
            .with_for_update(read=True, key_share=True)
        )
        if found is None:
            raise lease_lost(job)

    async def note(
        self, session: AsyncSession, job: Job, token: UUID, facts: dict[str, Any]
    ) -> None:
        """Merge `facts` into the job's progress. Raises `LeaseLost`."""
        c = self.table.c
        found = await session.scalar(
            update(self.table)
            .where(self._held(job.id, token))
            .values(progress=c.progress.op("||")(cast(facts, c.progress.type)))
            .returning(c.id)
        )
        if found is None:
            raise lease_lost(job)

    async def complete(self, session: AsyncSession, job: Job, token: UUID) -> None:
        """Done, if this lease still holds. Raises `LeaseLost`."""
        await self._settle(session, JobEvent.COMPLETE, job, token, error=null())

    async def retry(
        self, session: AsyncSession, job: Job, token: UUID, *, error: str, delay: timedelta
    ) -> None:
        """Queue again after `delay`. Raises `LeaseLost`."""
        run_at = func.clock_timestamp() + delay
        await self._settle(session, JobEvent.RETRY, job, token, error=error, run_at=run_at)
        await wake(session, self.table)

    async def give_back(self, session: AsyncSession, job: Job, token: UUID) -> None:
        """Queue again at once, this attempt not counted. Raises `LeaseLost`."""
        await self._settle(
            session,
            JobEvent.GIVE_BACK,
            job,
            token,
            attempt=self.table.c.attempt - 1,
            run_at=func.clock_timestamp(),
        )
        await wake(session, self.table)

    async def queue_again(
        self, session: AsyncSession, job: Job, token: UUID, *, delay: timedelta
    ) -> None:
        """Queue again after `delay`, with all its attempts before it. Raises `LeaseLost`."""
        run_at = func.clock_timestamp() + delay
        await self._settle(
            session, JobEvent.GIVE_BACK, job, token, attempt=0, error=null(), run_at=run_at
        )
        await wake(session, self.table)

    async def bury(self, session: AsyncSession, job: Job, token: UUID, *, error: str) -> None:
        """Dead. Raises `LeaseLost`."""
        await self._settle(session, JobEvent.BURY, job, token, error=error)

    async def put_off_burial(
        self, session: AsyncSession, job: Job, token: UUID, *, error: str, pause: timedelta
    ) -> None:
        """Keep `error`; `take_expired` gives the job, with it, after `pause`."""
        await session.execute(
            update(self.table)
            .where(self._held(job.id, token))
            .values(error=error, lease_until=func.clock_timestamp() + pause)
        )

    async def _settle(
        self, session: AsyncSession, event: JobEvent, job: Job, token: UUID, **values: Any
    ) -> None:
        statement = move(self.table, event).where(self._held(job.id, token)).values(**values)
        if await session.scalar(statement.returning(self.table.c.id)) is None:
            raise lease_lost(job)

    async def take_expired(self, session: AsyncSession) -> Expired | None:
        """The job whose lease ran out first, locked.

        Skips those that a transaction of their worker still holds.
        """
        c = self.table.c
        row = (
            await session.execute(
                select(*self._job_columns(), c.lease_token, c.error)
                .where(
                    in_state(self.table, JobState.RUNNING),
                    c.lease_until < func.clock_timestamp(),
                    self._mine(),
                )
                .order_by(c.lease_until)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
        ).one_or_none()
        return None if row is None else Expired(_job(row), row.lease_token, row.error)

    def _job_columns(self) -> list[ColumnElement[Any]]:
        return [self.table.c[name] for name in Job.__dataclass_fields__]


def lease_lost(job: Job) -> LeaseLost:
    """The error that rolls back what a late worker has written."""
    return LeaseLost(
        f"La tâche {job.id} a été reprise ou annulée ; le travail en cours est abandonné.",
        message_en=f"Job {job.id} was taken over or cancelled; this work is dropped.",
    )


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    return Job(**{name: getattr(row, name) for name in Job.__dataclass_fields__})
