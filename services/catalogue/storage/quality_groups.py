"""Scores of an organisation, a territory or a schema: now, and day by day."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Text,
    and_,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.quality import (
    GroupCriterion,
    GroupScores,
    Scope,
    ScoreDay,
    Tally,
)
from services.catalogue.quality.criteria import CRITERIA, RULES_VERSION
from services.catalogue.storage.conditions import shown
from services.catalogue.storage.quality import TALLY, tally_of
from services.catalogue.storage.quality_tables import dataset_quality, quality_days
from services.catalogue.storage.tables import datasets, resources, verdicts

_ALWAYS = ("mqa", "datagouv", "freshness")
_SOMETIMES = ("conformity", "availability")
_MAXIMA = [criterion.points for criterion in CRITERIA]
_JUDGED = ("valid", "invalid", "unreadable")


class QualityGroupStore:
    """Groups of datasets, without archived ones and duplicates. Adds and executes; no commit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def now(self, scope: Scope, key: str) -> GroupScores:
        """The scores of a group: sums over one narrow table, whatever its size."""
        conditions = [_counted(), _in_group(scope, key)]
        found = (await self._session.execute(select(*_sums()).where(*conditions))).one()
        tally = tally_of(found)
        if scope == "schema":
            # A dataset with files of several schemas: only those of this one are meant.
            tally = await self._tally_of_schema(key, tally)
        return GroupScores(
            datasets=found.datasets,
            means=_means(found),
            criteria=await self._criteria(conditions),
            tally=tally,
        )

    async def _criteria(self, conditions: Sequence[ColumnElement[bool]]) -> list[GroupCriterion]:
        """Each criterion over the group.

        Datasets whose points are all the same are counted together first: there are far fewer
        such kinds than datasets, and taking every array apart costs five times as much.
        """
        kinds = await self._session.execute(
            select(dataset_quality.c.earned, func.count().label("datasets"))
            .where(*conditions)
            .group_by(dataset_quality.c.earned)
        )
        points, datasets, lacking = ([0] * len(CRITERIA) for _ in range(3))
        for earned, number in kinds:
            for place, (given, most) in enumerate(zip(earned, _MAXIMA, strict=True)):
                if given is not None:
                    points[place] += given * number
                    datasets[place] += number
                    lacking[place] += number if given < most else 0
        if not any(datasets):
            return []
        return [
            GroupCriterion(place, points[place], datasets[place], lacking[place])
            for place in range(len(CRITERIA))
        ]

    async def _tally_of_schema(self, name: str, whole: Tally) -> Tally:
        judged = resources.c.verdict.in_(_JUDGED)
        faulty = func.least(verdicts.c.rows, verdicts.c.rows_with_errors)
        row = (
            await self._session.execute(
                select(
                    func.count().label("resources"),
                    func.count().filter(judged).label("judged"),
                    func.count().filter(resources.c.verdict == "valid").label("valid"),
                    func.sum(verdicts.c.rows).filter(judged).label("rows"),
                    func.sum(verdicts.c.rows - faulty).filter(judged).label("rows_valid"),
                    literal(whole.links_checked).label("links_checked"),
                    literal(whole.links_answering).label("links_answering"),
                )
                .join(datasets, datasets.c.id == resources.c.dataset_id)
                .outerjoin(verdicts, verdicts.c.id == resources.c.verdict_id)
                .where(
                    resources.c.schema_name == name,
                    resources.c.removed_at.is_(None),
                    ~datasets.c.archived,
                    shown(),
                )
            )
        ).one()
        return tally_of(row)

    async def keep_day(self, day: date) -> int:
        """Write that day's sums of every group, in place of those written before.

        The number of groups. Four sums over the whole table: seconds at most.
        """
        written = 0
        for scope, key, source in _groupings():
            sums = (
                select(literal(scope, Text), key, literal(day), *_sums())
                .select_from(source)
                .where(_counted())
            )
            if scope != "all":
                sums = sums.group_by(key)
            statement = insert(quality_days)
            columns = ["scope", "key", "day", *(one.name for one in _sums())]
            filled = statement.from_select(columns, sums)
            result: Any = await self._session.execute(
                filled.on_conflict_do_update(
                    index_elements=["scope", "key", "day"],
                    set_={name: filled.excluded[name] for name in columns[3:]},
                )
            )
            written += result.rowcount
        return written

    async def days(
        self, scope: Scope, key: str, start: date | None = None, end: date | None = None
    ) -> list[ScoreDay]:
        """The group's means day by day, oldest first."""
        statement = (
            select(quality_days)
            .where(quality_days.c.scope == scope, quality_days.c.key == key)
            .order_by(quality_days.c.day)
        )
        if start is not None:
            statement = statement.where(quality_days.c.day >= start)
        if end is not None:
            statement = statement.where(quality_days.c.day <= end)
        return [
            ScoreDay(row.day, **_means(row), datasets=row.datasets, tally=tally_of(row))
            for row in await self._session.execute(statement)
        ]


def _counted() -> ColumnElement[bool]:
    return and_(dataset_quality.c.counted, dataset_quality.c.rules == RULES_VERSION)


def _in_group(scope: Scope, key: str) -> ColumnElement[bool]:
    if scope == "organization":
        return dataset_quality.c.organization_id == UUID(key)
    if scope == "territory":
        return dataset_quality.c.territory_path.contains([key])
    if scope == "schema":
        return dataset_quality.c.schemas.contains([key])
    return true()


def _sums() -> list[ColumnElement[Any]]:
    table = dataset_quality.c
    return [
        func.count().label("datasets"),
        *(_sum(table[name], name) for name in _ALWAYS),
        *(_sum(table[name], name) for name in _SOMETIMES),
        *(func.count(table[name]).label(f"{name}_datasets") for name in _SOMETIMES),
        *(_sum(table[name], name) for name in TALLY),
    ]


def _sum(value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    return func.coalesce(func.sum(value), 0).label(name)


def _groupings() -> list[tuple[Scope, ColumnElement[Any], Any]]:
    place = func.unnest(dataset_quality.c.territory_path).table_valued("code", name="place")
    place = place.render_derived()
    schema = func.unnest(dataset_quality.c.schemas).table_valued("name", name="followed")
    schema = schema.render_derived()
    return [
        ("all", literal("", Text), dataset_quality),
        ("organization", cast(dataset_quality.c.organization_id, Text), dataset_quality),
        ("territory", place.c.code, dataset_quality.join(place, true())),
        ("schema", schema.c.name, dataset_quality.join(schema, true())),
    ]


def _means(row: Row[Any]) -> dict[str, float | None]:
    counted = {**dict.fromkeys(_ALWAYS, row.datasets)}
    counted |= {name: getattr(row, f"{name}_datasets") for name in _SOMETIMES}
    return {
        name: float(getattr(row, name)) / number if number else None
        for name, number in counted.items()
    }
