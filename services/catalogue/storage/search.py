"""Searching datasets in PostgreSQL: full text, facets, keyset pages."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Double,
    Row,
    Select,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.search import Criteria, Facet, Hit, Position, Sort
from services.catalogue.models.text import Term
from services.catalogue.storage.conditions import shown
from services.catalogue.storage.datasets import EXACT, FRENCH
from services.catalogue.storage.tables import datasets

FACET_SIZE = 50
"""Values given of one facet."""

# Title, names, topics, the rest: the letters A to D of the document, in PostgreSQL's order.
_WEIGHTS: ColumnElement[Any] = literal_column("'{0.1, 0.3, 0.6, 1.0}'::float4[]")
# How much of the relevance does not depend on validity and on freshness.
_FLOOR = 0.6
_ARCHIVED = 0.3
_LEAST_BEGINNING = 4  # letters of a word that may stand for a longer one
_FRESHNESS_HALVES_IN_DAYS = 365
_ARRAYS = {
    Facet.SCHEMA: datasets.c.schemas,
    Facet.TERRITORY: datasets.c.territory_path,
    Facet.FORMAT: datasets.c.formats,
    Facet.VERDICT: datasets.c.verdicts,
}


class SearchStore:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def total(self, criteria: Criteria) -> int:
        """How many datasets fit."""
        return (
            await self._session.scalar(
                select(func.count()).select_from(datasets).where(*_conditions(criteria))
            )
            or 0
        )

    async def page(
        self, criteria: Criteria, sort: Sort, limit: int, after: Position | None
    ) -> list[Hit]:
        """The next `limit` datasets of the order behind `after`."""
        key = _sort_key(criteria, sort)
        ranked = select(datasets, key.label("key")).where(*_conditions(criteria)).subquery()
        statement: Select[Any] = select(ranked).limit(limit)
        place = tuple_(ranked.c.key, ranked.c.id)
        if sort is Sort.TITLE:
            statement = statement.order_by(ranked.c.key, ranked.c.id)
            ahead = place > tuple_(literal(after.key), literal(after.id)) if after else None
        else:
            statement = statement.order_by(ranked.c.key.desc(), ranked.c.id.desc())
            ahead = place < tuple_(literal(after.key), literal(after.id)) if after else None
        if ahead is not None:
            statement = statement.where(ahead)
        return [_hit(row) for row in await self._session.execute(statement)]

    async def facets(self, criteria: Criteria) -> dict[Facet, list[tuple[str, int]]]:
        """The most frequent values of each facet, its own filter left out, in one query."""
        parts = [_facet(criteria, facet) for facet in Facet]
        counts: dict[Facet, list[tuple[str, int]]] = {facet: [] for facet in Facet}
        for row in await self._session.execute(union_all(*parts)):
            counts[Facet(row.facet)].append((row.value, row.number))
        return {
            facet: sorted(values, key=lambda found: (-found[1], found[0]))
            for facet, values in counts.items()
        }


def _facet(criteria: Criteria, facet: Facet) -> Select[Any]:
    others = {name: values for name, values in criteria.filters.items() if name is not facet}
    conditions = [shown(), *_text_conditions(criteria), *_filters(others)]
    if facet in _ARRAYS:
        column: ColumnElement[Any] = func.unnest(_ARRAYS[facet])
    else:
        column = cast(_single(facet), datasets.c.title.type)
    values = select(column.label("value")).where(*conditions).subquery()
    counted = (
        select(
            literal_column(f"'{facet.value}'").label("facet"),
            values.c.value,
            func.count().label("number"),
        )
        .where(values.c.value.is_not(None))
        .group_by(values.c.value)
        .order_by(literal_column("number").desc(), values.c.value)
        .limit(FACET_SIZE)
        .subquery()
    )
    return select(counted)


def _single(facet: Facet) -> ColumnElement[Any]:
    return datasets.c.organization_id if facet is Facet.ORGANIZATION else datasets.c.license


def _conditions(criteria: Criteria) -> list[ColumnElement[bool]]:
    return [shown(), *_text_conditions(criteria), *_filters(criteria.filters)]


def _filters(filters: Mapping[Facet, tuple[str, ...]]) -> Iterable[ColumnElement[bool]]:
    for facet, values in filters.items():
        if facet in _ARRAYS:
            yield _ARRAYS[facet].overlap(list(values))
        elif facet is Facet.ORGANIZATION:
            yield datasets.c.organization_id.in_([UUID(value) for value in values])
        else:
            yield datasets.c.license.in_(values)


def _text_conditions(criteria: Criteria) -> list[ColumnElement[bool]]:
    wanted = _wanted(criteria)
    unwanted = [_term(term) for term in criteria.terms if term.excluded]
    conditions: list[ColumnElement[bool]] = []
    if wanted:
        joined = _joined(wanted, "||" if criteria.any_term else "&&")
        conditions.append(datasets.c.search.bool_op("@@")(joined))
    conditions.extend(~datasets.c.search.bool_op("@@")(query) for query in unwanted)
    return conditions


def _joined(queries: list[ColumnElement[Any]], operator: str) -> ColumnElement[Any]:
    whole = queries[0]
    for query in queries[1:]:
        whole = whole.op(operator, return_type=TSQUERY())(query)
    return whole.self_group()


def _wanted(criteria: Criteria) -> list[ColumnElement[Any]]:
    """The terms that count for a dataset; where one is enough, beginnings of words do, too."""
    return [
        _term(term, partial=criteria.any_term and len(term.words[0]) >= _LEAST_BEGINNING)
        for term in criteria.terms
        if not term.excluded
    ]


def _term(term: Term, *, partial: bool = False) -> ColumnElement[Any]:
    """A term as a tsquery. The words are letters and digits only: nothing to escape."""
    if len(term.words) > 1:
        return func.phraseto_tsquery(EXACT, " ".join(term.words), type_=TSQUERY())
    stem = func.to_tsquery(FRENCH, term.words[0], type_=TSQUERY())
    whole = f"{term.words[0]}:*" if term.partial or partial else term.words[0]
    exact = func.to_tsquery(EXACT, whole, type_=TSQUERY())
    return stem.op("||", return_type=TSQUERY())(exact).self_group()


def _sort_key(criteria: Criteria, sort: Sort) -> ColumnElement[Any]:
    if sort is Sort.RELEVANCE:
        return _relevance(criteria)
    if sort is Sort.QUALITY:
        return func.coalesce(datasets.c.validity, -1.0)
    return datasets.c.plain_title if sort is Sort.TITLE else datasets.c.fresh_at


def _relevance(criteria: Criteria) -> ColumnElement[Any]:
    """Relevance × validity × freshness; what is archived comes last.

    Ranked by `or` even where all terms must be there: ranking by `and` goes by the distance
    between words, which between a title and a publisher's name means nothing.
    """
    wanted = _wanted(criteria)
    text: ColumnElement[Any] = literal(1.0, Double)
    if wanted:
        text = cast(func.ts_rank(_WEIGHTS, datasets.c.search, _joined(wanted, "||")), Double)
    age = func.greatest(
        0.0, func.extract("epoch", literal(criteria.as_of) - datasets.c.fresh_at) / 86_400.0
    )
    freshness = 1.0 / (1.0 + age / _FRESHNESS_HALVES_IN_DAYS)
    validity = func.coalesce(datasets.c.validity, 0.5)
    archived = case((datasets.c.archived, _ARCHIVED), else_=1.0)
    return cast(
        text * (_FLOOR + (1 - _FLOOR) * validity) * (_FLOOR + (1 - _FLOOR) * freshness) * archived,
        Double,
    )


def _hit(row: Row[Any]) -> Hit:
    values: dict[str, Any] = {
        name: getattr(row, name)
        for name in Hit.__dataclass_fields__
        if name not in {"organization_name", "territory_name"}
    }
    for name in ("keywords", "schemas", "formats"):
        values[name] = tuple(values[name])
    return Hit(**values)
