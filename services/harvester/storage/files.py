"""What is known of the files of resources, inside the caller's transaction."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.files import FileState
from services.harvester.storage.tables import resources

_FIELDS = tuple(FileState.__dataclass_fields__)


class FileStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_dataset(self, dataset_id: UUID) -> dict[UUID, FileState]:
        """Every resource of the dataset that was ever looked at, by id."""
        rows = await self._session.execute(
            select(*(resources.c[name] for name in _FIELDS)).where(
                resources.c.dataset_id == dataset_id
            )
        )
        return {row.id: FileState(**row._mapping) for row in rows}  # noqa: SLF001 - its public name

    async def save(self, state: FileState) -> None:
        """Insert the state or bring it up to date; a removed resource is back."""
        values = {name: getattr(state, name) for name in _FIELDS}
        statement = insert(resources).values(values)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[resources.c.id],
                set_={
                    **{name: statement.excluded[name] for name in _FIELDS if name != "id"},
                    "removed_at": null(),
                },
            )
        )

    async def mark_removed(self, dataset_id: UUID, kept: Collection[UUID]) -> None:
        """The dataset no longer lists its other resources; their rows stay."""
        await self._session.execute(
            update(resources)
            .where(
                resources.c.dataset_id == dataset_id,
                resources.c.id.not_in(kept),
                resources.c.removed_at.is_(None),
            )
            .values(removed_at=func.now())
        )

    async def stale(self, dataset_ids: Collection[UUID], *, before: datetime) -> set[UUID]:
        """Datasets with a resource that was not looked at since `before`."""
        if not dataset_ids:
            return set()
        rows = await self._session.scalars(
            select(resources.c.dataset_id)
            .distinct()
            .where(
                resources.c.dataset_id.in_(dataset_ids),
                resources.c.removed_at.is_(None),
                func.coalesce(resources.c.checked_at, before) <= before,
            )
        )
        return set(rows)
