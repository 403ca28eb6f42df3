"""What changed in the catalogue, for the index of each process to follow.

Every row that is written carries the id of the transaction that wrote it, put there by a
trigger, so that no writer can forget it. Ids of transactions do not become visible in their
order. A reader therefore goes by PostgreSQL's horizon: all transactions below
`pg_snapshot_xmin` have ended, and whatever they wrote is visible. Rows at or above the
horizon are read again until it has passed them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.search import Listed
from services.catalogue.storage.conditions import among, shown
from services.catalogue.storage.tables import datasets, removed_datasets

EXCERPT = 500
"""Characters of a description that a list shows."""


@dataclass(frozen=True)
class Change:
    """A dataset that was written by the transaction `changed_in`.

    `removed`: it is no more, or another one is shown in its place.
    """

    id: UUID
    changed_in: int
    removed: bool


@dataclass(frozen=True)
class FeedRow(Listed):
    """What the index keeps of one dataset: beside what is shown, what it is found by."""

    number: int
    changed_in: int
    plain_title: str
    search_words: tuple[str, ...]


_LISTS = {"territory_path", "keywords", "schemas", "formats", "search_words"}
_COLUMNS = [
    func.left(datasets.c.description, EXCERPT).label("description")
    if name == "description"
    else datasets.c[name]
    for name in FeedRow.__dataclass_fields__
]


class SearchFeed:
    """Reads, and mends the ids of transactions after a restore; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def cluster(self) -> str:
        """Names the history of transactions that ids belong to.

        It is another one after a restore into another server or to an earlier moment.
        """
        row = (
            await self._session.execute(
                text(
                    "select system_identifier::text, timeline_id::text,"
                    " (select oid::text from pg_database where datname = current_database())"
                    " from pg_control_system(), pg_control_checkpoint()"
                )
            )
        ).one()
        return "/".join(row)

    async def horizon(self) -> int:
        """All transactions with a lower id have ended. Ask before reading changes."""
        found = await self._session.scalar(
            text("select pg_snapshot_xmin(pg_current_snapshot())::text")
        )
        return int(found or 0)

    async def mend(self) -> int:
        """Rows that carry an id of the future, as after a restore elsewhere, written anew."""
        future = datasets.c.changed_in >= literal_column(
            "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        )
        found = await self._session.execute(
            update(datasets).where(future).values(territory_reason=datasets.c.territory_reason)
        )
        return int(getattr(found, "rowcount", 0))

    async def changes(self, since: int) -> list[Change]:
        """What was written by this transaction or a later one, and is visible."""
        written = await self._session.execute(
            select(datasets.c.id, datasets.c.changed_in, shown().label("shown")).where(
                datasets.c.changed_in >= since
            )
        )
        removed = await self._session.execute(
            select(removed_datasets.c.id, removed_datasets.c.changed_in).where(
                removed_datasets.c.changed_in >= since
            )
        )
        present = [Change(row.id, row.changed_in, removed=not row.shown) for row in written]
        back = {change.id for change in present}
        return [
            *present,
            *(
                Change(row.id, row.changed_in, removed=True)
                for row in removed
                if row.id not in back
            ),
        ]

    async def rows(self, ids: Collection[UUID]) -> list[FeedRow]:
        """These datasets as they are now; those that are not shown are left out."""
        found = await self._session.execute(
            select(*_COLUMNS).where(among(datasets.c.id, ids), shown())
        )
        return [_feed_row(row) for row in found]

    async def rows_after(self, number: int, limit: int) -> Sequence[FeedRow]:
        """The next datasets that are shown, in the order of their numbers."""
        found = await self._session.execute(
            select(*_COLUMNS)
            .where(datasets.c.number > number, shown())
            .order_by(datasets.c.number)
            .limit(limit)
        )
        return [_feed_row(row) for row in found]


def _feed_row(row: Row[Any]) -> FeedRow:
    values = dict(row._mapping)  # noqa: SLF001 – SQLAlchemy's public name for it
    for name in _LISTS:
        values[name] = tuple(values[name])
    return FeedRow(**values)
