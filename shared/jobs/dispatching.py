"""Which queued rows go to Redis next: bounded, fair between tenants, repeated if forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, case, func, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.jobs.states import JobState


@dataclass(frozen=True)
class DispatchBook:
    """The dispatching columns of the rows of `kinds`. Never commits."""

    table: Table
    kinds: tuple[str, ...]

    def _queued(self) -> ColumnElement[bool]:
        return and_(self.table.c.state == JobState.QUEUED.value, self.table.c.kind.in_(self.kinds))

    def _waiting(self) -> ColumnElement[bool]:
        c = self.table.c
        return and_(self._queued(), c.dispatched_at.is_(None), c.run_at <= func.clock_timestamp())

    async def room(self, session: AsyncSession, depth: int) -> int:
        """How many more ids Redis may hold; 0 until a quarter of `depth` is free.

        Ranking reads every waiting row, so it is worth doing for several at a time.
        """
        c = self.table.c
        sent = await session.scalar(
            select(func.count()).where(self._queued(), c.dispatched_at.is_not(None))
        )
        free = depth - int(sent or 0)
        return free if free >= max(1, depth // 4) else 0

    async def pick(self, session: AsyncSession, limit: int) -> Sequence[UUID]:
        """Mark up to `limit` waiting rows as dispatched; their ids in fair order.

        A tenant's n-th waiting job has the turn n + its jobs already sent or running, and
        lower turns go first: whoever queues 10 000 jobs delays others by one turn only.
        """
        c = self.table.c
        busy = (
            select(c.organization_id, func.count().label("jobs"))
            .where(
                c.kind.in_(self.kinds),
                or_(
                    c.state == JobState.RUNNING.value,
                    and_(c.state == JobState.QUEUED.value, c.dispatched_at.is_not(None)),
                ),
            )
            .group_by(c.organization_id)
            .cte("busy")
        )
        place = func.row_number().over(
            partition_by=c.organization_id, order_by=(c.priority.desc(), c.created_at, c.id)
        )
        ranked = select(
            c.id, c.organization_id, c.priority, c.created_at, place.label("place")
        ).where(self._waiting())
        waiting = ranked.cte("waiting")
        turn = (waiting.c.place + func.coalesce(busy.c.jobs, 0)).label("turn")
        joined = waiting.outerjoin(
            busy, busy.c.organization_id.is_not_distinct_from(waiting.c.organization_id)
        )
        chosen = (
            select(waiting.c.id)
            .select_from(joined)
            .order_by(turn, waiting.c.priority.desc(), waiting.c.created_at)
            .limit(limit)
        )
        ids = list(await session.scalars(chosen))
        marked = set(
            await session.scalars(
                update(self.table)
                .where(c.id.in_(ids), self._waiting())
                .values(dispatched_at=func.clock_timestamp())
                .returning(c.id)
            )
        )
        return [job_id for job_id in ids if job_id in marked]

    async def overdue(self, session: AsyncSession, age: timedelta) -> Sequence[UUID]:
        """Rows sent longer than `age` ago and never claimed, marked as sent now."""
        c = self.table.c
        late = await session.scalars(
            update(self.table)
            .where(self._queued(), c.dispatched_at < func.clock_timestamp() - age)
            .values(dispatched_at=func.clock_timestamp())
            .returning(c.id)
        )
        return list(late)

    async def doubt(self, session: AsyncSession, ids: Sequence[UUID], since: timedelta) -> None:
        """Count these as sent `since` ago, so that they become overdue sooner."""
        await session.execute(
            update(self.table)
            .where(self.table.c.id.in_(ids), self._queued())
            .where(self.table.c.dispatched_at.is_not(None))
            .values(dispatched_at=func.clock_timestamp() - since)
        )

    async def withdraw(self, session: AsyncSession, ids: Sequence[UUID] | None = None) -> None:
        """Count these (None: all) as not sent."""
        c = self.table.c
        statement = (
            update(self.table)
            .where(self._queued(), c.dispatched_at.is_not(None))
            .values(dispatched_at=null())
        )
        await session.execute(statement if ids is None else statement.where(c.id.in_(ids)))

    async def next_due(self, session: AsyncSession) -> float | None:
        """Seconds until a delayed job may start or a lease runs out; None if there is none."""
        c = self.table.c
        moment: ColumnElement[datetime] = case(
            (c.state == JobState.RUNNING.value, c.lease_until), else_=c.run_at
        )
        seconds = await session.scalar(
            select(func.extract("epoch", func.min(moment) - func.clock_timestamp())).where(
                c.kind.in_(self.kinds),
                or_(
                    c.state == JobState.RUNNING.value,
                    and_(
                        self._queued(),
                        c.dispatched_at.is_(None),
                        c.run_at > func.clock_timestamp(),
                    ),
                ),
            )
        )
        return None if seconds is None else float(seconds)
