"""The stock of the catalogue day by day: followed at each change, made again from the states.

Statements are written out: each compares, closes and adds up whole sets at once.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    Date,
    Integer,
    Subquery,
    TableValuedAlias,
    Text,
    Uuid,
    bindparam,
    column,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.described import Described
from services.catalogue.models.series import Breakdown, Change, Metric, SeriesQuery
from services.catalogue.models.stock import ALL, state_of
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.storage.loaded import loaded_version, note_loaded
from services.catalogue.storage.stock_tables import (
    stock_changes,
    stock_pairs,
    stock_states,
    stock_totals,
)
from shared.given import Given, Write, overwriting

WITHIN = ("place", "territory")
"""Scopes that hold what is on a territory: its own, and what is below it."""

RULES_VERSION = "4"
"""Raised when states or sums are made otherwise: they are then made again at the next start."""

# Most datasets of a portal are its town's, and of few schemas: they are added up by that before
# each sum is spread over all the scopes that it counts in.
_MOVED = """
    select organization_id, territory_path, schema_name, verdict, day,
           sum(case verdict when '' then sign * number else 0 end) as datasets,
           sum(case verdict when '' then 0 else sign * number end) as resources
    from changed
    cross join lateral unnest(schema_names, verdicts, numbers) as line(schema_name, verdict, number)
    group by organization_id, territory_path, schema_name, verdict, day
"""
_LINES = """
    select scope, key, variant as schema_name, verdict, day,
           sum(datasets) as datasets, sum(resources) as resources
    from moved
    cross join lateral (
        select 'all' as scope, '' as key
        union all select 'organization', organization_id::text
        union all select 'place', coalesce(territory_path[1], '')
        union all select 'territory', unnest(territory_path[2:])
    ) scopes
    cross join lateral (
        select schema_name as variant
        union all select '*' where verdict <> ''
    ) variants
    group by scope, key, variant, verdict, day
"""
_ADDED = (
    "set datasets = c.datasets + excluded.datasets, resources = c.resources + excluded.resources"
)
BY_VERDICT = ", ".join(
    f"sum(case verdict when '{verdict}' then resources else 0 end) as \"{verdict}\""
    for verdict in VERDICTS
)
"""Resources of lines with a verdict each, side by side: columns of a statement."""
_PAIRED = ("datasets", *(f'"{verdict}"' for verdict in VERDICTS))
# What the changes in `changed` add to all that is made of them.
_SUMS = f"""
moved as materialized ({_MOVED}),
lines as materialized ({_LINES}),
paired as (
    select organization_id, territory_path,
           sum(case schema_name when '*' then datasets else 0 end) as datasets, {BY_VERDICT}
    from moved group by 1, 2
),
pairs as (
    insert into catalogue.stock_pairs as c
    select * from paired where {" or ".join(f"{number} <> 0" for number in _PAIRED)}
    on conflict (organization_id, territory_path) do update
    set {", ".join(f"{number} = c.{number} + excluded.{number}" for number in _PAIRED)}
)
"""  # noqa: S608 – made of the texts above
_COUNTED_AS = ("organization_id", "territory_path", "schema_names", "verdicts", "numbers")
_GIVEN = Given(stock_states, ["dataset_id", *_COUNTED_AS])
_SAME = " and ".join(f"p.{name} = k.{name}" for name in ("dataset_id", *_COUNTED_AS))
_NAMES = ", ".join(_COUNTED_AS)
_STATES = f"""
with present as materialized ({_GIVEN.query}),
-- One by one, each in the index: a plan that was made while the table was nearly empty would read
-- all of it for as long as nobody has counted it again.
former as (
    select state.* from unnest(:ids) as told(id) cross join lateral (
        select * from catalogue.stock_states where dataset_id = told.id offset 0
    ) state
),
known as (select * from former where until is null),
-- Another process, whose clock is ahead, may have counted them tomorrow.
today as materialized (
    select greatest(cast(:now as date), max(coalesce(until, since))) as day from former
),
gone as (select k.* from known k where not exists (select from present p where {_SAME})),
come as (select p.* from present p where not exists (select from known k where {_SAME})),
-- Unless it is overwritten: of two writings of one row in a statement, PostgreSQL does not say
-- which counts.
dropped as (
    delete from catalogue.stock_states s using gone, today
    where s.dataset_id = gone.dataset_id and s.since = gone.since and gone.since = today.day
    and not exists (select from come where come.dataset_id = gone.dataset_id)
),
closed as (
    update catalogue.stock_states s set until = today.day from gone, today
    where s.dataset_id = gone.dataset_id and s.since = gone.since and gone.since < today.day
),
-- What was counted otherwise on the same day is overwritten.
added as (
    insert into catalogue.stock_states (dataset_id, {_NAMES}, since)
    select dataset_id, {_NAMES}, day from come, today
    on conflict (dataset_id, since) do update set {overwriting(_COUNTED_AS)}
),
changed as (
    select -1 as sign, day, {_NAMES} from gone, today
    union all
    select 1, day, {_NAMES} from come, today
)
"""  # noqa: S608 – made of the texts above
# When its day is over, a trigger of the totals writes it into the changes.
_ADD = f"""
insert into catalogue.stock_totals as c
select scope, key, schema_name, verdict, datasets, resources, day, datasets, resources from lines
where datasets <> 0 or resources <> 0
on conflict (scope, key, schema_name, verdict) do update {_ADDED},
    day = excluded.day, day_datasets = c.day_datasets + excluded.datasets,
    day_resources = c.day_resources + excluded.resources
"""  # noqa: S608 – made of the texts above
_BINDS = bindparam("ids", type_=ARRAY(Uuid)), bindparam("now", type_=Date)
_FOLLOW = text(f"{_STATES}, {_SUMS} {_ADD}").bindparams(*_BINDS)
_NOTE = text(f"{_STATES} select count(*) from changed").bindparams(*_BINDS)  # noqa: S608 – as above
_REBUILD = f"""
with changed as (
    select 1 as sign, since as day, {_NAMES} from catalogue.stock_states
    union all
    select -1, until, {_NAMES} from catalogue.stock_states where until is not null
),
{_SUMS},
days as materialized (
    select *, max(day) over (partition by scope, key, schema_name, verdict) as last_day from lines
    where datasets <> 0 or resources <> 0
),
totals as (
    insert into catalogue.stock_totals
    select scope, key, schema_name, verdict, sum(datasets), sum(resources), last_day,
           sum(datasets) filter (where day = last_day),
           sum(resources) filter (where day = last_day)
    from days group by scope, key, schema_name, verdict, last_day
)
insert into catalogue.stock_changes
select scope, key, schema_name, verdict, day, datasets, resources from days where day < last_day
"""  # noqa: S608 – made of the texts above
_MADE_OF_STATES = (stock_changes, stock_totals, stock_pairs)
_DATA_NAME = "statistics"


class StockStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def note(self, described: Sequence[Described], day: date) -> None:
        """As `counted`, without adding it up: `rebuild` has to follow."""
        if described:
            await self._session.execute(_NOTE, _values(described, day))

    async def distrust(self) -> None:
        """Have everything counted anew at the next start, unless `rebuild` comes before."""
        await note_loaded(self._session, _DATA_NAME, "")

    async def rebuild(self) -> None:
        """Make the daily changes and the totals again from the states, and note that this was
        done. Readers see the former ones until the commit.
        """
        for table in _MADE_OF_STATES:
            await self._session.execute(delete(table))
        await self._session.execute(text(_REBUILD))
        await note_loaded(self._session, _DATA_NAME, RULES_VERSION)

    async def is_current(self) -> bool:
        """Whether all that is stored was counted by these rules."""
        return await loaded_version(self._session, _DATA_NAME) == RULES_VERSION

    async def changes(self, query: SeriesQuery) -> list[Change]:
        """Every change until the end of the period, by day; by `by` where it is asked."""
        if query.territory is not None and (
            query.organization is not None or query.by is Breakdown.ORGANIZATION
        ):
            return await self._of_states(query)
        c = _days().c
        scopes, key = _kept(query)
        conditions = [c.scope.in_(scopes), c.day <= query.last]
        if key is not None:
            conditions.append(c.key == key)
        if query.by is Breakdown.SCHEMA:
            conditions.append(c.schema_name != ALL)
        else:
            conditions.append(c.schema_name == (ALL if query.schema is None else query.schema))
        if query.verdict is not None:
            conditions.append(c.verdict == query.verdict)
        elif query.metric is not Metric.DATASETS:
            conditions.append(c.verdict != "")
        group = {
            Breakdown.VERDICT: c.verdict,
            Breakdown.SCHEMA: c.schema_name,
            Breakdown.ORGANIZATION: c.key,
            Breakdown.TERRITORY: c.key,
        }
        label = group[query.by] if query.by else literal("")
        rows = await self._session.execute(
            select(
                label.label("key"),
                c.day,
                c.verdict,
                func.sum(c.datasets).label("datasets"),
                func.sum(c.resources).label("resources"),
            )
            .where(*conditions)
            .group_by(*([group[query.by]] if query.by else []), c.day, c.verdict)
            .order_by(c.day)
        )
        return [Change(row.key, row.day, row.verdict, row.datasets, row.resources) for row in rows]

    async def _of_states(self, query: SeriesQuery) -> list[Change]:
        """One member on one territory, or members of a territory: of the states themselves."""
        c, lines = stock_states.c, _lines_of_states()
        line = lines.c
        conditions = [c.territory_path.contains([query.territory])]
        if query.organization is not None:
            conditions.append(c.organization_id == query.organization)
        if query.schema is not None:
            conditions.append(line.schema_name == query.schema)
        elif query.by is not Breakdown.SCHEMA:
            conditions.append(or_(line.verdict != "", line.schema_name == ALL))
        else:
            conditions.append(line.schema_name != ALL)
        if query.verdict is not None:
            conditions.append(line.verdict == query.verdict)
        elif query.metric is not Metric.DATASETS:
            conditions.append(line.verdict != "")
        told = (c.organization_id, c.territory_path, line.schema_name, line.verdict)
        begun = select(c.since.label("day"), line.number, *told).join(lines, true())
        ended = select(c.until, -line.number, *told).join(lines, true())
        moves = union_all(
            begun.where(*conditions), ended.where(*conditions, c.until.is_not(None))
        ).subquery()
        rows = await self._session.execute(select(moves).where(moves.c.day <= query.last))
        return [
            Change(
                key=_key_of(row, query.by),
                day=row.day,
                verdict=row.verdict,
                datasets=0 if row.verdict else row.number,
                resources=row.number if row.verdict else 0,
            )
            for row in sorted(rows, key=lambda row: row.day)
        ]


def counted(described: Sequence[Described], day: date) -> Write:
    """Note what these datasets and their resources count as from that day on, and add it to all
    that is made of it.
    """
    return _FOLLOW, _values(described, day)


def _values(described: Sequence[Described], day: date) -> dict[str, Any]:
    states = [state for one in described if (state := state_of(one))]
    return {**_GIVEN.values(states), "ids": [one.id for one in described], "now": day}


def _lines_of_states() -> TableValuedAlias:
    """What each state counts as, beside it: `schema_name`, `verdict`, `number`."""
    c = stock_states.c
    lines = func.unnest(c.schema_names, c.verdicts, c.numbers).table_valued(
        column("schema_name", Text), column("verdict", Text), column("number", Integer)
    )
    return lines.render_derived(name="line")


def _days() -> Subquery:
    """What each day added: the days that are over, and the last one of each line."""
    t = stock_totals.c
    last = select(
        t.scope,
        t.key,
        t.schema_name,
        t.verdict,
        t.day,
        t.day_datasets.label("datasets"),
        t.day_resources.label("resources"),
    )
    return union_all(select(stock_changes), last).subquery()


def _kept(query: SeriesQuery) -> tuple[Sequence[str], str | None]:
    """Where the changes of a query are kept; without a key: of every one."""
    if query.by is Breakdown.ORGANIZATION:
        return ["organization"], str(query.organization) if query.organization else None
    if query.by is Breakdown.TERRITORY:
        return ["place"], query.territory
    if query.organization is not None:
        return ["organization"], str(query.organization)
    return (WITHIN, query.territory) if query.territory is not None else (["all"], "")


def _key_of(row: object, by: Breakdown | None) -> str:
    found = {
        Breakdown.VERDICT: "verdict",
        Breakdown.SCHEMA: "schema_name",
        Breakdown.ORGANIZATION: "organization_id",
    }
    if by is Breakdown.TERRITORY:
        path: list[str] = getattr(row, "territory_path", [])
        return path[0] if path else ""
    return str(getattr(row, found[by])) if by else ""
