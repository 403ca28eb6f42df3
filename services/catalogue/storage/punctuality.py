"""Which members are late with what they announced, and which have fallen silent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.quality.criteria import CRITERIA, RULES_VERSION
from services.catalogue.storage.quality_tables import dataset_quality
from services.catalogue.storage.tables import datasets

_PLACE = {criterion.code: n for n, criterion in enumerate(CRITERIA, start=1)}
_IN_TIME = _PLACE["updatedInTime"]
_ANNOUNCED = _PLACE["frequencyAnnounced"]


@dataclass(frozen=True)
class Punctuality:
    """Of one member: datasets shown, those late by their own frequency, the latest update."""

    organization_id: UUID
    datasets: int
    late: int
    latest: datetime | None


class PunctualityStore:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_organization(self) -> dict[UUID, Punctuality]:
        """Every organisation that has a dataset; archived ones and duplicates do not count."""
        earned = dataset_quality.c.earned
        late = (earned[_ANNOUNCED] > 0) & (earned[_IN_TIME] < CRITERIA[_IN_TIME - 1].points)
        rows = await self._session.execute(
            select(
                dataset_quality.c.organization_id,
                func.count().label("datasets"),
                func.count().filter(late).label("late"),
                func.max(datasets.c.fresh_at).label("latest"),
            )
            .join(datasets, datasets.c.id == dataset_quality.c.dataset_id)
            .where(dataset_quality.c.counted, dataset_quality.c.rules == RULES_VERSION)
            .group_by(dataset_quality.c.organization_id)
        )
        return {row.organization_id: Punctuality(*row) for row in rows}
