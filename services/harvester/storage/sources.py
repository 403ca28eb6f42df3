"""Sources inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.errors import SourceNotFoundError
from services.harvester.models.sources import Source, identity_of
from services.harvester.models.states import SOURCE_TRANSITIONS, SourceEvent, SourceState
from services.harvester.storage.tables import sources

_FIELDS = tuple(Source.__dataclass_fields__)
_VISIBLE = sources.c.state != SourceState.REMOVED.value


class SourceStore:
    """Adds and executes; never commits. Removed sources are found by `get(removed=True)`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, source: Source) -> None:
        """Insert a source that no other one equals; raises the driver's `IntegrityError`."""
        values = {name: getattr(source, name) for name in _FIELDS}
        values |= {
            "state": source.state.value,
            "identity": identity_of(source.organization_id, source.url, source.config),
        }
        for stamped in ("created_at", "updated_at"):
            if values[stamped] is None:
                del values[stamped]
        await self._session.execute(insert(sources).values(values))

    async def get(self, source_id: UUID, *, removed: bool = False, lock: bool = False) -> Source:
        """Raises `SourceNotFoundError`. `lock` keeps runs from beginning, but holds up none that
        writes datasets of the source.
        """
        statement = select(*(sources.c[name] for name in _FIELDS)).where(sources.c.id == source_id)
        if not removed:
            statement = statement.where(_VISIBLE)
        if lock:
            statement = statement.with_for_update(key_share=True)
        row = (await self._session.execute(statement)).one_or_none()
        if row is None:
            raise SourceNotFoundError(
                f"Aucune source ne porte l'identifiant {source_id}.",
                message_en=f"No source has the id {source_id}.",
            )
        return _source(row)

    async def find_same(
        self, organization_id: UUID, url: str, config: dict[str, Any]
    ) -> UUID | None:
        """The visible source of that organisation, address and configuration."""
        found: UUID | None = await self._session.scalar(
            select(sources.c.id).where(
                _VISIBLE,
                sources.c.identity == identity_of(organization_id, url, config),
            )
        )
        return found

    async def page(
        self,
        *,
        organization_id: UUID | None = None,
        after: tuple[str, UUID] | None = None,
        limit: int = 50,
    ) -> Sequence[Source]:
        """By name. The next page is `after=(last.name, last.id)`."""
        statement = (
            select(*(sources.c[name] for name in _FIELDS))
            .where(_VISIBLE)
            .order_by(sources.c.name, sources.c.id)
            .limit(limit)
        )
        if organization_id is not None:
            statement = statement.where(sources.c.organization_id == organization_id)
        if after is not None:
            statement = statement.where(tuple_(sources.c.name, sources.c.id) > tuple_(*after))
        return [_source(row) for row in await self._session.execute(statement)]

    async def update(self, source_id: UUID, **values: Any) -> None:
        """Change columns other than the state."""
        await self._session.execute(
            update(sources)
            .where(sources.c.id == source_id, _VISIBLE)
            .values(**values, updated_at=func.now())
        )

    async def move(self, source_id: UUID, event: SourceEvent) -> bool:
        """Apply an event of the transition table; false when its state does not allow it."""
        transition = SOURCE_TRANSITIONS[event]
        moved = await self._session.execute(
            update(sources)
            .where(
                sources.c.id == source_id,
                sources.c.state.in_([state.value for state in transition.sources]),
            )
            .values(state=transition.target.value, updated_at=func.now())
            .returning(sources.c.id)
        )
        return moved.first() is not None

    async def due(self, now: datetime, *, limit: int = 20) -> Sequence[Source]:
        """Enabled sources whose time has come, locked; those locked elsewhere left out."""
        rows = await self._session.execute(
            select(*(sources.c[name] for name in _FIELDS))
            .where(sources.c.state == SourceState.ENABLED.value, sources.c.next_run_at <= now)
            .order_by(sources.c.next_run_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_source(row) for row in rows]


def _source(row: Row[Any]) -> Source:
    return Source(**{**row._mapping, "state": SourceState(row.state)})  # noqa: SLF001 - its public name
