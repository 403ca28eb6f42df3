"""Reading what the stock adds up to now: lines that are kept, in one snapshot."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, case, cast, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.stock import ALL
from services.catalogue.storage.conditions import shown
from services.catalogue.storage.stock import WITHIN, lines_of_states
from services.catalogue.storage.stock_tables import stock_pairs, stock_states, stock_totals
from services.catalogue.storage.tables import datasets, territories

_T, _P = stock_totals.c, stock_pairs.c


@dataclass
class Tally:
    """Counts under one key while they are being read."""

    datasets: int = 0
    verdicts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, verdict: str, datasets: int, resources: int) -> None:
        """A line that is kept: of datasets without a verdict, else of resources."""
        if verdict:
            self.verdicts[verdict] += resources
        else:
            self.datasets += datasets

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left of what was counted once."""
        return not self.datasets and not any(self.verdicts.values())


class Division(NamedTuple):
    """Some keys, and how many have datasets."""

    tallies: Mapping[str, Tally]
    number: int


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

    async def lines(self, part: Part, limit: int | None) -> tuple[Division, Division]:
        """By organisation, and by the territory to which datasets belong themselves ('' without
        one): of each those with most datasets, `limit` of them.
        """
        if part == Part():
            return (
                await self._most("organization", _P.organization_id, limit),
                await self._most("place", _P.place, limit),
            )
        owners: dict[str, Tally] = defaultdict(Tally)
        places: dict[str, Tally] = defaultdict(Tally)
        rows = await self._session.execute(
            select(_P.organization_id, _P.place, _P.verdict, _P.datasets, _P.resources).where(
                *_of_part(part)
            )
        )
        # All at once: one by one, thousands of lines cost a région half its time.
        for owner, place, verdict, number, resources in rows.all():
            for tally in owners[str(owner)], places[place]:
                tally.add(verdict, number, resources)
        return _longest(owners, limit), _longest(places, limit)

    async def fictitious(self, part: Part) -> int:
        """Datasets of a demonstration: they are few, or everything is small."""
        statement = select(func.count()).where(datasets.c.fictitious, shown())
        if part.territory is not None:
            statement = statement.where(datasets.c.territory_path.contains([part.territory]))
        if part.organization is not None:
            statement = statement.where(datasets.c.organization_id == part.organization)
        return int(await self._session.scalar(statement) or 0)

    async def _most(self, scope: str, key: ColumnElement[Any], limit: int | None) -> Division:
        """The longest by the totals, in whose index they are sorted; their sums of the pairs, of
        which each has few.
        """
        having = _T.scope == scope, _T.schema_name == ALL, _T.verdict == "", _T.ranked_by > 0
        number = await self._session.scalar(select(func.count()).where(*having))
        statement = select(
            cast(key, Text), _P.verdict, func.sum(_P.datasets), func.sum(_P.resources)
        ).group_by(key, _P.verdict)
        if limit is not None:
            most = select(cast(_T.key, key.type)).where(*having)
            longest = most.order_by(_T.ranked_by.desc(), _T.key).limit(limit)
            statement = statement.where(key.in_(longest))
        return Division(await self._tallies(statement), int(number or 0))

    async def _tallies(self, statement: Select[Any]) -> dict[str, Tally]:
        found: dict[str, Tally] = defaultdict(Tally)
        for key, verdict, number, resources in await self._session.execute(statement):
            found[key].add(verdict, number, resources)
        return {key: tally for key, tally in found.items() if not tally.is_empty}


def _below(territory: str) -> Select[Any]:
    return select(territories.c.code).where(territories.c.path.contains([territory]))


def _of_part(part: Part) -> Iterator[ColumnElement[bool]]:
    if part.organization is not None:
        yield _P.organization_id == part.organization
    if part.territory is not None:
        yield _P.place.in_(_below(part.territory))


def _schemas_of_states(part: Part) -> Select[Any]:
    """Of a member on a territory: not kept added up, but a member's states are few."""
    c, lines = stock_states.c, lines_of_states()
    line = lines.c
    return (
        select(
            line.schema_name,
            line.verdict,
            func.sum(case((line.verdict == "", line.number), else_=0)),
            func.sum(case((line.verdict != "", line.number), else_=0)),
        )
        .select_from(stock_states)
        .join(lines, true())
        .where(
            c.until.is_(None),
            c.organization_id == part.organization,
            c.territory_path.contains([part.territory]),
        )
        .group_by(line.schema_name, line.verdict)
    )


def _longest(found: Mapping[str, Tally], limit: int | None) -> Division:
    held = [(key, tally) for key, tally in found.items() if not tally.is_empty]
    held.sort(key=lambda item: (-item[1].datasets, item[0]))
    return Division(dict(held[:limit]), sum(tally.datasets > 0 for _, tally in held))
