"""Writing datasets, their resources and their index."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Update, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.dataset import DatasetFacts, DatasetIndex, ResourceFacts
from services.catalogue.storage.conditions import among, not_among
from services.catalogue.storage.given import as_rows, given_rows
from services.catalogue.storage.tables import datasets, resources

_FIRST_KEPT = {"id", "created_at"}
_IDENTITY_RESULT = {"duplicate_of", "recognised_by", "shown_because"}
_COMPUTED = {
    "territory_code",
    "territory_path",
    "territory_reason",
    "schemas",
    "formats",
    "verdicts",
    "verdict_counts",
    "validity",
    "search_words",
}
# Written by PostgreSQL itself, or with the scores.
_NOT_TOLD = {"number", "changed_in", "quality_points"}
# What a resource has until its verdicts are looked at; from then on it is theirs.
_SETTLED = {"verdict", "schema_name", "schema_version"}


@dataclass(frozen=True)
class StoredDataset:
    """What decides whether a message about a dataset is new, old or the same."""

    organization_id: UUID
    revision: datetime
    fingerprint: str
    archived: bool
    created_at: datetime
    updated_at: datetime


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
            ).where(among(columns.id, ids))
        )
        return {row.id: StoredDataset(*row[1:]) for row in rows}

    async def datasets_of_resources(self, ids: Collection[UUID]) -> dict[UUID, UUID]:
        """To which dataset each known resource belongs."""
        rows = await self._session.execute(
            select(resources.c.id, resources.c.dataset_id).where(among(resources.c.id, ids))
        )
        return {row.id: row.dataset_id for row in rows}

    async def save_datasets(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert these datasets or overwrite the stored ones; the index comes after."""
        if not rows:
            return
        await self._session.execute(_SAVE_DATASETS, as_rows(rows))

    async def save_resources(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert or overwrite resources; their verdicts come after."""
        if not rows:
            return
        await self._session.execute(_SAVE_RESOURCES, as_rows(rows))

    async def mark_removed(
        self, dataset_ids: Collection[UUID], listed: Collection[UUID], at: datetime
    ) -> None:
        """Mark the resources of these datasets that are no longer listed."""
        await self._session.execute(
            update(resources)
            .where(
                among(resources.c.dataset_id, dataset_ids),
                not_among(resources.c.id, listed),
                resources.c.removed_at.is_(None),
            )
            .values(removed_at=at)
        )

    async def facts(self, ids: Collection[UUID]) -> list[DatasetFacts]:
        """What the index of these datasets is made from."""
        columns = datasets.c
        rows = await self._session.execute(
            select(
                columns.id,
                columns.organization_id,
                columns.title,
                columns.description,
                columns.publisher_name,
                columns.publisher_siret,
                columns.keywords,
                columns.themes,
                columns.spatial,
            ).where(among(columns.id, ids))
        )
        return [
            DatasetFacts(
                id=row.id,
                organization_id=row.organization_id,
                title=row.title,
                description=row.description,
                publisher_name=row.publisher_name,
                keywords=tuple(row.keywords),
                themes=tuple(row.themes),
                zones=tuple((row.spatial or {}).get("zones", ())),
                spatial_name=(row.spatial or {}).get("name"),
                publisher_siret=row.publisher_siret,
                geometry=(row.spatial or {}).get("geometry"),
            )
            for row in rows
        ]

    async def resource_facts(self, dataset_ids: Collection[UUID]) -> list[ResourceFacts]:
        """The present resources of these datasets."""
        columns = resources.c
        rows = await self._session.execute(
            select(
                columns.dataset_id,
                columns.title,
                columns.format,
                columns.verdict,
                columns.schema_name,
            )
            .where(among(columns.dataset_id, dataset_ids), columns.removed_at.is_(None))
            .order_by(columns.dataset_id, columns.position)
        )
        return [ResourceFacts(*row) for row in rows]

    async def write_index(self, entries: Sequence[DatasetIndex]) -> None:
        """Write what was computed of these datasets."""
        if entries:
            values = [_index_values(entry) for entry in entries]
            connection = await self._session.connection()
            await connection.execute(_WRITE_INDEX, as_rows(values))

    async def ids_after(self, last: UUID, limit: int) -> list[UUID]:
        """The next dataset ids in their order."""
        rows = await self._session.scalars(
            select(datasets.c.id).where(datasets.c.id > last).order_by(datasets.c.id).limit(limit)
        )
        return list(rows)


def _index_values(entry: DatasetIndex) -> dict[str, Any]:
    return {
        "id": entry.dataset_id,
        "territory_code": entry.territory_code,
        "territory_path": list(entry.territory_path),
        "territory_reason": entry.territory_reason,
        "schemas": list(entry.schemas),
        "formats": list(entry.formats),
        "verdicts": sorted(entry.verdict_counts),
        "verdict_counts": dict(entry.verdict_counts),
        "validity": entry.validity,
        "search_words": list(astuple(entry.document)),
    }


def _save(table: Table, told: Collection[str], kept: Collection[str]) -> Insert:
    """Insert the given rows with what is told of them; overwrite all of it that is not kept."""
    names = [one.name for one in table.c if one.name in told]
    statement = insert(table).from_select(names, select(given_rows(table, names)))
    return statement.on_conflict_do_update(
        index_elements=[table.c.id],
        set_={name: statement.excluded[name] for name in names if name not in kept},
    )


def _write_index() -> Update:
    given = given_rows(datasets, ["id", *sorted(_COMPUTED)])
    values = {name: given.c[name] for name in _COMPUTED}
    return update(datasets).where(datasets.c.id == given.c.id).values(values)


_SAVE_DATASETS = _save(
    datasets,
    {*datasets.c.keys()} - (_COMPUTED - {"territory_reason"}) - _IDENTITY_RESULT - _NOT_TOLD,
    {*_FIRST_KEPT, "territory_reason"},
)
_SAVE_RESOURCES = _save(
    resources,
    {*resources.c.keys()} - {"verdict_id", "announced_verdict"},
    {"id", *_SETTLED},
)
_WRITE_INDEX = _write_index()
