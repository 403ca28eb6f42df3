"""Scores of datasets: writing them, reading those of one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.quality import DatasetScores, ScoreDay, Tally
from services.catalogue.storage.conditions import among
from services.catalogue.storage.quality_tables import dataset_quality, dataset_quality_days
from services.catalogue.storage.tables import datasets

TALLY = tuple(Tally.__dataclass_fields__)
_KEPT_BY_DAY = ("mqa", "datagouv", "freshness", "conformity", "availability")


class QualityStore:
    """Scores. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def save(self, rows: Sequence[Mapping[str, Any]], day: date) -> None:
        """Write the scores of these datasets, and that day's where they are news."""
        if not rows:
            return
        before = await self._scores([row["dataset_id"] for row in rows])
        statement = insert(dataset_quality)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[dataset_quality.c.dataset_id],
                set_={
                    column.name: statement.excluded[column.name]
                    for column in dataset_quality.c
                    if column.name != "dataset_id"
                },
            ),
            list(rows),
        )
        connection = await self._session.connection()
        points = [
            {"of_dataset": row["dataset_id"], "points": row["mqa"]}
            for row in rows
            if (known := before.get(row["dataset_id"])) is None or known[0] != row["mqa"]
        ]
        if points:
            await connection.execute(
                update(datasets)
                .where(datasets.c.id == bindparam("of_dataset"))
                .values(quality_points=bindparam("points")),
                points,
            )
        await self._keep_day(rows, before, day)

    async def _scores(self, ids: Collection[UUID]) -> dict[UUID, tuple[int | None, ...]]:
        columns = [dataset_quality.c[name] for name in _KEPT_BY_DAY]
        rows = await self._session.execute(
            select(dataset_quality.c.dataset_id, *columns).where(
                among(dataset_quality.c.dataset_id, ids)
            )
        )
        return {row[0]: tuple(row[1:]) for row in rows}

    async def _keep_day(
        self,
        rows: Sequence[Mapping[str, Any]],
        before: Mapping[UUID, tuple[int | None, ...]],
        day: date,
    ) -> None:
        news = [
            {"dataset_id": row["dataset_id"], "day": day, **{n: row[n] for n in _KEPT_BY_DAY}}
            for row in rows
            if before.get(row["dataset_id"]) != tuple(row[name] for name in _KEPT_BY_DAY)
        ]
        if not news:
            return
        statement = insert(dataset_quality_days)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["dataset_id", "day"],
                set_={name: statement.excluded[name] for name in _KEPT_BY_DAY},
            ),
            news,
        )

    async def due(self, now: datetime, rules: int, limit: int) -> list[UUID]:
        """Datasets whose scores time has changed, or that older rules scored, or none did."""
        scored = dataset_quality.c
        rows = await self._session.scalars(
            select(datasets.c.id)
            .outerjoin(dataset_quality, scored.dataset_id == datasets.c.id)
            .where((scored.due_at <= now) | (scored.rules != rules) | scored.rules.is_(None))
            .order_by(datasets.c.id)
            .limit(limit)
        )
        return list(rows)

    async def of_dataset(self, dataset_id: UUID) -> DatasetScores | None:
        """The stored scores of one dataset."""
        rows = await self._session.execute(
            select(dataset_quality).where(dataset_quality.c.dataset_id == dataset_id)
        )
        row = rows.first()
        if row is None:
            return None
        return DatasetScores(
            dataset_id=row.dataset_id,
            earned=tuple(row.earned),
            tally=tally_of(row),
            scored_at=row.scored_at,
        )

    async def days_of_dataset(self, dataset_id: UUID) -> list[ScoreDay]:
        """The days on which a score of the dataset changed, oldest first."""
        rows = await self._session.execute(
            select(dataset_quality_days)
            .where(dataset_quality_days.c.dataset_id == dataset_id)
            .order_by(dataset_quality_days.c.day)
        )
        return [ScoreDay(row.day, *(getattr(row, name) for name in _KEPT_BY_DAY)) for row in rows]


def tally_of(row: Row[Any]) -> Tally:
    """The counts in a row."""
    return Tally(**{name: int(getattr(row, name) or 0) for name in TALLY})
