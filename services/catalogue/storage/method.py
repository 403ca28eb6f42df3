"""What phases and comparisons are read from: counts by territory, valid files, doubles."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, column, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.mutualisation import Example, SharedDataset, ValidFile
from services.catalogue.models.territory import Territory
from services.catalogue.quality.criteria import POSITION, RULES_VERSION
from services.catalogue.storage.conditions import among, shown
from services.catalogue.storage.quality_tables import dataset_quality
from services.catalogue.storage.tables import datasets, resources, territories, verdicts
from services.catalogue.storage.territories import TERRITORY, territory_of


@dataclass(frozen=True)
class PublishedCounts:
    """What is shown of a territory and of all below it."""

    datasets: int = 0
    reachable: int = 0
    licensed: int = 0
    described: int = 0
    contacts: int = 0
    conformity: float | None = None
    mqa: float | None = None
    socle: frozenset[str] = frozenset()


class MethodStore:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def published(
        self, codes: Collection[str], socle: Collection[str]
    ) -> dict[str, PublishedCounts]:
        """Counts by territory; one that publishes nothing is left out. Two queries."""
        code = column("code", datasets.c.title.type)
        levels = (
            func.unnest(dataset_quality.c.territory_path)
            .table_valued(code, name="levels")
            .render_derived()
        )
        wanted = sorted(set(codes))
        counted = and_(
            dataset_quality.c.counted,
            dataset_quality.c.rules == RULES_VERSION,
            dataset_quality.c.territory_path.overlap(wanted),
            among(levels.c.code, wanted),
        )

        def met(criterion: str) -> ColumnElement[int]:
            points = dataset_quality.c.earned[POSITION[criterion] + 1]
            return func.count().filter(points > 0)

        rows = await self._session.execute(
            select(
                levels.c.code,
                func.count().label("datasets"),
                func.count().filter(dataset_quality.c.links_answering > 0).label("reachable"),
                met("license").label("licensed"),
                met("datasetDescriptionQuality").label("described"),
                met("contactPointAvailability").label("contacts"),
                func.avg(dataset_quality.c.conformity).label("conformity"),
                func.avg(dataset_quality.c.mqa).label("mqa"),
            )
            .select_from(dataset_quality.join(levels, true()))
            .where(counted)
            .group_by(levels.c.code)
        )
        followed = await self._socle(wanted, socle)
        return {
            row.code: PublishedCounts(
                datasets=row.datasets,
                reachable=row.reachable,
                licensed=row.licensed,
                described=row.described,
                contacts=row.contacts,
                conformity=None if row.conformity is None else float(row.conformity),
                mqa=None if row.mqa is None else float(row.mqa),
                socle=followed.get(row.code, frozenset()),
            )
            for row in rows
        }

    async def _socle(
        self, codes: Collection[str], socle: Collection[str]
    ) -> dict[str, frozenset[str]]:
        """The schemas of the socle that a valid file of each territory follows."""
        code = column("code", datasets.c.title.type)
        levels = (
            func.unnest(datasets.c.territory_path)
            .table_valued(code, name="levels")
            .render_derived()
        )
        rows = await self._session.execute(
            select(levels.c.code, func.array_agg(resources.c.schema_name.distinct()).label("names"))
            .select_from(
                datasets.join(levels, true()).join(
                    resources, resources.c.dataset_id == datasets.c.id
                )
            )
            .where(
                shown(),
                ~datasets.c.archived,
                datasets.c.territory_path.overlap(list(codes)),
                among(levels.c.code, codes),
                resources.c.removed_at.is_(None),
                resources.c.verdict == "valid",
                among(resources.c.schema_name, socle),
            )
            .group_by(levels.c.code)
        )
        return {row.code: frozenset(row.names) for row in rows}

    async def doubled(
        self, codes: Collection[str]
    ) -> tuple[list[SharedDataset], list[SharedDataset]]:
        """The datasets on these territories and below them of which another body publishes a
        schema for the same place or around it; and those others.

        Paired in the database: a région has thousands of datasets and few doubles.
        """
        within = datasets.c.territory_path.overlap(sorted(set(codes)))
        inside = _compared().where(within).cte("inside")
        around = _compared().subquery("around")
        code = column("code", datasets.c.title.type)
        levels = (
            func.unnest(inside.c.territory_path).table_valued(code, name="levels").render_derived()
        )
        same = and_(
            around.c.territory_code == levels.c.code,
            around.c.organization_id != inside.c.organization_id,
            around.c.schemas.overlap(inside.c.schemas),
        )
        rows = await self._session.execute(
            select(inside.c.id.label("smaller"), around.c.id.label("larger")).select_from(
                inside.join(levels, true()).join(around, same)
            )
        )
        pairs = rows.all()
        found = await self._shared({id_ for pair in pairs for id_ in pair})
        return (
            [found[id_] for id_ in {pair.smaller for pair in pairs}],
            [found[id_] for id_ in {pair.larger for pair in pairs}],
        )

    async def _shared(self, ids: Collection[UUID]) -> dict[UUID, SharedDataset]:
        columns = datasets.c
        rows = await self._session.execute(
            select(
                columns.id,
                columns.title,
                columns.organization_id,
                columns.territory_code,
                columns.territory_path,
                columns.schemas,
                columns.fictitious,
            ).where(among(columns.id, ids))
        )
        return {
            row.id: SharedDataset(
                id=row.id,
                title=row.title,
                organization_id=row.organization_id,
                territory_code=row.territory_code,
                territory_path=tuple(row.territory_path),
                schemas=tuple(row.schemas),
                fictitious=row.fictitious,
            )
            for row in rows
        }

    async def publishing_like(self, kind: str, least: float, most: float) -> list[Territory]:
        """Territories of that kind, with so many inhabitants, that publish something."""
        publish = (
            select(datasets.c.id)
            .where(datasets.c.territory_code == territories.c.code, shown(), ~datasets.c.archived)
            .exists()
        )
        rows = await self._session.execute(
            select(*TERRITORY)
            .where(
                territories.c.kind == kind,
                territories.c.population.between(least, most),
                publish,
            )
            .order_by(territories.c.code)
        )
        return [territory_of(row) for row in rows]

    async def valid_files(self, codes: Collection[str]) -> list[ValidFile]:
        """The valid files about exactly these territories."""
        rows = await self._session.execute(
            select(
                resources.c.schema_name,
                resources.c.id,
                resources.c.url,
                datasets.c.id.label("dataset_id"),
                datasets.c.title,
                datasets.c.organization_id,
                datasets.c.territory_code,
                datasets.c.quality_points,
                datasets.c.fictitious,
                verdicts.c.rows,
            )
            .join(datasets, datasets.c.id == resources.c.dataset_id)
            .outerjoin(verdicts, verdicts.c.id == resources.c.verdict_id)
            .where(
                among(datasets.c.territory_code, codes),
                shown(),
                ~datasets.c.archived,
                resources.c.verdict == "valid",
                resources.c.schema_name.is_not(None),
                resources.c.removed_at.is_(None),
            )
        )
        return [
            ValidFile(
                schema=row.schema_name,
                points=row.quality_points or 0,
                example=Example(
                    resource_id=row.id,
                    dataset_id=row.dataset_id,
                    dataset_title=row.title,
                    organization_id=row.organization_id,
                    territory_code=row.territory_code,
                    url=row.url,
                    rows=row.rows or 0,
                    fictitious=row.fictitious,
                ),
            )
            for row in rows
        ]

    async def schemas_on(self, code: str) -> frozenset[str]:
        """The schemas that a file about this territory or below follows, valid or not."""
        rows = await self._session.scalars(
            select(func.unnest(datasets.c.schemas))
            .where(datasets.c.territory_path.contains([code]), shown(), ~datasets.c.archived)
            .distinct()
        )
        return frozenset(rows)


def _compared() -> Select[Any]:
    """The datasets that can be a double: shown, on a territory, with a schema."""
    columns = datasets.c
    return select(
        columns.id,
        columns.organization_id,
        columns.territory_code,
        columns.territory_path,
        columns.schemas,
    ).where(
        shown(),
        ~columns.archived,
        columns.territory_code.is_not(None),
        func.cardinality(columns.schemas) > 0,
    )
