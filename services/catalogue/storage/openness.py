"""What the territories of a map have opened, counted in two statements."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, column, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.verdict import JUDGED
from services.catalogue.storage.conditions import among, shown
from services.catalogue.storage.tables import datasets, resources


@dataclass(frozen=True)
class Openness:
    """Datasets on a territory and below it. Shares are None where nothing can be shared."""

    datasets: int = 0
    valid_share: float | None = None
    fresh_share: float | None = None
    socle: int = 0
    fictitious: bool = False


class OpennessStore:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(
        self, codes: Collection[str], *, fresh_since: datetime, socle: Collection[str]
    ) -> dict[str, Openness]:
        """Figures by territory; one that has nothing is left out.

        `fresh_share`: datasets modified since then; `socle`: how many of those schemas at
        least one valid file of the territory follows. Archived datasets do not count: they
        are no longer opened.
        """
        code = column("code", datasets.c.title.type)
        levels = (
            func.unnest(datasets.c.territory_path)
            .table_valued(code, name="levels")
            .render_derived()
        )
        wanted = and_(
            among(levels.c.code, sorted(set(codes))), datasets.c.archived.is_(False), shown()
        )
        counted = await self._session.execute(
            select(
                levels.c.code,
                func.count().label("datasets"),
                func.count().filter(datasets.c.fresh_at >= fresh_since).label("fresh"),
                func.bool_or(datasets.c.fictitious).label("fictitious"),
            )
            .select_from(datasets.join(levels, true()))
            .where(wanted)
            .group_by(levels.c.code)
        )
        found = {
            row.code: Openness(
                row.datasets, fresh_share=row.fresh / row.datasets, fictitious=row.fictitious
            )
            for row in counted
        }
        valid = resources.c.verdict == "valid"
        judged = await self._session.execute(
            select(
                levels.c.code,
                func.count().filter(valid).label("valid"),
                func.count().filter(resources.c.verdict.in_(sorted(JUDGED))).label("judged"),
                func.count(resources.c.schema_name.distinct())
                .filter(valid, resources.c.schema_name.in_(sorted(socle)))
                .label("socle"),
            )
            .select_from(
                datasets.join(levels, true()).join(
                    resources,
                    and_(resources.c.dataset_id == datasets.c.id, resources.c.removed_at.is_(None)),
                )
            )
            .where(wanted)
            .group_by(levels.c.code)
        )
        for row in judged:
            share = row.valid / row.judged if row.judged else None
            found[row.code] = replace(found[row.code], valid_share=share, socle=row.socle)
        return found
