"""What is known of the files of resources, inside the caller's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.files import FileState
from services.harvester.storage.tables import resources
from shared.given import Given, overwriting

_FIELDS = tuple(FileState.__dataclass_fields__)
_STATES = Given(resources, _FIELDS)
_SAVE = _STATES.insertion(
    "(id) do update set " + overwriting((n for n in _FIELDS if n != "id"), "removed_at = null"),
)

_MARK_REMOVED = text(
    f"update {resources.fullname} set removed_at = now() "  # noqa: S608 - names of ours
    "where dataset_id = any(cast(:datasets as uuid[])) "
    "and id <> all(cast(:kept as uuid[])) and removed_at is null"
)


class FileStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_datasets(self, dataset_ids: Collection[UUID]) -> dict[UUID, dict[UUID, FileState]]:
        """By dataset, every resource that was ever looked at, by id."""
        found: dict[UUID, dict[UUID, FileState]] = {each: {} for each in dataset_ids}
        rows = await self._session.execute(
            select(*(resources.c[name] for name in _FIELDS)).where(
                resources.c.dataset_id.in_(dataset_ids)
            )
        )
        for row in rows:
            found[row.dataset_id][row.id] = FileState(**row._mapping)  # noqa: SLF001 - its public name
        return found

    async def save(self, states: Sequence[FileState]) -> None:
        """Insert the states or bring them up to date; a removed resource is back."""
        if states:
            await _STATES.write(self._session, _SAVE, [vars(state) for state in states])

    async def mark_removed(self, dataset_ids: Collection[UUID], kept: Collection[UUID]) -> None:
        """The datasets no longer list their other resources; their rows stay."""
        await self._session.execute(
            _MARK_REMOVED, {"datasets": list(dataset_ids), "kept": list(kept)}
        )

    async def due(self, dataset_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
        """Datasets with a file whose next look is due."""
        if not dataset_ids:
            return set()
        rows = await self._session.scalars(
            select(resources.c.dataset_id)
            .distinct()
            .where(
                resources.c.dataset_id.in_(dataset_ids),
                resources.c.removed_at.is_(None),
                func.coalesce(resources.c.next_check_at, now) <= now,
            )
        )
        return set(rows)
