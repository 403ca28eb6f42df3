"""Which queued rows go to Redis next: bounded, fair between tenants, repeated if forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    Table,
    and_,
    bindparam,
    func,
    null,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared.jobs.states import JobState
from shared.jobs.tables import in_state

_WANTED: BindParameter[int] = bindparam("wanted", type_=Integer)


@dataclass(frozen=True)
class DispatchBook:
    """The dispatching columns of the rows of `kinds`. Never commits."""

    table: Table
    kinds: tuple[str, ...]

    def _queued(self, rows: FromClause | None = None) -> ColumnElement[bool]:
        rows = self.table if rows is None else rows
        return and_(in_state(rows, JobState.QUEUED), rows.c.kind.in_(self.kinds))

    def _waiting(self, rows: FromClause | None = None) -> ColumnElement[bool]:
        c = (self.table if rows is None else rows).c
        due = c.run_at <= func.clock_timestamp()
        return and_(self._queued(rows), c.dispatched_at.is_(None), due)

    async def room(self, session: AsyncSession, depth: int) -> int:
        """How many more ids Redis may hold; 0 until a quarter of `depth` is free.

        Ranking tenants costs more than sending an id, so it is done for several at a time.
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
        ids: list[UUID] = list(await session.scalars(self._chosen, {"wanted": limit}))
        marked = set(
            await session.scalars(
                update(self.table)
                .where(c.id.in_(ids), self._waiting())
                .values(dispatched_at=func.clock_timestamp())
                .returning(c.id)
            )
        )
        return [job_id for job_id in ids if job_id in marked]

    @cached_property
    def _chosen(self) -> Select[Any]:
        """Built once: to build it costs more than to execute it."""
        waiting, busy = self._heads(_WANTED), self._busy()
        turn = waiting.c.place + func.coalesce(busy.c.jobs, 0)
        return (
            select(waiting.c.id)
            .outerjoin_from(
                waiting,
                busy,
                busy.c.organization_id.is_not_distinct_from(waiting.c.organization_id),
            )
            .order_by(turn, waiting.c.priority.desc(), waiting.c.created_at)
            .limit(_WANTED)
        )

    def _heads(self, limit: BindParameter[int]) -> Subquery:
        """The first `limit` waiting rows of each tenant, numbered by row_number().

        Reads the index once per tenant and never the rest of the backlog.
        """
        tenants = self._tenants()
        rows = self.table.alias("rows")
        of_tenant = self._head(rows, rows.c.organization_id == tenants.c.id, limit).lateral("head")
        others = self.table.alias("others")
        of_nobody = self._head(others, others.c.organization_id.is_(None), limit).subquery()
        return union_all(
            select(of_tenant).select_from(tenants.join(of_tenant, true())), select(of_nobody)
        ).subquery("waiting")

    def _head(
        self, rows: FromClause, whose: ColumnElement[bool], limit: BindParameter[int]
    ) -> Select[Any]:
        c = rows.c
        order = (c.priority.desc(), c.created_at)
        place = func.row_number().over(partition_by=c.organization_id, order_by=order)
        return (
            select(c.id, c.organization_id, c.priority, c.created_at, place.label("place"))
            .where(self._waiting(rows), whose)
            .order_by(*order)
            .limit(limit)
        )

    def _tenants(self) -> CTE:
        """Organisations with waiting rows, found by leaps in the index; the last one is null."""
        first, later = self.table.alias("first"), self.table.alias("later")
        tenants = select(self._next_tenant(first, true()).label("id")).cte(
            "tenants", recursive=True
        )
        following = self._next_tenant(later, later.c.organization_id > tenants.c.id)
        return tenants.union_all(select(following).where(tenants.c.id.is_not(None)))

    def _next_tenant(self, rows: FromClause, after: ColumnElement[bool]) -> ScalarSelect[UUID]:
        tenant = rows.c.organization_id
        return (
            select(tenant)
            .where(self._waiting(rows), tenant.is_not(None), after)
            .order_by(tenant)
            .limit(1)
            .scalar_subquery()
        )

    def _busy(self) -> Subquery:
        """Jobs per tenant that are sent or running; two branches, for an index each."""
        c = self.table.c
        sent = select(c.organization_id).where(self._queued(), c.dispatched_at.is_not(None))
        running = select(c.organization_id).where(
            in_state(self.table, JobState.RUNNING), c.kind.in_(self.kinds)
        )
        both = union_all(sent, running).subquery()
        return (
            select(both.c.organization_id, func.count().label("jobs"))
            .group_by(both.c.organization_id)
            .subquery("busy")
        )

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

    async def next_due(self, session: AsyncSession, *, after: datetime) -> float | None:
        """Seconds until a delayed job may start or a lease runs out; None if there is none.

        `after`: a moment before the last `pick`. A job that has become due since then was not
        picked, and counts (zero seconds or less); one that waits for room does not.
        """
        c = self.table.c
        lapse = select(func.min(c.lease_until)).where(
            in_state(self.table, JobState.RUNNING), c.kind.in_(self.kinds)
        )
        start = select(func.min(c.run_at)).where(
            self._queued(), c.dispatched_at.is_(None), c.run_at > after
        )
        moment = func.least(lapse.scalar_subquery(), start.scalar_subquery())
        seconds = await session.scalar(
            select(func.extract("epoch", moment - func.clock_timestamp()))
        )
        return None if seconds is None else float(seconds)
