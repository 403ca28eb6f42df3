"""The parameters of a search, the same for the API, its CSV and the portal."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from services.catalogue.adapters.index.documents import is_title_key
from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.search import Facet, Position, SearchResult, Sort
from services.catalogue.operations.search_datasets import Filters, search_datasets
from shared.errors import InvalidInputError
from shared.http.paging import decode_cursor, encode_cursor

Values = Annotated[list[str] | None, Query()]
_MAX_QUERY = 500
_LARGEST = 2**63


@dataclass(frozen=True)
class SearchQuery:
    """What was asked for. Of several values of one filter, one must hold."""

    q: str
    filters: Filters
    sort: Sort | None


async def search_query(
    q: Annotated[
        str,
        Query(
            max_length=_MAX_QUERY,
            description='Mots cherchés ; "phrase exacte" et -mot exclu sont compris',
        ),
    ] = "",
    territory: Annotated[
        list[str] | None,
        Query(description="Code Insee, SIREN d’EPCI ou d’EPT, département, R + région"),
    ] = None,
    schema: Values = None,
    organization: Annotated[
        list[str] | None, Query(description="Identifiant, SIREN, code Insee ou nom")
    ] = None,
    license: Values = None,  # noqa: A002 – the parameter's name is a contract
    format: Values = None,  # noqa: A002 – the parameter's name is a contract
    verdict: Values = None,
    quality: Annotated[
        list[str] | None,
        Query(
            description="`excellent`, `good`, `sufficient`, `bad`, "
            "ou un nombre de points (sur 405) à atteindre"
        ),
    ] = None,
    sort: Sort | None = None,
) -> SearchQuery:
    """The search that a request's parameters describe. Empty values are no filter."""
    given = {
        Facet.TERRITORY: territory,
        Facet.SCHEMA: schema,
        Facet.ORGANIZATION: organization,
        Facet.LICENSE: license,
        Facet.FORMAT: format,
        Facet.VERDICT: verdict,
        Facet.QUALITY: quality,
    }
    filters = {
        facet: [value.replace("\x00", "") for value in values if value]
        for facet, values in given.items()
        if values and any(values)
    }
    return SearchQuery(q=q, filters=filters, sort=sort)


GivenQuery = Annotated[SearchQuery, Depends(search_query)]


async def search_page(
    index: LiveIndex,
    query: SearchQuery,
    cursor: str | None,
    limit: int,
    *,
    with_facets: bool = True,
    explained: bool = False,
) -> tuple[SearchResult, str | None]:
    """A page of a search, and the cursor of the one behind it.

    Raises `InvalidInputError` for a cursor of another list or none.
    """
    start = _Start(None, None, query.sort) if cursor is None else _start(cursor, query.sort)
    result = await search_datasets(
        index,
        query=query.q,
        filters=query.filters,
        sort=start.sort,
        limit=limit,
        after=start.after,
        missing=start.missing,
        with_facets=with_facets,
        explained=explained,
    )
    return result, _next_cursor(result)


@dataclass(frozen=True)
class _Start:
    """Where a page begins, from its cursor."""

    after: Position | None
    missing: int | None
    sort: Sort | None


def _start(cursor: str, asked: Sort | None) -> _Start:
    name, missing, key, number, offset = decode_cursor(cursor, length=5)
    if (
        name not in set(Sort)
        or asked not in {None, name}
        or not isinstance(key, str if name == Sort.TITLE else int | float)
        or not isinstance(number, int)
        or not isinstance(offset, int)
        or not isinstance(missing, int)
    ):
        raise _foreign_cursor()
    sort = Sort(name)
    if isinstance(key, str) and not is_title_key(key):
        raise _foreign_cursor()
    if not all(0 <= value < _LARGEST for value in (number, offset, missing)) or (
        not isinstance(key, str) and not abs(key) < _LARGEST
    ):
        raise _foreign_cursor()
    return _Start(after=Position(key, number, offset), missing=missing, sort=sort)


def _next_cursor(result: SearchResult) -> str | None:
    if result.next is None:
        return None
    place = result.next
    return encode_cursor(result.sort.value, result.missing, place.key, place.number, place.offset)


def _foreign_cursor() -> InvalidInputError:
    return InvalidInputError(
        "Le paramètre « cursor » ne vient pas de cette liste : reprenez la valeur "
        "« next_cursor » de la page précédente, avec le même tri.",
        message_en="`cursor` does not come from this list: use the previous page's "
        "`next_cursor` with the same sort.",
    )
