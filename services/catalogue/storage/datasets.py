"""Writing datasets, their resources and their index."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Update, select, update
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.dataset import DatasetIndex
from services.catalogue.storage.conditions import among, not_among
from services.catalogue.storage.tables import datasets, resources
from shared.given import Given, Insertion

_IDENTITY_RESULT = {"duplicate_of", "recognised_by", "shown_because"}
COMPUTED = {
    "territory_code",
    "territory_path",
    "territory_reason",
    "schemas",
    "formats",
    "verdict_counts",
    "validity",
    "quality_points",
    "search_words",
}
"""Columns of a dataset that are made of the others and of its resources."""

# Written by PostgreSQL itself.
_NOT_TOLD = {"number", "changed_in"}


@dataclass(frozen=True)
class StoredDataset:
    """What decides whether a message about a dataset is new, old or the same."""

    organization_id: UUID
    revision: datetime
    fingerprint: str
    archived: bool
    created_at: datetime
    updated_at: datetime
    fresh_at: datetime
    duplicate_of: UUID | None


@dataclass(frozen=True)
class StoredResource:
    """Whose it is, and the last verdict that an event told of."""

    dataset_id: UUID
    announced_verdict: str | None


class DatasetStore:
    """Datasets and resources. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def stored(self, ids: Collection[UUID]) -> dict[UUID, StoredDataset]:
        """What is stored under these ids."""
        columns = datasets.c
        rows = await self._session.execute(
            select(
                columns.id,
                columns.organization_id,
                columns.revision,
                columns.fingerprint,
                columns.archived,
                columns.created_at,
                columns.updated_at,
                columns.fresh_at,
                columns.duplicate_of,
            ).where(among(columns.id, ids))
        )
        return {row.id: StoredDataset(*row[1:]) for row in rows}

    async def stored_resources(self, ids: Collection[UUID]) -> dict[UUID, StoredResource]:
        """What is stored of these resources, by their ids."""
        columns = resources.c
        rows = await self._session.execute(
            select(columns.id, columns.dataset_id, columns.announced_verdict).where(
                among(columns.id, ids)
            )
        )
        return {row.id: StoredResource(*row[1:]) for row in rows}

    async def mark_removed(
        self, dataset_ids: Collection[UUID], listed: Collection[UUID], at: datetime
    ) -> None:
        """Mark the resources of these datasets that are no longer listed."""
        if not dataset_ids:
            return
        await self._session.execute(
            update(resources)
            .where(
                among(resources.c.dataset_id, dataset_ids),
                not_among(resources.c.id, listed),
                resources.c.removed_at.is_(None),
            )
            .values(removed_at=at)
        )

    async def write_computed(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write `COMPUTED` of these datasets."""
        if rows:
            connection = await self._session.connection()
            await connection.execute(_WRITE_COMPUTED, _COMPUTED_ROWS.values(rows))

    async def confirm(
        self, revisions: Mapping[UUID, datetime], checks: Mapping[UUID, datetime | None]
    ) -> None:
        """Note that these datasets were told again as they are, and when files were looked at.

        Neither is searched, listed or counted: no index has to hear of it.
        """
        told = [{"id": id_, "revision": at} for id_, at in revisions.items()]
        seen = [{"id": id_, "checked_at": at} for id_, at in checks.items() if at]
        for statement, given, rows in ((_CONFIRM, _TOLD_AGAIN, told), (_SEE, _SEEN, seen)):
            if rows:
                connection = await self._session.connection()
                await connection.execute(statement, given.values(rows))

    async def ids_after(self, last: UUID, limit: int) -> list[UUID]:
        """The next dataset ids in their order."""
        rows = await self._session.scalars(
            select(datasets.c.id).where(datasets.c.id > last).order_by(datasets.c.id).limit(limit)
        )
        return list(rows)


def saved_datasets(rows: Sequence[Mapping[str, Any]], *, new: bool) -> Insertion:
    """Insert these datasets, with all that is computed of them but their place among copies.
    Unless all are known to be `new`, the stored ones are overwritten.
    """
    return (_ADD_DATASETS if new else _SAVE_DATASETS), _TOLD_DATASETS.values(rows)


def saved_resources(rows: Sequence[Mapping[str, Any]], *, new: bool) -> Insertion:
    """Insert resources, with their verdicts; as `saved_datasets`."""
    return (_ADD_RESOURCES if new else _SAVE_RESOURCES), _TOLD_RESOURCES.values(rows)


def index_columns(entry: DatasetIndex) -> dict[str, Any]:
    """What was computed of a dataset, as columns of its row."""
    return {
        "territory_code": entry.territory_code,
        "territory_path": list(entry.territory_path),
        "territory_reason": entry.territory_reason,
        "schemas": list(entry.schemas),
        "formats": list(entry.formats),
        "verdict_counts": dict(entry.verdict_counts),
        "validity": entry.validity,
        "search_words": [
            entry.document.title,
            entry.document.names,
            entry.document.topics,
            entry.document.rest,
            entry.document.around,
        ],
    }


def _save(table: Table, given: Given, kept: Collection[str]) -> Insert:
    """Insert the given rows; overwrite all of them that is not kept."""
    statement, names = given.plain_insert(), given.rows.c.keys()
    return statement.on_conflict_do_update(
        index_elements=[table.c.id],
        set_={name: statement.excluded[name] for name in names if name not in kept},
    )


def _write(table: Table, given: Given) -> Update:
    """Overwrite the given columns of the given rows."""
    sent = given.rows.c
    return update(table).where(table.c.id == sent.id).values({c.name: c for c in sent[1:]})


_TOLD_DATASETS = Given(
    datasets,
    [name for name in datasets.c.keys() if name not in _IDENTITY_RESULT | _NOT_TOLD],  # noqa: SIM118 - columns by name
)
_TOLD_RESOURCES = Given(resources, resources.c.keys())
_COMPUTED_ROWS = Given(datasets, ["id", *sorted(COMPUTED)])
_TOLD_AGAIN = Given(datasets, ["id", "revision"])
_SEEN = Given(resources, ["id", "checked_at"])
_ADD_DATASETS = _TOLD_DATASETS.plain_insert()
_ADD_RESOURCES = _TOLD_RESOURCES.plain_insert()
_SAVE_DATASETS = _save(datasets, _TOLD_DATASETS, {"id", "created_at"})
_SAVE_RESOURCES = _save(resources, _TOLD_RESOURCES, {"id"})
_WRITE_COMPUTED = _write(datasets, _COMPUTED_ROWS)
_CONFIRM = _write(datasets, _TOLD_AGAIN)
_SEE = _write(resources, _SEEN)
