"""Reading what the stock adds up to now: lines that are kept, in one snapshot."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.storage.conditions import shown
from services.catalogue.storage.stock import ALL, WITHIN
from services.catalogue.storage.stock_tables import stock_pairs, stock_states, stock_totals
from services.catalogue.storage.tables import datasets, territories

_T, _P = stock_totals.c, stock_pairs.c


@dataclass
class Tally:
    """Counts under one key while they are being read."""

    datasets: int = 0
    verdicts: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Part:
    """What a territory has with all below it, what a member has, both, or (neither) all."""

    territory: str | None = None
    organization: UUID | None = None

    @property
    def kept(self) -> tuple[Sequence[str], str]:
        """Scopes and key of its totals."""
        if self.organization is not None:
            return ["organization"], str(self.organization)
        return (["all"], "") if self.territory is None else (WITHIN, self.territory)


class StatisticsStore:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def one_snapshot(self) -> None:
        """What is read from here on belongs together; before the first statement."""
        kept = {"isolation_level": "REPEATABLE READ"}
        _ = await self._session.connection(execution_options=kept)

    async def schemas(self, part: Part) -> tuple[Tally, dict[str, Tally]]:
        """Of everything in the part; by schema, '' for resources that follow none."""
        if part.territory is not None and part.organization is not None:
            found = await self._tallies(_schemas_of_states(part))
        else:
            scopes, key = part.kept
            found = await self._tallies(
                select(_T.schema_name, _T.verdict, _T.datasets, _T.resources).where(
                    _T.scope.in_(scopes), _T.key == key
                )
            )
        total = Tally(found.pop(ALL, Tally()).datasets)
        for tally in found.values():
            for verdict, number in tally.verdicts.items():
                total.verdicts[verdict] += number
        return total, found

    async def organizations(self, part: Part, lines: int | None) -> dict[str, Tally]:
        """By organisation: those with most datasets first, `lines` of them."""
        if part == Part():
            return await self._most("organization", lines)
        return await self._paired(cast(_P.organization_id, Text), part, lines)

    async def places(self, part: Part, lines: int | None) -> dict[str, Tally]:
        """By territory to which datasets belong themselves, '' without one."""
        if part == Part():
            return await self._most("place", lines)
        return await self._paired(_P.place, part, lines)

    async def counted(self, part: Part) -> tuple[int, int, int]:
        """How many organisations and how many places have datasets, and how many datasets are
        a demonstration: those are few, or everything is small.
        """
        number = func.count()
        if part == Part():
            wanted = [select(number).where(*_ranked(scope)) for scope in ("organization", "place")]
        else:
            among_them = (_P.verdict == "", _P.datasets > 0, *_of_part(part))
            wanted = [
                select(func.count(column.distinct())).where(*among_them)
                for column in (_P.organization_id, _P.place)
            ]
        invented = select(number).where(datasets.c.fictitious, shown())
        if part.territory is not None:
            invented = invented.where(datasets.c.territory_path.contains([part.territory]))
        if part.organization is not None:
            invented = invented.where(datasets.c.organization_id == part.organization)
        parts = [one.scalar_subquery() for one in (*wanted, invented)]
        row = (await self._session.execute(select(*parts))).one()
        return row[0], row[1], row[2]

    async def _most(self, scope: str, lines: int | None) -> dict[str, Tally]:
        statement = _totals(scope)
        if lines is not None:
            most = (
                select(_T.key)
                .where(*_ranked(scope))
                .order_by(_T.datasets.desc(), _T.key)
                .limit(lines)
            )
            statement = statement.where(_T.key.in_(most))
        return await self._tallies(statement)

    async def _paired(
        self, key: ColumnElement[str], part: Part, lines: int | None
    ) -> dict[str, Tally]:
        statement = (
            select(
                key.label("key"),
                _P.verdict,
                func.sum(_P.datasets).label("datasets"),
                func.sum(_P.resources).label("resources"),
            )
            .where(*_of_part(part))
            .group_by(key, _P.verdict)
        )
        return _cut(await self._tallies(statement), lines)

    async def _tallies(self, statement: Select[Any]) -> dict[str, Tally]:
        found: dict[str, Tally] = defaultdict(Tally)
        for key, verdict, number, resources in await self._session.execute(statement):
            if verdict:
                found[key].verdicts[verdict] += resources
            else:
                found[key].datasets += number
        return {
            key: one for key, one in found.items() if one.datasets or any(one.verdicts.values())
        }


def _totals(scope: str) -> Select[Any]:
    return (
        select(_T.key, _T.verdict, func.sum(_T.datasets), func.sum(_T.resources))
        .where(_T.scope == scope, or_(_T.schema_name == ALL, _T.verdict != ""))
        .group_by(_T.key, _T.verdict)
    )


def _ranked(scope: str) -> Sequence[ColumnElement[bool]]:
    return _T.scope == scope, _T.schema_name == ALL, _T.verdict == "", _T.datasets > 0


def _below(territory: str) -> Select[Any]:
    return select(territories.c.code).where(territories.c.path.contains([territory]))


def _of_part(part: Part) -> Iterator[ColumnElement[bool]]:
    if part.organization is not None:
        yield _P.organization_id == part.organization
    if part.territory is not None:
        yield _P.place.in_(_below(part.territory))


def _schemas_of_states(part: Part) -> Select[Any]:
    """Of a member on a territory: not kept added up, but a member's states are few."""
    c = stock_states.c
    return (
        select(
            c.schema_name,
            c.verdict,
            func.count().filter(c.resource_id.is_(None)),
            func.count(c.resource_id),
        )
        .where(
            c.until.is_(None),
            c.organization_id == part.organization,
            c.territory_path.contains([part.territory]),
        )
        .group_by(c.schema_name, c.verdict)
    )


def _cut(found: dict[str, Tally], lines: int | None) -> dict[str, Tally]:
    kept = sorted(found.items(), key=lambda item: (-item[1].datasets, item[0]))
    return dict(kept[:lines])
