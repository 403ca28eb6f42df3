"""SQL for the transition table: every change of a job's state is made from here."""

from typing import Any

from sqlalchemy import Table, Update, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.jobs.states import TRANSITIONS, JobEvent, JobState
from shared.jobs.tables import channel, in_state


def move(table: Table, event: JobEvent) -> Update:
    """`UPDATE … WHERE state IN (sources)`: no row means that somebody was faster.

    Sets what the target state implies for the other columns; the caller adds the rest.
    """
    transition = TRANSITIONS[event]
    return (
        update(table)
        .where(in_state(table, *sorted(transition.sources)))
        .values(state=transition.target.value, **_implied(transition.target))
    )


def _implied(target: JobState) -> dict[str, Any]:
    if target is JobState.RUNNING:
        return {"started_at": func.clock_timestamp(), "finished_at": null()}
    released = {"lease_token": null(), "lease_until": null(), "dispatched_at": null()}
    if target is JobState.QUEUED:
        return {**released, "finished_at": null()}
    return {**released, "finished_at": func.clock_timestamp()}


async def wake(session: AsyncSession, table: Table) -> None:
    """Tell the dispatcher, at commit, that there may be something to do."""
    await session.execute(select(func.pg_notify(channel(table), "")))
