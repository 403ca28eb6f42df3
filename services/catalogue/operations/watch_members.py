"""What the syndicate's animator looks at in the morning."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.catalogue.models.event import Event, EventFilter, EventKind
from services.catalogue.models.quality import ScoreDay
from services.catalogue.storage.events import EventStore
from services.catalogue.storage.punctuality import Punctuality, PunctualityStore
from services.catalogue.storage.quality_groups import QualityGroupStore
from shared.access.models import Organization
from shared.access.store import AccessStore
from shared.db import Database

SILENT_AFTER = timedelta(days=180)
_EVENTS_READ = 300
_BROKEN = frozenset({"invalid", "unreadable", "unavailable"})


@dataclass(frozen=True)
class Member:
    """A member as it is watched. Silent: nothing published, or nothing new for half a year."""

    organization: Organization
    datasets: int
    late: int
    latest: datetime | None
    silent: bool


@dataclass(frozen=True)
class Watch:
    """`broken`: files that were right, or new, and are wrong since `since`, newest first;
    `mended`: the other way round. `days`: means of the whole catalogue.
    """

    members: tuple[Member, ...]
    broken: tuple[Event, ...]
    mended: tuple[Event, ...]
    since: datetime
    days: tuple[ScoreDay, ...]


async def watch_members(
    database: Database,
    *,
    now: datetime,
    since: datetime,
    organization: UUID | None = None,
) -> Watch:
    """Members in need of a word first, and what changed. Only one member's when given."""
    async with database.begin() as session:
        everyone = await AccessStore(session).organizations()
        publishing = await PunctualityStore(session).by_organization()
        asked = EventFilter(organization=organization, kinds=(EventKind.VERDICT_CHANGED,))
        events = await EventStore(session).page(asked, _EVENTS_READ, None)
        scores = QualityGroupStore(session)
        days = await (
            scores.days("organization", str(organization))
            if organization
            else scores.days("all", "")
        )
    names = {one.id: one.name for one in everyone}
    recent = [
        replace(event, organization_name=names.get(event.organization_id, ""))
        for event in events
        if event.at >= since
    ]
    shown = [one for one in everyone if organization in {None, one.id}]
    return Watch(
        members=_members(shown, publishing, now),
        broken=tuple(event for event in recent if event.after in _BROKEN),
        mended=tuple(
            event for event in recent if event.before in _BROKEN and event.after == "valid"
        ),
        since=since,
        days=tuple(days),
    )


def _members(
    everyone: Sequence[Organization], publishing: dict[UUID, Punctuality], now: datetime
) -> tuple[Member, ...]:
    members = []
    for one in everyone:
        known = publishing.get(one.id)
        latest = known.latest if known else None
        members.append(
            Member(
                organization=one,
                datasets=known.datasets if known else 0,
                late=known.late if known else 0,
                latest=latest,
                silent=latest is None or now - latest > SILENT_AFTER,
            )
        )
    return tuple(
        sorted(members, key=lambda m: (not m.silent, -m.late, m.organization.name.casefold()))
    )
