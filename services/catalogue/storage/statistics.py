"""Counting, all breakdowns in one statement and so in one snapshot."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, and_, cast, func, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.storage.conditions import shown
from services.catalogue.storage.tables import datasets, resources

_TEXT = datasets.c.title.type


@dataclass
class Tally:
    """Counts under one key while they are being read."""

    datasets: int = 0
    verdicts: dict[str, int] = field(default_factory=lambda: defaultdict(int))


Breakdown = Mapping[str | None, Tally]


class StatisticsStore:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def breakdowns(
        self, *, territory: str | None = None, organizations: Collection[UUID] | None = None
    ) -> tuple[dict[str, Breakdown], int]:
        """Counts by `organization`, `territory` and `schema` (None: without); how many
        datasets are fictitious.

        Removed resources do not count, nor do duplicates; archived datasets do.
        """
        keys: dict[str, ColumnElement[str | None]] = {
            "organization": cast(datasets.c.organization_id, _TEXT),
            "territory": datasets.c.territory_code,
            "schema": resources.c.schema_name,
        }
        conditions: list[ColumnElement[bool]] = [shown()]
        if territory is not None:
            conditions.append(datasets.c.territory_path.contains([territory]))
        if organizations is not None:
            conditions.append(datasets.c.organization_id.in_(organizations))
        present = and_(resources.c.dataset_id == datasets.c.id, resources.c.removed_at.is_(None))
        joined = datasets.outerjoin(resources, present)
        parts = []
        for name, key in keys.items():
            label: ColumnElement[str] = literal_column(f"'{name}'").label("breakdown")
            number = func.count(resources.c.id).label("number")
            parts.append(
                select(label, key.label("key"), resources.c.verdict, number)
                .select_from(joined)
                .where(resources.c.id.is_not(None), *conditions)
                .group_by(key, resources.c.verdict)
            )
            distinct = func.count(datasets.c.id.distinct()).label("number")
            none = cast(literal_column("null"), _TEXT).label("verdict")
            parts.append(
                select(label, key.label("key"), none, distinct)
                .select_from(joined)
                .where(*conditions)
                .group_by(key)
            )
        nothing = cast(literal_column("null"), _TEXT)
        parts.append(
            select(
                literal_column("'fictitious'"), nothing, nothing, func.count().label("number")
            ).where(datasets.c.fictitious, *conditions)
        )
        found: dict[str, dict[str | None, Tally]] = {name: defaultdict(Tally) for name in keys}
        fictitious = 0
        for row in await self._session.execute(union_all(*parts)):
            if row.breakdown == "fictitious":
                fictitious = row.number
            elif row.verdict is None:
                found[row.breakdown][row.key].datasets = row.number
            else:
                found[row.breakdown][row.key].verdicts[row.verdict] = row.number
        return dict(found), fictitious
