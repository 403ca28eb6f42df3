"""Writing datasets, their resources and their index."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.dataset import DatasetFacts, DatasetIndex, ResourceFacts
from services.catalogue.storage.conditions import among, not_among
from services.catalogue.storage.tables import datasets, resources

_IDENTITY = {"id", "created_at", "quality_points"}
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
        statement = insert(datasets)
        overwritten = {
            column.name: statement.excluded[column.name]
            for column in datasets.c
            if column.name not in _IDENTITY | _IDENTITY_RESULT | _COMPUTED | _NOT_TOLD
        }
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=[datasets.c.id], set_=overwritten),
            list(rows),
        )

    async def save_resources(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert or overwrite resources; their verdicts come after."""
        if not rows:
            return
        statement = insert(resources)
        kept = {
            "id",
            "verdict",
            "verdict_id",
            "announced_verdict",
            "schema_name",
            "schema_version",
        }
        overwritten = {
            column.name: statement.excluded[column.name]
            for column in resources.c
            if column.name not in kept
        }
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=[resources.c.id], set_=overwritten),
            list(rows),
        )

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
        if not entries:
            return
        statement = (
            update(datasets)
            .where(datasets.c.id == bindparam("of_dataset"))
            .values({name: bindparam(name) for name in _COMPUTED})
        )
        connection = await self._session.connection()
        await connection.execute(statement, [_index_values(entry) for entry in entries])

    async def ids_after(self, last: UUID, limit: int) -> list[UUID]:
        """The next dataset ids in their order."""
        rows = await self._session.scalars(
            select(datasets.c.id).where(datasets.c.id > last).order_by(datasets.c.id).limit(limit)
        )
        return list(rows)


def _index_values(entry: DatasetIndex) -> dict[str, Any]:
    return {
        "of_dataset": entry.dataset_id,
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
