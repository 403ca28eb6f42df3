"""Runs inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, literal_column, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.errors import RunNotFoundError
from services.harvester.models.runs import Mode, Run
from services.harvester.models.states import (
    ACTIVE_RUN_STATES,
    RUN_TRANSITIONS,
    RunEvent,
    RunState,
)
from services.harvester.storage.tables import runs, sources

_FIELDS = tuple(Run.__dataclass_fields__)
_ENDS = frozenset(RunState) - ACTIVE_RUN_STATES


class RunStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self, *, run_id: UUID, source_id: UUID, organization_id: UUID, trigger: str, mode: Mode
    ) -> None:
        """Insert a queued run; raises `IntegrityError` when the source has an active one."""
        await self._session.execute(
            insert(runs).values(
                id=run_id,
                source_id=source_id,
                organization_id=organization_id,
                trigger=trigger,
                mode=mode,
                state=RunState.QUEUED.value,
            )
        )

    async def get(self, run_id: UUID, *, lock: bool = False) -> Run:
        """Raises `RunNotFoundError`. `lock` makes the endings of its items take turns."""
        statement = select(*(runs.c[name] for name in _FIELDS)).where(runs.c.id == run_id)
        if lock:
            statement = statement.with_for_update()
        row = (await self._session.execute(statement)).one_or_none()
        if row is None:
            raise RunNotFoundError(
                f"Aucun moissonnage ne porte l'identifiant {run_id}.",
                message_en=f"No run has the id {run_id}.",
            )
        return _run(row)

    async def many(self, run_ids: Sequence[UUID]) -> dict[UUID, Run]:
        """Several runs by id."""
        rows = await self._session.execute(
            select(*(runs.c[name] for name in _FIELDS)).where(runs.c.id.in_(run_ids))
        )
        return {row.id: _run(row) for row in rows}

    async def active(self, source_id: UUID) -> UUID | None:
        """The run of the source that has not ended."""
        found: UUID | None = await self._session.scalar(
            select(runs.c.id).where(
                runs.c.source_id == source_id,
                runs.c.state.in_([state.value for state in ACTIVE_RUN_STATES]),
            )
        )
        return found

    async def page(
        self,
        source_id: UUID,
        *,
        after: tuple[datetime, UUID] | None = None,
        limit: int = 50,
    ) -> Sequence[Run]:
        """Newest first. The next page is `after=(last.created_at, last.id)`."""
        statement = (
            select(*(runs.c[name] for name in _FIELDS))
            .where(runs.c.source_id == source_id)
            .order_by(runs.c.created_at.desc(), runs.c.id.desc())
            .limit(limit)
        )
        if after is not None:
            statement = statement.where(tuple_(runs.c.created_at, runs.c.id) < tuple_(*after))
        return [_run(row) for row in await self._session.execute(statement)]

    async def move(self, run_id: UUID, event: RunEvent, **values: Any) -> bool:
        """Apply an event of the transition table; false when its state does not allow it."""
        transition = RUN_TRANSITIONS[event]
        if transition.target in _ENDS:
            values["finished_at"] = func.clock_timestamp()
        if event is RunEvent.START:
            values["started_at"] = func.coalesce(runs.c.started_at, func.clock_timestamp())
        moved = await self._session.execute(
            update(runs)
            .where(
                runs.c.id == run_id,
                runs.c.state.in_([state.value for state in transition.sources]),
            )
            .values(state=transition.target.value, **values)
            .returning(runs.c.id)
        )
        return moved.first() is not None

    async def spend(self, run_id: UUID, *, requests: int, received: int) -> None:
        """Count requests and bytes against the budget of the run."""
        if requests or received:
            await self.update(
                run_id, requests=runs.c.requests + requests, bytes=runs.c.bytes + received
            )

    async def running(
        self, *, organization_id: UUID | None = None, limit: int = 200
    ) -> Sequence[tuple[Run, str]]:
        """Runs that have not ended with the names of their sources, the oldest first."""
        statement = (
            select(*(runs.c[name] for name in _FIELDS), sources.c.name.label("source_name"))
            .join(sources, sources.c.id == runs.c.source_id)
            # Literals, or the partial index goes unused.
            .where(runs.c.state.in_([literal_column(f"'{s.value}'") for s in ACTIVE_RUN_STATES]))
            .order_by(runs.c.created_at, runs.c.id)
            .limit(limit)
        )
        if organization_id is not None:
            statement = statement.where(runs.c.organization_id == organization_id)
        found = []
        for row in await self._session.execute(statement):
            values = dict(row._mapping)  # noqa: SLF001 - its public name
            name = values.pop("source_name")
            found.append((Run(**{**values, "state": RunState(values["state"])}), name))
        return found

    async def asking(self, source_id: UUID) -> Sequence[Run]:
        """Runs of the source that wait for the operator."""
        rows = await self._session.execute(
            select(*(runs.c[name] for name in _FIELDS)).where(
                runs.c.source_id == source_id, runs.c.state == RunState.ASKING.value
            )
        )
        return [_run(row) for row in rows]

    async def update(self, run_id: UUID, **values: Any) -> None:
        """Change columns other than the state."""
        await self._session.execute(update(runs).where(runs.c.id == run_id).values(**values))


def _run(row: Row[Any]) -> Run:
    return Run(**{**row._mapping, "state": RunState(row.state)})  # noqa: SLF001 - its public name
