"""Jobs for the use cases: wanted, looked at, relaunched, cancelled. Never commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    Select,
    Table,
    delete,
    func,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import ConflictError
from shared.given import Given
from shared.jobs.errors import JobNotFoundError
from shared.jobs.models import JobCounts, JobRecord
from shared.jobs.moves import move, wake
from shared.jobs.states import TRANSITIONS, JobEvent, JobState
from shared.jobs.tables import in_state

Cursor = tuple[datetime, UUID]

_DEDUP_TRIES = 10


@dataclass(frozen=True)
class Wanted:
    """A job as `JobStore.enqueue` takes it; `id` is its own unless there is a twin."""

    kind: str
    payload: dict[str, Any]
    organization_id: UUID | None
    priority: int = 0
    dedup_key: str | None = None
    max_attempts: int = 3
    run_at: datetime | None = None
    id: UUID = field(default_factory=uuid4)


class JobStore:
    """The jobs of one service, inside the caller's transaction."""

    def __init__(self, session: AsyncSession, table: Table) -> None:
        self._session = session
        self._table = table

    async def enqueue(
        self,
        *,
        kind: str,
        payload: dict[str, Any],
        organization_id: UUID | None,
        priority: int = 0,
        dedup_key: str | None = None,
        max_attempts: int = 3,
        run_at: datetime | None = None,
    ) -> UUID:
        """Want a job done; it starts once the caller's transaction has committed.

        With a `dedup_key` that a queued or running job of this table has, nothing is added and
        that job's id is returned: the job must therefore read what it works on when it runs.
        A higher `priority` goes first among the jobs of one organisation.
        """
        [job_id] = await self.enqueue_all(
            [Wanted(kind, payload, organization_id, priority, dedup_key, max_attempts, run_at)]
        )
        return job_id

    async def enqueue_all(self, wanted: Sequence["Wanted"]) -> list[UUID]:
        """The same for many at once; the ids in the order of `wanted`.

        Two transactions that share keys must give them in one order, or one of them dies.
        """
        rows = {each.id: each for each in wanted}
        settled: dict[UUID, UUID] = {}
        # A twin may end between the insert and the look-up; then the insert succeeds next.
        for _ in range(_DEDUP_TRIES):
            left = {own: each for own, each in rows.items() if own not in settled}
            if not left:
                return [settled[own] for own in rows]
            jobs, insert = _insertion(self._table)
            added = await jobs.write(self._session, insert, [vars(each) for each in left.values()])
            settled |= {own: own for own in added.scalars()}
            if not settled.keys().isdisjoint(left):
                await wake(self._session, self._table)
            keys = {own: each.dedup_key for own, each in left.items() if own not in settled}
            twins = await self._active(keys.values())
            settled |= {own: twins[key] for own, key in keys.items() if key in twins}
        raise ConflictError(
            "La tâche n'a pas pu être mise en file : une tâche identique se termine. "
            "Recommencez dans un instant.",
            message_en="An identical job is just ending; try again in a moment.",
        )

    async def hasten(self, job_ids: Collection[UUID]) -> None:
        """Let those that pause between two turns go on at once; one that failed keeps its pause."""
        await self._hasten(self._table.c.id.in_(job_ids))

    async def hasten_kinds(self, kinds: Collection[str]) -> None:
        """The same for all jobs of these kinds."""
        await self._hasten(self._table.c.kind.in_(kinds))

    async def _hasten(self, which: ColumnElement[bool]) -> None:
        c = self._table.c
        hastened = await self._session.scalars(
            update(self._table)
            .where(
                which,
                in_state(self._table, JobState.QUEUED),
                c.attempt == 0,
                c.run_at > func.clock_timestamp(),
            )
            .values(run_at=func.clock_timestamp())
            .returning(c.id)
        )
        if hastened.all():
            await wake(self._session, self._table)

    async def _active(self, dedup_keys: Collection[str | None]) -> dict[str | None, UUID]:
        if not dedup_keys:
            return {}
        c = self._table.c
        rows = await self._session.execute(
            select(c.dedup_key, c.id).where(
                c.dedup_key.in_(dedup_keys),
                in_state(self._table, JobState.QUEUED, JobState.RUNNING),
            )
        )
        return {row.dedup_key: row.id for row in rows}

    async def states(self, job_ids: Collection[UUID]) -> dict[UUID, JobState]:
        """The states of those that exist."""
        c = self._table.c
        rows = await self._session.execute(select(c.id, c.state).where(c.id.in_(job_ids)))
        return {row.id: JobState(row.state) for row in rows}

    async def get(self, job_id: UUID) -> JobRecord:
        """Raises `JobNotFoundError`."""
        row = (
            await self._session.execute(self._records().where(self._table.c.id == job_id))
        ).one_or_none()
        if row is None:
            raise _unknown(job_id)
        return _record(row)

    async def list(
        self,
        *,
        state: JobState | None = None,
        kind: str | None = None,
        organization_id: UUID | None = None,
        after: Cursor | None = None,
        limit: int = 50,
    ) -> Sequence[JobRecord]:
        """Newest first. The next page is `after=(last.created_at, last.id)`."""
        c = self._table.c
        statement = self._records().order_by(c.created_at.desc(), c.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(in_state(self._table, state))
        if kind is not None:
            statement = statement.where(c.kind == kind)
        if organization_id is not None:
            statement = statement.where(c.organization_id == organization_id)
        if after is not None:
            statement = statement.where(tuple_(c.created_at, c.id) < tuple_(*after))
        return [_record(row) for row in await self._session.execute(statement)]

    async def counts(self, *, organization_id: UUID | None = None) -> JobCounts:
        """Jobs per state, of one organisation or of all."""
        c = self._table.c
        waited = func.clock_timestamp() - func.min(func.greatest(c.run_at, c.created_at))
        states = select(c.state, func.count()).group_by(c.state)
        oldest = select(func.extract("epoch", waited)).where(
            in_state(self._table, JobState.QUEUED), c.run_at <= func.clock_timestamp()
        )
        if organization_id is not None:
            states = states.where(c.organization_id == organization_id)
            oldest = oldest.where(c.organization_id == organization_id)
        found = {JobState(state): count for state, count in await self._session.execute(states)}
        seconds = await self._session.scalar(oldest)
        return JobCounts(
            by_state={state: found.get(state, 0) for state in JobState},
            oldest_queued_seconds=float(seconds or 0.0),
        )

    async def relaunch(self, job_id: UUID) -> None:
        """Queue a dead or cancelled job again, with all its attempts before it.

        Raises `JobNotFoundError`, or `ConflictError` when its state does not allow it or an
        identical job is already waiting.
        """
        statement = (
            move(self._table, JobEvent.RELAUNCH)
            .where(self._table.c.id == job_id)
            .values(attempt=0, error=null(), run_at=func.clock_timestamp())
            .returning(self._table.c.id)
        )
        try:
            async with self._session.begin_nested():
                moved = await self._session.scalar(statement)
        except IntegrityError as error:
            raise ConflictError(
                "Une tâche identique est déjà en attente ou en cours : inutile de relancer "
                "celle-ci.",
                message_en="An identical job is already queued or running.",
            ) from error
        if moved is None:
            await self._refuse(job_id, JobEvent.RELAUNCH)
        await wake(self._session, self._table)

    async def cancel(self, job_id: UUID) -> None:
        """Stop a queued or running job; a running one notices within a third of its lease.

        Waits for the transaction that a running job may have open. Raises `JobNotFoundError`,
        or `ConflictError` when the job has already ended.
        """
        # A plain UPDATE would not wait for a worker that commits effects right now.
        await self._session.execute(
            select(self._table.c.id).where(self._table.c.id == job_id).with_for_update()
        )
        moved = await self._session.scalar(
            move(self._table, JobEvent.CANCEL)
            .where(self._table.c.id == job_id)
            .returning(self._table.c.id)
        )
        if moved is None:
            await self._refuse(job_id, JobEvent.CANCEL)

    async def purge(self, *, finished_before: datetime) -> int:
        """Delete done and cancelled jobs that ended before; dead ones wait for a human."""
        c = self._table.c
        gone = await self._session.execute(
            delete(self._table)
            .where(
                in_state(self._table, JobState.DONE, JobState.CANCELLED),
                c.finished_at < finished_before,
            )
            .returning(c.id)
        )
        return len(gone.all())

    async def _refuse(self, job_id: UUID, event: JobEvent) -> None:
        state = (await self.get(job_id)).state
        allowed = sorted(source.value for source in TRANSITIONS[event].sources)
        raise ConflictError(
            f"La tâche est dans l'état « {state.value} » ; cette action demande l'un des états : "
            f"{', '.join(allowed)}.",
            message_en=f"The job is {state.value}; this needs one of: {', '.join(allowed)}.",
            state=state.value,
        )

    def _records(self) -> Select[Any]:
        c = self._table.c
        return select(*(c[name] for name in JobRecord.__dataclass_fields__))


@cache
def _insertion(table: Table) -> tuple[Given, Executable]:
    jobs = Given(table, tuple(Wanted.__dataclass_fields__))
    statement = jobs.insertion(
        "(dedup_key) where state in ('queued', 'running') do nothing returning id",
        run_at="clock_timestamp()",
    )
    return jobs, statement.columns(table.c.id)


def _record(row: Row[Any]) -> JobRecord:
    return JobRecord(**{**row._mapping, "state": JobState(row.state)})  # noqa: SLF001 - its public name


def _unknown(job_id: UUID) -> JobNotFoundError:
    return JobNotFoundError(
        f"Aucune tâche ne porte l'identifiant {job_id}.", message_en=f"No job has the id {job_id}."
    )
