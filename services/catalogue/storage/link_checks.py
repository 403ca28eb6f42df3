"""Which addresses are to be followed, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, case, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.storage.locks import lock_links
from services.catalogue.storage.quality_tables import link_checks
from services.catalogue.storage.tables import resources


@dataclass(frozen=True)
class Link:
    """An address of a resource, to be followed."""

    resource_id: UUID
    dataset_id: UUID
    url: str


@dataclass(frozen=True)
class Followed:
    """What came of following a link; `reason` is in French, for a person."""

    link: Link
    answers: bool
    http_status: int | None
    reason: str | None


class LinkCheckStore:
    """Link checks. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def claim(self, now: datetime, until: datetime, limit: int) -> list[Link]:
        """Links that are due, put off until then so that nobody else follows them.

        Due are present resources that the harvester did not download, when they were never
        followed, when their address changed, or when their time has come.
        """
        # Locks of the rows would not do: who waits for them, or passes over them, still goes by
        # what was noted before the other's claim.
        await lock_links(self._session)
        due = or_(
            link_checks.c.resource_id.is_(None),
            link_checks.c.url != resources.c.url,
            link_checks.c.due_at <= now,
        )
        rows = await self._session.execute(
            select(resources.c.id, resources.c.dataset_id, resources.c.url)
            .outerjoin(link_checks, link_checks.c.resource_id == resources.c.id)
            .where(
                and_(
                    resources.c.availability == "unknown",
                    resources.c.removed_at.is_(None),
                    resources.c.url.is_not(None),
                    due,
                )
            )
            .order_by(link_checks.c.due_at.nulls_first(), resources.c.id)
            .limit(limit)
        )
        links = [Link(*row) for row in rows]
        if links:
            statement = insert(link_checks)
            await self._session.execute(
                statement.on_conflict_do_update(
                    index_elements=["resource_id"],
                    set_={
                        "due_at": statement.excluded.due_at,
                        "url": statement.excluded.url,
                        # What another address answered says nothing of this one.
                        "answers": case(
                            (link_checks.c.url == statement.excluded.url, link_checks.c.answers)
                        ),
                    },
                ),
                [
                    {"resource_id": one.resource_id, "url": one.url, "due_at": until}
                    for one in links
                ],
            )
        return links

    async def record(self, results: Sequence[tuple[Followed, datetime]], now: datetime) -> None:
        """Keep what came of it, and when to come back."""
        if not results:
            return
        connection = await self._session.connection()
        await connection.execute(
            update(link_checks)
            .where(
                link_checks.c.resource_id == bindparam("of_resource"),
                link_checks.c.url == bindparam("of_url"),
            )
            .values(
                answers=bindparam("answers"),
                http_status=bindparam("http_status"),
                reason=bindparam("reason"),
                checked_at=now,
                due_at=bindparam("due_at"),
            ),
            [
                {
                    "of_resource": one.link.resource_id,
                    "of_url": one.link.url,
                    "answers": one.answers,
                    "http_status": one.http_status,
                    "reason": one.reason,
                    "due_at": due,
                }
                for one, due in results
            ],
        )
