"""Read what happened, with the names of who did it."""

from dataclasses import replace

from services.catalogue.models.event import Event, EventFilter
from services.catalogue.storage.events import EventStore
from shared.access.store import AccessStore
from shared.db import Database


async def read_events(
    database: Database, asked: EventFilter, limit: int, before: int | None = None
) -> list[Event]:
    """Events, newest first, older than the number `before`."""
    async with database.begin() as session:
        found = await EventStore(session).page(asked, limit, before)
        names = {one.id: one.name for one in await AccessStore(session).organizations()}
    return [replace(one, organization_name=names.get(one.organization_id, "")) for one in found]
