"""The search: words, filters, suggestions."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.catalogue.api.dependencies import GivenDatabase, GivenIndex
from services.catalogue.api.search_query import GivenQuery, SearchQuery, search_page
from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.search import Facet, FacetValue, SearchResult, Sort
from services.catalogue.operations.consolidate import available
from services.catalogue.operations.directory import suggest
from services.catalogue.operations.guides import search_guides
from services.catalogue.portal.language import Language, chosen, language_of
from services.catalogue.portal.rendering import linker, render
from shared.http.paging import Cursor

router = APIRouter()

PAGE = "/recherche"
PAGE_SIZE = 20
FACET_VALUES_SHOWN = 8
_GUIDES = 3


@dataclass(frozen=True)
class Choice:
    """A value of a facet as a link that takes it or gives it back."""

    label: str
    count: int
    selected: bool
    parameters: dict[str, Any]
    detail: str = ""


@router.get(PAGE)
@router.get("/search")
async def search(
    request: Request,
    database: GivenDatabase,
    index: GivenIndex,
    query: GivenQuery,
    cursor: Cursor = None,
) -> Response:
    """Datasets found, with the facets to narrow them."""
    result, following = await search_page(index, query, cursor, PAGE_SIZE)
    language = language_of(request)
    parameters = _parameters(query)
    facets = {
        facet: _choices(facet, result, parameters, language)
        for facet in (
            Facet.VERDICT,
            Facet.SCHEMA,
            Facet.ORGANIZATION,
            Facet.TERRITORY,
            Facet.FORMAT,
            Facet.LICENSE,
            Facet.QUALITY,
        )
    }
    guides = [] if cursor else await search_guides(index, query.q, language.code, _GUIDES)
    schema, place = _only(result, Facet.SCHEMA), _only(result, Facet.TERRITORY)
    one_file = await available(database, schema=schema, territory=place) if schema else []
    return render(
        request,
        "search.html",
        {
            "q": query.q,
            "result": result,
            "facets": {
                facet: choices
                for facet, choices in facets.items()
                if any(choice.selected or choice.count < result.total for choice in choices)
            },
            "active": _active(facets, parameters),
            "parameters": parameters,
            "sorts": [sort for sort in Sort if sort is not Sort.RELEVANCE or query.q.strip()],
            "next_parameters": {**parameters, "cursor": following} if following else None,
            "first_page": cursor is None,
            "feed": _feed(query),
            "one_file": one_file,
            "guides": guides,
            "one_file_territory": place or "",
            "shown_values": FACET_VALUES_SHOWN,
            "fictitious": any(hit.fictitious for hit in result.hits),
        },
    )


@router.get("/suggestions")
async def suggestions(
    request: Request, index: GivenIndex, q: Annotated[str, Query(max_length=100)] = ""
) -> list[dict[str, str]]:
    """What begins as what was typed, with the page that each leads to."""
    language, link = language_of(request), linker(chosen(request))
    pages = {
        "organization": lambda key: link(PAGE, {"organization": key}),
        "territory": lambda key: link(f"/territoires/{key}"),
        "dataset": lambda key: link(f"/jeux/{key}"),
        "schema": lambda key: link(f"/schemas/{key}"),
    }
    return [
        {
            "label": schema_label(found.key, language.code)
            if found.kind == "schema"
            else found.label,
            "detail": language.text_or(f"kind.{found.detail}", found.detail or ""),
            "address": pages[found.kind](found.key),
        }
        for found in await suggest(index, q)
        if found.kind in pages
    ]


def _only(result: SearchResult, facet: Facet) -> str | None:
    """The one value of a facet that was chosen; None when it is none or several."""
    chosen = [value.value for value in result.facets.get(facet, ()) if value.selected]
    return chosen[0] if len(chosen) == 1 else None


def _parameters(query: SearchQuery) -> dict[str, Any]:
    parameters: dict[str, Any] = {"q": query.q}
    parameters.update({facet.value: list(values) for facet, values in query.filters.items()})
    if query.sort:
        parameters["sort"] = query.sort.value
    return parameters


def _feed(query: SearchQuery) -> dict[str, str] | None:
    """The filters of the feed that follows this search; None for one that no feed can follow.

    Feeds go by territory, schema and organisation, one value of each.
    """
    filters = {facet.value: values for facet, values in query.filters.items() if values}
    if query.q.strip() or not filters.keys() <= {"territory", "schema", "organization"}:
        return None
    if any(len(values) > 1 for values in filters.values()):
        return None
    return {name: values[0] for name, values in filters.items()}


def _choices(
    facet: Facet, result: SearchResult, parameters: dict[str, Any], language: Language
) -> list[Choice]:
    """The values worth showing. A territory that holds everything found narrows nothing."""
    values = [
        value
        for value in result.facets.get(facet, ())
        if facet is not Facet.TERRITORY or value.selected or value.count < result.total
    ]
    return [
        Choice(
            label=_label(facet, value, language),
            count=value.count,
            selected=value.selected,
            parameters=_toggled(facet, value, parameters, result),
            detail=language.text_or(f"kind.{value.kind}", "") if value.kind else "",
        )
        for value in values
    ]


def _label(facet: Facet, value: FacetValue, language: Language) -> str:
    if facet in {Facet.LICENSE, Facet.VERDICT, Facet.QUALITY}:
        return language.text_or(f"{facet.value}.{value.value}", value.value)
    if facet is Facet.SCHEMA:
        return schema_label(value.value, language.code)
    return value.label.upper() if facet is Facet.FORMAT else value.label


def _toggled(
    facet: Facet, value: FacetValue, parameters: dict[str, Any], result: SearchResult
) -> dict[str, Any]:
    """The search with the value taken, or given back.

    Chosen values are read from the result: the address may name them in another form.
    """
    chosen = [known.value for known in result.facets.get(facet, ()) if known.selected]
    if value.selected:
        chosen.remove(value.value)
    else:
        chosen.append(value.value)
    return {**parameters, facet.value: chosen}


def _active(facets: dict[Facet, list[Choice]], parameters: dict[str, Any]) -> list[Choice]:
    """Chosen values, and those of the address that name nothing, so they can be removed."""
    active = [choice for choices in facets.values() for choice in choices if choice.selected]
    for facet, choices in facets.items():
        asked = parameters.get(facet.value, [])
        if asked and not any(choice.selected for choice in choices):
            without = {name: v for name, v in parameters.items() if name != facet.value}
            active.extend(Choice(value, 0, True, without) for value in asked)
    return active
