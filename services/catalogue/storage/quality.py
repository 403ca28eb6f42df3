"""Scores of datasets: writing them, reading those of one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnCollection,
    ColumnElement,
    Date,
    Row,
    Update,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.quality import DatasetScores, ScoreDay, Tally
from services.catalogue.storage.quality_tables import dataset_quality, dataset_quality_days
from services.catalogue.storage.tables import datasets
from shared.given import Given, Insertion

TALLY = tuple(Tally.__dataclass_fields__)
_KEPT_BY_DAY = ("mqa", "datagouv", "freshness", "conformity", "availability")
_GIVEN = [one.name for one in dataset_quality.c if one.name != "day"]


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
        kept = [
            select(*(table.c[name] for name in ("day", *_KEPT_BY_DAY))).where(
                table.c.dataset_id == dataset_id
            )
            for table in (dataset_quality_days, dataset_quality)
        ]
        rows = await self._session.execute(union_all(*kept).order_by("day"))
        return [ScoreDay(*row) for row in rows]


def saved_scores(rows: Sequence[Mapping[str, Any]], day: date, *, new: bool = False) -> Insertion:
    """The scores of these datasets; where a later day changes them, also those they had, by the
    day since which they had them. For a transaction that holds the writers' lock; `new` where none
    of them had any.

    One statement for all: a batch of datasets costs one round trip, and what was stored before is
    compared with what is.
    """
    return (_ADD if new else _SAVE), {**_SCORES.values(rows), "day": day}


def _add() -> Insert:
    given = select(_SCORES.rows, bindparam("day", type_=Date))
    return insert(dataset_quality).from_select([*_GIVEN, "day"], given)


def _save() -> Insert:
    given = _SCORES.rows
    # One by one, each in the index: a plan that was made while the table was nearly empty would
    # read all of it for as long as nobody has counted it again.
    before = (
        select(dataset_quality)
        .where(dataset_quality.c.dataset_id == given.c.dataset_id)
        .offset(0)
        .lateral("before")
    )
    stored = _add()
    new = stored.excluded
    # The clock of another process may be ahead: no line goes back to a day before its own.
    since = case(
        (_differ(dataset_quality.c, new), func.greatest(dataset_quality.c.day, new.day)),
        else_=dataset_quality.c.day,
    )
    stored = stored.on_conflict_do_update(
        index_elements=[dataset_quality.c.dataset_id],
        set_={**{name: new[name] for name in _GIVEN if name != "dataset_id"}, "day": since},
    )
    # Every part of the statement sees what was stored before it.
    names = ["dataset_id", "day", *_KEPT_BY_DAY]
    over = (
        select(*(before.c[name] for name in names))
        .select_from(given)
        .join(before, true())
        .where(before.c.day < bindparam("day", type_=Date), _differ(before.c, given.c))
    )
    kept = insert(dataset_quality_days).from_select(names, over)
    return kept.add_cte(stored.cte("stored"))


def _differ(
    ones: ColumnCollection[str, Any], others: ColumnCollection[str, Any]
) -> ColumnElement[bool]:
    return or_(*(ones[name].is_distinct_from(others[name]) for name in _KEPT_BY_DAY))


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


_SCORES = Given(dataset_quality, _GIVEN)
_POINTS = Given(dataset_quality, ["dataset_id", "mqa"])
_ADD = _add()
_SAVE = _save()
_POINT = _point()


def tally_of(row: Row[Any]) -> Tally:
    """The counts in a row."""
    return Tally(**{name: int(getattr(row, name) or 0) for name in TALLY})
