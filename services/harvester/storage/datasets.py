"""Datasets inside the caller's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, Text, cast, func, null, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.datasets import KnownDataset, StoredDataset
from services.harvester.storage.tables import datasets
from shared.contracts.records import DatasetRecord
from shared.given import Given, overwriting

_FIELDS = tuple(StoredDataset.__dataclass_fields__)
_LISTED = Given(
    datasets,
    (
        "id",
        "source_id",
        "organization_id",
        "remote_id",
        "record",
        "record_hash",
        "revision",
        "last_run_id",
    ),
)
_SAVE = _LISTED.insertion(
    "(id) do update set "
    + overwriting(
        ("record", "record_hash", "revision", "last_run_id"),
        "last_seen_at = now(), missing_since = null, missing_runs = 0",
    ),
)
# One look into the index for each (limit): of a source that PostgreSQL has not counted yet it
# expects one dataset, and would read all of them for every page.
LISTED = """
unnest(cast(:remote_ids as text[])) as given (remote_id)
cross join lateral (
  select * from harvester.datasets
  where source_id = cast(:source as uuid) and remote_id = given.remote_id limit 1
) as d
"""
"""The datasets `d` of `:source` that have one of `:remote_ids`, for a `from`."""

_KNOWN = text(
    "select d.remote_id, d.id, d.record_hash, d.delivered_hash, d.archived_at "  # noqa: S608 - ours
    f"from {LISTED}"
)
_DELIVERED = Given(datasets, ("id", "delivered_hash"))
_MARK_DELIVERED = text(
    f"update {datasets.fullname} as d "  # noqa: S608 - names of ours
    "set delivered_hash = given.delivered_hash, archived_at = null "
    f"from ({_DELIVERED.query}) as given where d.id = given.id"
)
_SEEN = text(
    f"update {datasets.fullname} "  # noqa: S608 - names of ours
    "set last_run_id = :run, last_seen_at = now(), missing_since = null, missing_runs = 0 "
    f"where id in (select d.id from {LISTED})"
)


class DatasetStore:
    """Adds and executes; never commits. Nothing is ever deleted."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, dataset_id: UUID) -> StoredDataset | None:
        """One dataset."""
        return (await self.many([dataset_id])).get(dataset_id)

    async def many(self, dataset_ids: Collection[UUID]) -> dict[UUID, StoredDataset]:
        """Several datasets by id."""
        rows = await self._session.execute(_records().where(datasets.c.id.in_(dataset_ids)))
        return {row.id: _dataset(row) for row in rows}

    async def known(self, source_id: UUID, remote_ids: Collection[str]) -> dict[str, KnownDataset]:
        """Those of `remote_ids` that the source has listed before."""
        rows = await self._session.execute(
            _KNOWN, {"source": source_id, "remote_ids": list(remote_ids)}
        )
        return {
            row.remote_id: KnownDataset(
                row.id, row.record_hash, row.delivered_hash, row.archived_at
            )
            for row in rows
        }

    async def save_listed(self, listed: Sequence[StoredDataset], *, run_id: UUID) -> None:
        """Insert or overwrite what a page lists anew or otherwise than before."""
        if not listed:
            return
        await _LISTED.write(
            self._session,
            _SAVE,
            [
                {
                    "id": dataset.id,
                    "source_id": dataset.source_id,
                    "organization_id": dataset.organization_id,
                    "remote_id": dataset.remote_id,
                    "record": orjson.Fragment(dataset.record.model_dump_json()),
                    "record_hash": dataset.record_hash,
                    "revision": dataset.revision,
                    "last_run_id": run_id,
                }
                for dataset in listed
            ],
        )

    async def seen(self, source_id: UUID, remote_ids: Collection[str], *, run_id: UUID) -> None:
        """Listed as before: what was missing is back."""
        if remote_ids:
            await self._session.execute(
                _SEEN, {"run": run_id, "source": source_id, "remote_ids": list(remote_ids)}
            )

    async def touch(self, source_id: UUID, remote_ids: Collection[str], *, run_id: UUID) -> None:
        """Seen, although this time unusable: an entry set aside is not a missing one."""
        if remote_ids:
            await self._session.execute(
                update(datasets)
                .where(datasets.c.source_id == source_id, datasets.c.remote_id.in_(remote_ids))
                .values(last_run_id=run_id, last_seen_at=func.now())
            )

    async def delivered(self, delivered: Sequence[StoredDataset]) -> None:
        """The catalogue has these descriptions, as living datasets."""
        if not delivered:
            return
        rows = [{"id": each.id, "delivered_hash": each.record_hash} for each in delivered]
        await _DELIVERED.write(self._session, _MARK_DELIVERED, rows)

    async def archived(self, dataset_ids: Collection[UUID]) -> None:
        """The catalogue knows that these datasets have gone."""
        await self._session.execute(
            update(datasets)
            .where(datasets.c.id.in_(dataset_ids))
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

    async def count_seen(self, source_id: UUID, *, since: datetime) -> int:
        """Datasets that the source listed since then."""
        return (
            await self._session.scalar(
                select(func.count())
                .select_from(datasets)
                .where(datasets.c.source_id == source_id, datasets.c.last_seen_at >= since)
            )
            or 0
        )

    async def count_missing(self, source_id: UUID, *, since: datetime) -> int:
        """Count one more sweep without them, for the living not seen since it began."""
        rows = await self._session.execute(
            update(datasets)
            .where(
                datasets.c.source_id == source_id,
                datasets.c.last_seen_at < since,
                datasets.c.archived_at.is_(None),
            )
            .values(
                missing_runs=datasets.c.missing_runs + 1,
                missing_since=func.coalesce(datasets.c.missing_since, func.now()),
            )
        )
        return int(getattr(rows, "rowcount", 0))

    async def condemned(self, source_id: UUID, *, runs: int, before: datetime) -> Sequence[UUID]:
        """The living that `runs` complete sweeps and more did not show, the first of them
        before `before`; in order.
        """
        rows = await self._session.scalars(
            select(datasets.c.id)
            .where(
                datasets.c.source_id == source_id,
                datasets.c.archived_at.is_(None),
                datasets.c.missing_runs >= runs,
                datasets.c.missing_since <= before,
            )
            .order_by(datasets.c.id)
        )
        return list(rows)

    async def pardon(self, source_id: UUID) -> None:
        """They are waited for anew, as if they had been there."""
        await self._session.execute(
            update(datasets)
            .where(datasets.c.source_id == source_id, datasets.c.archived_at.is_(None))
            .values(missing_runs=0, missing_since=null())
        )


def _records() -> Any:
    """The record as text: the model reads JSON itself, and quicker than the driver."""
    columns = {name: datasets.c[name] for name in _FIELDS}
    return select(*(columns | {"record": cast(datasets.c.record, Text).label("record")}).values())


def _dataset(row: Row[Any]) -> StoredDataset:
    record = DatasetRecord.model_validate_json(row.record)
    return StoredDataset(**{**row._mapping, "record": record})  # noqa: SLF001 - its public name
