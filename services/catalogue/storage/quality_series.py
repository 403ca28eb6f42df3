"""Series of what is kept once a day: quality and rows."""

from bisect import bisect_right
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.series import Metric, Series, SeriesQuery, steps
from services.catalogue.storage.quality_tables import quality_days


class QualitySeriesStore:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def series(self, query: SeriesQuery) -> list[Series]:
        """The value of the last kept day of each step, None before the first one."""
        scope, key = _scope(query)
        rows = list(
            await self._session.execute(
                select(quality_days)
                .where(
                    quality_days.c.scope == scope,
                    quality_days.c.key == key,
                    quality_days.c.day <= query.last,
                )
                .order_by(quality_days.c.day)
            )
        )
        days = [row.day for row in rows]
        points = {}
        for end in steps(query):
            place = bisect_right(days, end)
            points[end] = _value(query.metric, rows[place - 1]) if place else None
        return [Series("", points)]


def _scope(query: SeriesQuery) -> tuple[str, str]:
    if query.organization is not None:
        return "organization", str(query.organization)
    if query.territory is not None:
        return "territory", query.territory
    return ("schema", query.schema) if query.schema is not None else ("all", "")


def _value(metric: Metric, row: Any) -> float | int | None:
    if metric is Metric.QUALITY:
        return round(row.mqa / row.datasets, 1) if row.datasets else None
    found: int = row.rows if metric is Metric.ROWS else row.rows_valid
    return found
