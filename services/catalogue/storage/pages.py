"""Reading one dataset whole."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.dataset import Dataset, Resource, period
from services.catalogue.models.verdict import HistoryLine
from services.catalogue.storage.tables import datasets, resources, verdicts
from services.catalogue.storage.verdicts import history_line

_NOT_IN_ROW = {
    "edits",
    "provenances",
    "organization_name",
    "territory",
    "larger_territories",
    "resources",
    "temporal",
    "last_verdict",
}


class DatasetReader:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def dataset(self, id_: UUID) -> tuple[Dataset, tuple[str, ...]] | None:
        """A dataset with its resources, removed ones last, and its territory's path."""
        row = (await self._session.execute(select(datasets).where(datasets.c.id == id_))).first()
        if row is None:
            return None
        return dataset_of(row, await self._resources(id_)), tuple(row.territory_path)

    async def title(self, id_: UUID) -> str | None:
        """The title of a dataset, None when there is no such dataset."""
        return await self._session.scalar(select(datasets.c.title).where(datasets.c.id == id_))

    async def _resources(self, dataset_id: UUID) -> tuple[Resource, ...]:
        rows = await self._session.execute(
            select(resources)
            .where(resources.c.dataset_id == dataset_id)
            .order_by(resources.c.removed_at.nulls_first(), resources.c.position)
        )
        found = list(rows)
        shown = select(resources.c.verdict_id).where(resources.c.dataset_id == dataset_id)
        lines = await self._session.execute(select(verdicts).where(verdicts.c.id.in_(shown)))
        by_id = {line.id: history_line(line) for line in lines}
        return tuple(resource_of(row, by_id.get(row.verdict_id)) for row in found)


def dataset_of(row: Row[Any], found: tuple[Resource, ...]) -> Dataset:
    """A row of `datasets` with its resources; organisation and territory are not named."""
    values: dict[str, Any] = {
        name: getattr(row, name) for name in Dataset.__dataclass_fields__.keys() - _NOT_IN_ROW
    }
    for name in ("keywords", "themes", "schemas", "formats"):
        values[name] = tuple(values[name])
    return Dataset(
        **values,
        organization_name="",
        temporal=period(row.temporal_start, row.temporal_end),
        resources=found,
    )


def resource_of(row: Row[Any], line: HistoryLine | None) -> Resource:
    """A row of `resources` with its verdict."""
    values = {
        name: getattr(row, name) for name in Resource.__dataclass_fields__.keys() - _NOT_IN_ROW
    }
    return Resource(**values, last_verdict=line)
