"""What the monthly report of a member is made from."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from services.catalogue.models.event import Event, EventFilter
from services.catalogue.models.statistics import Statistics
from services.catalogue.operations.read_quality import GroupQuality, read_group_quality
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.storage.events import EventStore
from services.catalogue.storage.punctuality import Punctuality, PunctualityStore
from shared.access.models import Organization
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import NotFoundError

_EVENTS_READ = 500


@dataclass(frozen=True)
class Month:
    """A member's month. `statistics`, `quality` and `punctuality` are of today, `events` of
    the month, newest first; `cut`: there were more.
    """

    organization: Organization
    first: date
    statistics: Statistics
    quality: GroupQuality
    punctuality: Punctuality | None
    events: tuple[Event, ...]
    cut: bool
    fictitious: bool


async def read_month(database: Database, organization_id: UUID, first: date) -> Month:
    """The month that begins on `first`. Raises `NotFoundError` for an unknown member."""
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    async with database.begin() as session:
        owner = await AccessStore(session).organization(organization_id)
        if owner is None:
            raise NotFoundError(
                "Cette organisation n’est pas membre de la plateforme.",
                message_en="This organisation is no member of the platform.",
            )
        found = await EventStore(session).page(
            EventFilter(organization=organization_id), _EVENTS_READ, None
        )
        punctuality = (await PunctualityStore(session).by_organization()).get(organization_id)
    begins = datetime.combine(first, time(), UTC)
    ends = datetime.combine(last + timedelta(days=1), time(), UTC)
    statistics = await read_statistics(database, organization=organization_id)
    return Month(
        organization=owner,
        first=first,
        statistics=statistics,
        quality=await read_group_quality(
            database, "organization", str(organization_id), start=first, end=last
        ),
        punctuality=punctuality,
        events=tuple(
            replace(event, organization_name=owner.name)
            for event in found
            if begins <= event.at < ends
        ),
        cut=len(found) == _EVENTS_READ and found[-1].at >= begins,
        fictitious=statistics.fictitious_datasets > 0,
    )
