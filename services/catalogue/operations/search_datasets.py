"""Search the catalogue: find, relax when nothing is found, name what was found."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.adapters.index.view import View
from services.catalogue.models.search import (
    Criteria,
    Facet,
    FacetValue,
    Hit,
    Position,
    SearchResult,
    Sort,
)
from services.catalogue.models.territory import zone_code
from services.catalogue.models.text import parse_query

Filters = Mapping[Facet, Sequence[str]]
_NOBODY = "nobody"
_NOWHERE = "-"
_EXPORT_PAGE = 500


async def search_datasets(
    index: LiveIndex,
    *,
    query: str = "",
    filters: Filters,
    sort: Sort | None = None,
    limit: int = 20,
    after: Position | None = None,
    missing: int | None = None,
    with_facets: bool = True,
    explained: bool = False,
) -> SearchResult:
    """One page. Without `sort`: by relevance when words are given, else newest first.

    `missing` None: all words must be there, unless hardly any dataset has them all; a later
    page says what the first one found. Raises `SearchNotReadyError` before the first build.
    """
    terms = parse_query(query)
    chosen = sort or (Sort.RELEVANCE if terms else Sort.MODIFIED)

    def read(view: View) -> SearchResult:
        criteria = Criteria(terms, _resolved(view, filters), missing or 0)
        found = view.search(
            criteria,
            chosen,
            limit=limit,
            after=after,
            relax=missing is None,
            with_facets=with_facets,
            explained=explained,
        )
        return SearchResult(
            hits=tuple(found.hits),
            total=found.total,
            missing=found.missing,
            sort=chosen,
            next=found.next,
            facets={
                facet: _values(view, facet, counts, criteria.filters.get(facet, ()))
                for facet, counts in found.facets.items()
            },
            corrected=found.corrected,
        )

    return await index.read(read)


async def every_hit(
    index: LiveIndex, *, query: str, filters: Filters, sort: Sort | None
) -> AsyncIterator[Hit]:
    """Every dataset of a search, from one state of the index: what is written meanwhile
    neither shows twice nor hides another.
    """
    terms = parse_query(query)
    chosen = sort or (Sort.RELEVANCE if terms else Sort.MODIFIED)
    view = index.view
    criteria = Criteria(terms, _resolved(view, filters))
    places = await asyncio.to_thread(view.every, criteria, chosen)
    for start in range(0, len(places), _EXPORT_PAGE):
        part = places[start : start + _EXPORT_PAGE]
        for hit in await asyncio.to_thread(view.hits, part):
            yield hit


def _resolved(view: View, filters: Filters) -> dict[Facet, tuple[str, ...]]:
    """The filters with the codes that are indexed.

    Organisations may be named by id, SIREN, INSEE code or name; territories in every form
    of a zone; formats in capitals. What names nothing finds nothing.
    """
    resolved = {facet: tuple(values) for facet, values in filters.items() if values}
    if Facet.FORMAT in resolved:
        resolved[Facet.FORMAT] = tuple(value.lower() for value in resolved[Facet.FORMAT])
    if Facet.TERRITORY in resolved:
        resolved[Facet.TERRITORY] = tuple(
            place.code if (place := view.places.find(zone_code(value) or value)) else _NOWHERE
            for value in resolved[Facet.TERRITORY]
        )
    if Facet.ORGANIZATION in resolved:
        resolved[Facet.ORGANIZATION] = tuple(
            view.members.find(value) or _NOBODY for value in resolved[Facet.ORGANIZATION]
        )
    return resolved


def _values(
    view: View, facet: Facet, counts: Sequence[tuple[str, int]], selected: Sequence[str]
) -> tuple[FacetValue, ...]:
    """The values with their names. What is chosen stays visible, even at zero."""
    present = {value for value, _ in counts}
    missing = [(value, 0) for value in selected if value not in present | {_NOBODY, _NOWHERE}]
    return tuple(
        FacetValue(
            value=value,
            label=_label(view, facet, value),
            count=count,
            selected=value in selected,
            kind=place.kind
            if facet is Facet.TERRITORY and (place := view.places.find(value))
            else None,
        )
        for value, count in [*counts, *missing]
    )


def _label(view: View, facet: Facet, value: str) -> str:
    if facet is Facet.ORGANIZATION:
        return view.members.name(value) or value
    return (view.places.name(value) or value) if facet is Facet.TERRITORY else value
