"""Reading what the stock adds up to now: lines that are kept, in one snapshot."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Integer,
    Select,
    Text,
    TextClause,
    Uuid,
    bindparam,
    case,
    func,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.stock import ALL
from services.catalogue.storage.conditions import shown
from services.catalogue.storage.stock import WITHIN, lines_of_states
from services.catalogue.storage.stock_tables import stock_states, stock_totals
from services.catalogue.storage.tables import datasets

_T = stock_totals.c

_COUNTED = "schema_name = '*' and verdict = '' and ranked_by > 0"
# Of everything: the totals hold the sums, and an index of theirs those with most datasets first.
# The lines without a key say how many there are.
_LINES_OF_ALL = f"""
with longest as (
    (select scope, key from catalogue.stock_totals where scope = 'organization' and {_COUNTED}
     order by ranked_by desc, key limit :limit)
    union all
    (select scope, key from catalogue.stock_totals where scope = 'place' and {_COUNTED}
     order by ranked_by desc, key limit :limit)
)
select scope, key, verdict, datasets, resources
from longest join catalogue.stock_totals using (scope, key) where schema_name = '*'
union all
select scope, null, '', count(*), 0 from catalogue.stock_totals
where scope in ('organization', 'place') and {_COUNTED} group by scope
"""  # noqa: S608 – made of the text above
# Of a part: of its pairs. Only those that are told are added up by verdict.
_LINES_OF_PART = """
with held as materialized (
    select organization_id, place, verdict, datasets, resources
    from catalogue.stock_pairs where {condition}
),
counted as (select * from held where verdict = '' and datasets > 0),
owners as (
    select organization_id from counted group by 1 order by sum(datasets) desc, 1 limit :limit
),
places as (select place from counted group by 1 order by sum(datasets) desc, 1 limit :limit)
select 'organization', organization_id::text, verdict, sum(datasets), sum(resources)
from held join owners using (organization_id) group by organization_id, verdict
union all
select 'place', place, verdict, sum(datasets), sum(resources)
from held join places using (place) group by place, verdict
union all
select 'organization', null, '', count(distinct organization_id), 0 from counted
union all
select 'place', null, '', count(distinct place), 0 from counted
"""
_NARROWED = {
    "territory": """
        place in (select code from catalogue.territories
                  where path @> array[cast(:territory as text)])
    """,
    "organization": "organization_id = :organization",
}
_TYPES = {"limit": Integer, "territory": Text, "organization": Uuid}


@cache
def _lines(*narrowed: str) -> TextClause:
    """Of everything, or narrowed by these values of a part."""
    condition = " and ".join(_NARROWED[name] for name in narrowed)
    statement = _LINES_OF_PART.format(condition=condition) if narrowed else _LINES_OF_ALL
    return text(statement).bindparams(
        *(bindparam(name, type_=_TYPES[name]) for name in ("limit", *narrowed))
    )


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

    @property
    def given(self) -> dict[str, str | UUID]:
        """What it is narrowed by."""
        values = {"territory": self.territory, "organization": self.organization}
        return {name: value for name, value in values.items() if value is not None}


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
        given = part.given
        rows = await self._session.execute(_lines(*given), {"limit": limit, **given})
        tallies: dict[str, dict[str, Tally]] = {
            "organization": defaultdict(Tally),
            "place": defaultdict(Tally),
        }
        numbers = dict.fromkeys(tallies, 0)
        for scope, key, *line in rows.all():
            if key is None:
                _, numbers[scope], _ = line
            else:
                tallies[scope][key].add(*line)
        owners, places = (Division(tallies[scope], numbers[scope]) for scope in tallies)
        return owners, places

    async def fictitious(self, part: Part) -> int:
        """Datasets of a demonstration: they are few, or everything is small."""
        statement = select(func.count()).where(datasets.c.fictitious, shown())
        if part.territory is not None:
            statement = statement.where(datasets.c.territory_path.contains([part.territory]))
        if part.organization is not None:
            statement = statement.where(datasets.c.organization_id == part.organization)
        return int(await self._session.scalar(statement) or 0)

    async def _tallies(self, statement: Select[Any]) -> dict[str, Tally]:
        found: dict[str, Tally] = defaultdict(Tally)
        for key, verdict, number, resources in await self._session.execute(statement):
            found[key].add(verdict, number, resources)
        return {key: tally for key, tally in found.items() if not tally.is_empty}


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
