"""What is remembered of listings, inside the caller's transaction."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.listings import AskedPage, Listing, RememberedPage, place_of
from services.harvester.storage.tables import listing_pages, listings

_FIELDS = tuple(Listing.__dataclass_fields__)


class ListingStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, source_id: UUID) -> Listing:
        """What is remembered; nothing at first."""
        rows = await self._session.execute(
            select(*(listings.c[name] for name in _FIELDS)).where(listings.c.source_id == source_id)
        )
        row = rows.one_or_none()
        return Listing(**row._mapping) if row else Listing(source_id)  # noqa: SLF001 - its public name

    async def many(self, source_ids: Collection[UUID]) -> dict[UUID, Listing]:
        """Several of them, by source."""
        rows = await self._session.execute(
            select(*(listings.c[name] for name in _FIELDS)).where(
                listings.c.source_id.in_(source_ids)
            )
        )
        return {row.source_id: Listing(**row._mapping) for row in rows}  # noqa: SLF001 - its public name

    async def save(self, listing: Listing) -> None:
        """Overwrite all that is remembered but the pages."""
        values: dict[str, Any] = asdict(listing)
        await self._session.execute(
            insert(listings)
            .values(values)
            .on_conflict_do_update(
                index_elements=[listings.c.source_id],
                set_={name: values[name] for name in _FIELDS if name != "source_id"},
            )
        )

    async def reset(self, source_id: UUID) -> None:
        """Nothing is remembered any more but that the portal's lists of changes mislead."""
        await self.forget(source_id)
        known = await self.get(source_id)
        await self.save(Listing(source_id, distrust=known.distrust))

    async def distrust(self, source_id: UUID, reason: str) -> None:
        """No list of changes of this portal is believed any more."""
        await self._session.execute(
            update(listings).where(listings.c.source_id == source_id).values(distrust=reason)
        )

    async def pages_from(
        self, source_id: UUID, place: str, *, limit: int
    ) -> Sequence[RememberedPage]:
        """The page that followed this place, those that followed it, up to what is not known."""
        found: list[RememberedPage] = []
        while len(found) < limit and (page := await self._page(source_id, place)):
            found.append(page)
            if page.after is None:
                break
            place = place_of(page.after)
        return found

    async def _page(self, source_id: UUID, before: str) -> RememberedPage | None:
        rows = await self._session.execute(
            select(listing_pages).where(
                listing_pages.c.source_id == source_id, listing_pages.c.before == before
            )
        )
        row = rows.one_or_none()
        if row is None:
            return None
        return RememberedPage(
            after=row.after,
            requests=tuple(AskedPage(**asked) for asked in row.requests),
            remote_ids=tuple(row.remote_ids),
            warnings=tuple(row.warnings),
            declared_total=row.declared_total,
        )

    async def remember(self, source_id: UUID, before: str, page: RememberedPage) -> None:
        """Overwrite the page that follows this place."""
        values: dict[str, Any] = {
            "after": page.after,
            "requests": [asdict(asked) for asked in page.requests],
            "remote_ids": list(page.remote_ids),
            "warnings": list(page.warnings),
            "declared_total": page.declared_total,
        }
        await self._session.execute(
            insert(listing_pages)
            .values(source_id=source_id, before=before, **values)
            .on_conflict_do_update(
                index_elements=[listing_pages.c.source_id, listing_pages.c.before],
                set_={**values, "seen_at": func.now()},
            )
        )

    async def confirm(self, source_id: UUID, before: Collection[str]) -> None:
        """The pages that follow these places are still as they were."""
        await self._session.execute(
            update(listing_pages)
            .where(listing_pages.c.source_id == source_id, listing_pages.c.before.in_(before))
            .values(seen_at=func.now())
        )

    async def forget(self, source_id: UUID, *, before: str | None = None) -> None:
        """One page, or all of them."""
        gone = delete(listing_pages).where(listing_pages.c.source_id == source_id)
        await self._session.execute(
            gone if before is None else gone.where(listing_pages.c.before == before)
        )

    async def prune(self, source_id: UUID, *, unseen_since: datetime) -> None:
        """Pages that a whole sweep did not come by."""
        await self._session.execute(
            delete(listing_pages).where(
                listing_pages.c.source_id == source_id, listing_pages.c.seen_at < unseen_since
            )
        )
