"""Writing events with the change they tell of, and reading them."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.event import Event, EventFilter, EventKind
from services.catalogue.storage.conditions import among, shown
from services.catalogue.storage.quality_tables import events
from services.catalogue.storage.tables import datasets, resources

_AWAITED = "pending"
_SAYS_NOTHING = "no-schema"
_COLUMNS = (
    "kind",
    "dataset_id",
    "resource_id",
    "organization_id",
    "territory_path",
    "schemas",
    "before",
    "after",
)


class EventStore:
    """Events. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def tell(self, kind: EventKind, dataset_ids: Collection[UUID]) -> None:
        """One event of that kind for each of these datasets."""
        if not dataset_ids:
            return
        nothing = literal(None, Text)
        lines = (
            select(
                literal(kind.value),
                datasets.c.id,
                literal(None, datasets.c.id.type),
                datasets.c.organization_id,
                datasets.c.territory_path,
                datasets.c.schemas,
                nothing,
                nothing,
            )
            .where(among(datasets.c.id, dataset_ids))
            .order_by(datasets.c.id)
        )
        await self._session.execute(insert(events).from_select(_COLUMNS, lines))

    async def tell_verdicts(self, dataset_ids: Collection[UUID]) -> None:
        """One event for each file of these datasets whose verdict is not the one last told.

        A verdict that is awaited is no change, and a first one that says nothing of the
        file is noted without an event. Noting and telling are one statement, so that a
        change is told once however often the caller comes back.
        """
        news = (
            select(resources.c.id, resources.c.announced_verdict.label("before"))
            .where(
                among(resources.c.dataset_id, dataset_ids),
                resources.c.removed_at.is_(None),
                resources.c.verdict != _AWAITED,
                resources.c.verdict.is_distinct_from(resources.c.announced_verdict),
            )
            .cte("news")
        )
        noted = (
            update(resources)
            .where(resources.c.id == news.c.id)
            .values(announced_verdict=resources.c.verdict)
            .returning(
                resources.c.id,
                resources.c.dataset_id,
                resources.c.schema_name,
                resources.c.verdict,
                news.c.before,
            )
            .cte("noted")
        )
        lines = (
            select(
                literal(EventKind.VERDICT_CHANGED.value),
                noted.c.dataset_id,
                noted.c.id,
                datasets.c.organization_id,
                datasets.c.territory_path,
                func.array_remove(array([noted.c.schema_name]), None),
                noted.c.before,
                noted.c.verdict,
            )
            .join_from(noted, datasets, datasets.c.id == noted.c.dataset_id)
            .where(or_(noted.c.before.is_not(None), noted.c.verdict != _SAYS_NOTHING))
            .order_by(noted.c.dataset_id, noted.c.id)
        )
        await self._session.execute(insert(events).from_select(_COLUMNS, lines))

    async def page(self, asked: EventFilter, limit: int, before: int | None = None) -> list[Event]:
        """Events, newest first, older than the number `before`; those of duplicates are kept
        but not read: their dataset tells the same.
        """
        statement = (
            select(
                events,
                datasets.c.title.label("dataset_title"),
                datasets.c.territory_code,
                datasets.c.fictitious,
                resources.c.title.label("resource_title"),
            )
            .join(datasets, datasets.c.id == events.c.dataset_id)
            .outerjoin(resources, resources.c.id == events.c.resource_id)
            .where(shown(), *_conditions(asked))
            .order_by(events.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            statement = statement.where(events.c.id < before)
        return [_event(row) for row in await self._session.execute(statement)]


def _conditions(asked: EventFilter) -> Iterator[ColumnElement[bool]]:
    if asked.territory is not None:
        yield events.c.territory_path.contains([asked.territory])
    if asked.schema is not None:
        yield events.c.schemas.contains([asked.schema])
    if asked.organization is not None:
        yield events.c.organization_id == asked.organization
    if asked.dataset is not None:
        yield events.c.dataset_id == asked.dataset
    if asked.datasets is not None:
        yield among(events.c.dataset_id, asked.datasets)
    if asked.kinds:
        yield events.c.kind.in_([kind.value for kind in asked.kinds])


def _event(row: Row[Any]) -> Event:
    return Event(
        number=row.id,
        at=row.at,
        kind=EventKind(row.kind),
        dataset_id=row.dataset_id,
        dataset_title=row.dataset_title,
        resource_id=row.resource_id,
        resource_title=row.resource_title,
        organization_id=row.organization_id,
        territory_code=row.territory_code,
        schemas=tuple(row.schemas),
        before=row.before,
        after=row.after,
        fictitious=row.fictitious,
    )
