"""Search the catalogue: find, relax when nothing is found, name what was found."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.search import (
    Criteria,
    Facet,
    FacetValue,
    Hit,
    Position,
    SearchResult,
    Sort,
)
from services.catalogue.models.territory import Territory, zone_code
from services.catalogue.models.text import parse_query
from services.catalogue.storage.search import SearchStore
from services.catalogue.storage.territories import TerritoryStore
from shared.access.models import Organization
from shared.access.store import AccessStore
from shared.db import Database

Filters = Mapping[Facet, Sequence[str]]
_NOBODY = str(UUID(int=0))
_NOWHERE = "-"
_EXPORT_PAGE = 500


async def search_datasets(
    database: Database,
    *,
    query: str = "",
    filters: Filters,
    as_of: datetime,
    sort: Sort | None = None,
    limit: int = 20,
    after: Position | None = None,
    relaxed: bool | None = None,
    with_facets: bool = True,
) -> SearchResult:
    """One page. Without `sort`: by relevance when words are given, else newest first.

    `relaxed` None: all words must be there, unless no dataset has them all; a later page
    says what the first one found.
    """
    async with database.begin() as session:
        members = await AccessStore(session).organizations()
        criteria = Criteria(
            terms=parse_query(query),
            filters=await _resolved(session, filters, members),
            as_of=as_of,
            any_term=bool(relaxed),
        )
        sort = sort or (Sort.RELEVANCE if criteria.terms else Sort.MODIFIED)
        store = SearchStore(session)
        total = await store.total(criteria)
        if total == 0 and relaxed is None and len(criteria.terms) > 1:
            criteria = replace(criteria, any_term=True)
            total = await store.total(criteria)
        found = await store.page(criteria, sort, limit + 1, after)
        counts = await store.facets(criteria) if with_facets else {}
        hits = await _named(session, found[:limit], members)
        facets = await _labelled(session, counts, criteria, members)
    more = found[limit - 1] if len(found) > limit else None
    return SearchResult(
        hits=hits,
        total=total,
        relaxed=criteria.any_term and total > 0,
        sort=sort,
        as_of=as_of,
        next=Position(more.key, more.id) if more else None,
        facets=facets,
    )


async def every_hit(
    database: Database, *, query: str, filters: Filters, as_of: datetime, sort: Sort | None
) -> AsyncIterator[Hit]:
    """Every dataset of a search, page after page: memory does not grow with the list."""
    after: Position | None = None
    relaxed: bool | None = None
    while True:
        page = await search_datasets(
            database,
            query=query,
            filters=filters,
            as_of=as_of,
            sort=sort,
            limit=_EXPORT_PAGE,
            after=after,
            relaxed=relaxed,
            with_facets=False,
        )
        for hit in page.hits:
            yield hit
        if page.next is None:
            return
        after, relaxed = page.next, page.relaxed


async def _resolved(
    session: AsyncSession, filters: Filters, members: Sequence[Organization]
) -> dict[Facet, tuple[str, ...]]:
    """The filters with the codes that are stored.

    Organisations may be named by id, SIREN, INSEE code or name; territories in every form
    of a zone. What names nothing finds nothing.
    """
    resolved = {facet: tuple(values) for facet, values in filters.items() if values}
    if Facet.TERRITORY in resolved:
        asked = {value: zone_code(value) or value for value in resolved[Facet.TERRITORY]}
        known = await TerritoryStore(session).find(asked.values())
        resolved[Facet.TERRITORY] = tuple(
            known[code].code if code in known else _NOWHERE for code in asked.values()
        )
    if Facet.ORGANIZATION in resolved:
        ids = {
            name.casefold(): str(member.id)
            for member in members
            for name in (member.name, member.insee_code, member.siren, str(member.id))
            if name
        }
        resolved[Facet.ORGANIZATION] = tuple(
            ids.get(value.casefold(), _NOBODY) for value in resolved[Facet.ORGANIZATION]
        )
    return resolved


async def _named(
    session: AsyncSession, hits: Sequence[Hit], members: Sequence[Organization]
) -> tuple[Hit, ...]:
    names = {member.id: member.name for member in members}
    codes = [hit.territory_code for hit in hits if hit.territory_code]
    places = await TerritoryStore(session).find(codes)
    return tuple(
        replace(
            hit,
            organization_name=names.get(hit.organization_id, ""),
            territory_name=places[hit.territory_code].name
            if hit.territory_code in places
            else None,
        )
        for hit in hits
    )


async def _labelled(
    session: AsyncSession,
    counts: Mapping[Facet, Sequence[tuple[str, int]]],
    criteria: Criteria,
    members: Sequence[Organization],
) -> dict[Facet, tuple[FacetValue, ...]]:
    selected = criteria.filters.get(Facet.TERRITORY, ())
    codes = [value for value, _ in counts.get(Facet.TERRITORY, ())]
    places = await TerritoryStore(session).find([*codes, *selected])
    names: dict[Facet, Mapping[str, Any]] = {
        Facet.ORGANIZATION: {str(member.id): member.name for member in members},
        Facet.TERRITORY: {code: place.name for code, place in places.items()},
    }
    return {
        facet: tuple(
            _facet_value(facet, value, count, criteria, names.get(facet, {}), places)
            for value, count in _with_selected(values, criteria.filters.get(facet, ()))
        )
        for facet, values in counts.items()
    }


def _with_selected(
    values: Sequence[tuple[str, int]], selected: Sequence[str]
) -> list[tuple[str, int]]:
    """What is chosen stays visible, so that it can be taken back, even at zero."""
    present = {value for value, _ in values}
    missing = [(s, 0) for s in selected if s not in present | {_NOBODY, _NOWHERE}]
    return [*values, *missing]


def _facet_value(
    facet: Facet,
    value: str,
    count: int,
    criteria: Criteria,
    names: Mapping[str, str],
    places: Mapping[str, Territory],
) -> FacetValue:
    label = schema_label(value) if facet is Facet.SCHEMA else names.get(value, value)
    place = places.get(value) if facet is Facet.TERRITORY else None
    return FacetValue(
        value=value,
        label=label,
        count=count,
        selected=value in criteria.filters.get(facet, ()),
        kind=place.kind if place else None,
    )
