"""Reading what the stock adds up to now: lines that are kept, in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Integer, Text, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.statistics import Counts
from services.catalogue.models.stock import ALL
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.storage.stock import BY_VERDICT

_FILES = ", ".join(f'"{verdict}"' for verdict in VERDICTS)
_FILES_SUMMED = ", ".join(f'sum("{verdict}") as "{verdict}"' for verdict in VERDICTS)
_NO_FILES = ", ".join("0" for _ in VERDICTS)
_KEPT = "select schema_name, verdict, datasets, resources from catalogue.stock_totals where"
_BY_KEY = {
    "territory": f"{_KEPT} scope in ('place', 'territory') and key = :territory",
    "organization": f"{_KEPT} scope = 'organization' and key = cast(:organization as text)",
}
_NARROWED = {
    "territory": "territory_path @> array[cast(:territory as text)]",
    "organization": "organization_id = :organization",
}
_TYPES = {"limit": Integer, "territory": Text, "organization": Uuid}
# The totals over all schemas, in an index that has those with most datasets first.
_RANKED = "schema_name = '*' and verdict = '' and ranked_by > 0"


@cache
def _statement(*narrowed: str) -> TextClause:
    """Of everything, or narrowed by these values of a part."""
    condition = " and ".join(_NARROWED[name] for name in narrowed)
    if not narrowed:
        statement = _told(
            lines=f"{_KEPT} scope = 'all'",
            owners=_most("organization"),
            places=_most("place"),
            owners_number=_number("organization"),
            places_number=_number("place"),
            condition="true",
        )
    else:
        statement = _held(condition) + _told(
            lines=_BY_KEY[narrowed[0]] if len(narrowed) == 1 else _of_states(condition),
            owners=_most_held("organization_id"),
            places=_most_held("place"),
            owners_number="select count(distinct organization_id) from held",
            places_number="select count(distinct place) from held",
            condition=condition,
        )
    return text(statement).bindparams(
        *(bindparam(name, type_=_TYPES[name]) for name in ("limit", *narrowed))
    )


def _told(
    *,
    lines: str,
    owners: str,
    places: str,
    owners_number: str,
    places_number: str,
    condition: str,
) -> str:
    """Each row: of what it is, its key and name, its datasets, and its resources by verdict side
    by side. One without a key says how many there are.
    """
    return f"""
        select 'schema' as breakdown, schema_name as key, schema_name as name,
               sum(datasets) as datasets, {BY_VERDICT}
        from ({lines}) line group by schema_name
        union all
        select 'organization', most.key, coalesce(o.name, most.key), datasets, {_FILES}
        from ({owners}) most left join access.organizations o on o.id = cast(most.key as uuid)
        union all
        select 'place', most.key, coalesce(t.name, most.key), datasets, {_FILES}
        from ({places}) most left join catalogue.territories t on t.code = most.key
        union all
        select 'organization', null, null, ({owners_number}), {_NO_FILES}
        union all
        select 'place', null, null, ({places_number}), {_NO_FILES}
        union all
        select 'fictitious', null, null, count(*), {_NO_FILES} from catalogue.datasets
        where fictitious and duplicate_of is null and {condition}
    """  # noqa: S608 – made of the texts of this module


def _most(scope: str) -> str:
    return f"""
        select key, sum(datasets) as datasets, {BY_VERDICT}
        from (
            select key from catalogue.stock_totals where scope = '{scope}' and {_RANKED}
            order by ranked_by desc, key limit :limit
        ) longest
        join catalogue.stock_totals using (key) where scope = '{scope}' and schema_name = '*'
        group by key
    """  # noqa: S608 – as above


def _number(scope: str) -> str:
    return f"select count(*) from catalogue.stock_totals where scope = '{scope}' and {_RANKED}"  # noqa: S608 – as above


def _held(condition: str) -> str:
    return f"""
        with held as materialized (
            select organization_id, coalesce(territory_path[1], '') as place, datasets, {_FILES}
            from catalogue.stock_pairs where datasets > 0 and {condition}
        )
    """  # noqa: S608 – as above


def _most_held(column: str) -> str:
    return f"""
        select cast({column} as text) as key, sum(datasets) as datasets, {_FILES_SUMMED}
        from held group by {column} order by sum(datasets) desc, {column} limit :limit
    """  # noqa: S608 – as above


def _of_states(condition: str) -> str:
    """What a member has on a territory is not kept by schema. Many of its datasets count alike."""
    return f"""
        select schema_name, verdict,
               case verdict when '' then times * number else 0 end as datasets,
               case verdict when '' then 0 else times * number end as resources
        from (
            select schema_names, verdicts, numbers, cast(count(*) as integer) as times
            from catalogue.stock_states where until is null and {condition}
            group by schema_names, verdicts, numbers
        ) alike
        cross join lateral
            unnest(schema_names, verdicts, numbers) as line(schema_name, verdict, number)
    """  # noqa: S608 – as above


@dataclass(frozen=True)
class Part:
    """What a territory has with all below it, what a member has, both, or (neither) all."""

    territory: str | None = None
    organization: UUID | None = None


@dataclass(frozen=True)
class Breakdowns:
    """Lines as they are found. Each schema is labelled by its name; `organizations` and `places`
    (territories to which datasets belong themselves) are those with most datasets, and the
    numbers count them all. A line without key holds what has none.
    """

    datasets: int
    fictitious: int
    schemas: Sequence[Counts]
    organizations: Sequence[Counts]
    places: Sequence[Counts]
    number_of_organizations: int
    number_of_places: int


class StatisticsStore:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def read(self, part: Part, limit: int | None) -> Breakdowns:
        """What is in a part, in one snapshot: `limit` organisations and places at most.

        Costs as much as what is told, whatever the size of the catalogue.
        """
        given = {name: value for name, value in vars(part).items() if value is not None}
        rows = await self._session.execute(_statement(*given), {"limit": limit, **given})
        lines: dict[str, list[Counts]] = defaultdict(list)
        numbers: dict[str, int] = {}
        datasets = 0
        for breakdown, key, name, number, *files in rows.all():
            if key is None:
                numbers[breakdown] = number
            elif breakdown == "schema" and key == ALL:
                datasets = number
            elif number or any(files):
                verdicts = dict(zip(VERDICTS, files, strict=True))
                lines[breakdown].append(Counts(key or None, name, number, sum(files), verdicts))
        return Breakdowns(
            datasets=datasets,
            fictitious=numbers["fictitious"],
            schemas=lines["schema"],
            organizations=lines["organization"],
            places=lines["place"],
            number_of_organizations=numbers["organization"],
            number_of_places=numbers["place"],
        )
