"""Scores of datasets: writing them, reading those of one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    Row,
    Update,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.quality import DatasetScores, ScoreDay, Tally
from services.catalogue.storage.quality_tables import dataset_quality, dataset_quality_days
from services.catalogue.storage.tables import datasets
from shared.given import Given, Write

TALLY = tuple(Tally.__dataclass_fields__)
_KEPT_BY_DAY = ("mqa", "datagouv", "freshness", "conformity", "availability")


class QualityStore:
    """Scores. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def point(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Note the points of these scores in the datasets' own rows, where they are others."""
        if rows:
            connection = await self._session.connection()
            await connection.execute(_POINT, _POINTS.values(rows))

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


def saved_scores(rows: Sequence[Mapping[str, Any]], day: date) -> Write:
    """The scores of these datasets, and that day's where they are news.

    One statement for all: a batch of datasets costs one round trip, and what was stored before is
    compared with what is.
    """
    return _SAVE, {**_SCORES.values(rows), "day": day}


def _save() -> Insert:
    names = [one.name for one in dataset_quality.c]
    given = _SCORES.rows
    before = dataset_quality.alias("before")
    stored = insert(dataset_quality).from_select(names, select(given))
    stored = stored.on_conflict_do_update(
        index_elements=[dataset_quality.c.dataset_id],
        set_={name: stored.excluded[name] for name in names if name != "dataset_id"},
    )
    # Every part of the statement sees what was stored before it.
    news = (
        select(
            given.c.dataset_id,
            bindparam("day", type_=Date),
            *(given.c[name] for name in _KEPT_BY_DAY),
        )
        .outerjoin(before, before.c.dataset_id == given.c.dataset_id)
        .where(
            or_(
                before.c.dataset_id.is_(None),
                *(before.c[name].is_distinct_from(given.c[name]) for name in _KEPT_BY_DAY),
            )
        )
    )
    kept = insert(dataset_quality_days).from_select(["dataset_id", "day", *_KEPT_BY_DAY], news)
    return kept.on_conflict_do_update(
        index_elements=["dataset_id", "day"],
        set_={name: kept.excluded[name] for name in _KEPT_BY_DAY},
    ).add_cte(stored.cte("stored"))


def _point() -> Update:
    given = _POINTS.rows
    return (
        update(datasets)
        .where(
            datasets.c.id == given.c.dataset_id,
            datasets.c.quality_points.is_distinct_from(given.c.mqa),
        )
        .values(quality_points=given.c.mqa)
    )


_SCORES = Given(dataset_quality, dataset_quality.c.keys())
_POINTS = Given(dataset_quality, ["dataset_id", "mqa"])
_SAVE = _save()
_POINT = _point()


def tally_of(row: Row[Any]) -> Tally:
    """The counts in a row."""
    return Tally(**{name: int(getattr(row, name) or 0) for name in TALLY})
