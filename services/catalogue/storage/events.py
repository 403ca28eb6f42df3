"""Writing events with the change they tell of, and reading them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.event import Event, EventFilter, EventKind
from services.catalogue.storage.conditions import among, shown
from services.catalogue.storage.quality_tables import events
from services.catalogue.storage.tables import datasets, resources
from shared.given import Given, Insertion

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

    async def add(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Write these events, in their order."""
        if told:
            await self._session.execute(*added_events(told))

    async def note_verdicts(self, resource_ids: Collection[UUID]) -> None:
        """From now on the present verdicts of these files are the ones last told."""
        if resource_ids:
            await self._session.execute(
                update(resources)
                .where(among(resources.c.id, resource_ids))
                .values(announced_verdict=resources.c.verdict)
            )

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


_GIVEN = Given(events, _COLUMNS)
_ADD = _GIVEN.plain_insert()


def added_events(told: Sequence[Mapping[str, Any]]) -> Insertion:
    """These events, in their order."""
    return _ADD, _GIVEN.values(told)


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
