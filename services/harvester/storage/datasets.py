"""Datasets inside the caller's transaction."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.datasets import StoredDataset
from services.harvester.storage.tables import datasets
from shared.contracts.records import DatasetRecord

_FIELDS = tuple(StoredDataset.__dataclass_fields__)


class DatasetStore:
    """Adds and executes; never commits. Nothing is ever deleted."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, dataset_id: UUID) -> StoredDataset | None:
        """One dataset."""
        rows = await self._session.execute(_records().where(datasets.c.id == dataset_id))
        row = rows.one_or_none()
        return _dataset(row) if row else None

    async def known(self, source_id: UUID, remote_ids: Collection[str]) -> dict[str, StoredDataset]:
        """Those of `remote_ids` that the source has listed before."""
        rows = await self._session.execute(
            _records().where(
                datasets.c.source_id == source_id, datasets.c.remote_id.in_(remote_ids)
            )
        )
        return {row.remote_id: _dataset(row) for row in rows}

    async def save_listed(self, listed: Sequence[StoredDataset], *, run_id: UUID) -> None:
        """Insert or bring up to date what a page lists; a missing dataset is back."""
        if not listed:
            return
        statement = insert(datasets)
        changing = ("record", "record_hash", "revision")
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[datasets.c.id],
                set_={
                    **{name: statement.excluded[name] for name in changing},
                    "last_run_id": statement.excluded.last_run_id,
                    "last_seen_at": func.now(),
                    "missing_since": null(),
                    "missing_runs": 0,
                },
            ),
            [
                {
                    "id": dataset.id,
                    "source_id": dataset.source_id,
                    "organization_id": dataset.organization_id,
                    "remote_id": dataset.remote_id,
                    "record": dataset.record.model_dump(mode="json"),
                    "record_hash": dataset.record_hash,
                    "revision": dataset.revision,
                    "last_run_id": run_id,
                }
                for dataset in listed
            ],
        )

    async def touch(self, source_id: UUID, remote_ids: Collection[str], *, run_id: UUID) -> None:
        """Seen, although this time unusable: an entry set aside is not a missing one."""
        if remote_ids:
            await self._session.execute(
                update(datasets)
                .where(datasets.c.source_id == source_id, datasets.c.remote_id.in_(remote_ids))
                .values(last_run_id=run_id, last_seen_at=func.now())
            )

    async def delivered(self, dataset_id: UUID, record_hash: str) -> None:
        """The catalogue has this description, as a living dataset."""
        await self._session.execute(
            update(datasets)
            .where(datasets.c.id == dataset_id)
            .values(delivered_hash=record_hash, archived_at=null())
        )

    async def archived(self, dataset_id: UUID) -> None:
        """The catalogue knows that the dataset has gone."""
        await self._session.execute(
            update(datasets)
            .where(datasets.c.id == dataset_id)
            .values(archived_at=func.coalesce(datasets.c.archived_at, func.now()))
        )

    async def count_living(self, source_id: UUID) -> int:
        """Datasets that the source has listed and that are not archived."""
        return (
            await self._session.scalar(
                select(func.count())
                .select_from(datasets)
                .where(datasets.c.source_id == source_id, datasets.c.archived_at.is_(None))
            )
            or 0
        )

    async def mark_missing(self, source_id: UUID, *, run_id: UUID) -> Sequence[StoredDataset]:
        """Count one more complete run without them, for the living that `run_id` did not see."""
        rows = await self._session.execute(
            update(datasets)
            .where(
                datasets.c.source_id == source_id,
                datasets.c.last_run_id.is_distinct_from(run_id),
                datasets.c.archived_at.is_(None),
            )
            .values(
                missing_runs=datasets.c.missing_runs + 1,
                missing_since=func.coalesce(datasets.c.missing_since, func.now()),
            )
            .returning(*(datasets.c[name] for name in _FIELDS))
        )
        return [_dataset(row) for row in rows]


def _records() -> Any:
    return select(*(datasets.c[name] for name in _FIELDS))


def _dataset(row: Row[Any]) -> StoredDataset:
    record = DatasetRecord.model_validate(row.record)
    return StoredDataset(**{**row._mapping, "record": record})  # noqa: SLF001 - its public name
