"""The catalogue as DCAT-AP: by pages, whole, or one dataset."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.catalogue.adapters.dcat.catalogue import CatalogueFacts, PageLinks
from services.catalogue.adapters.dcat.writing import MEDIA_TYPES, Syntax
from services.catalogue.api.dependencies import GivenDatabase, GivenIndex
from services.catalogue.api.search_query import GivenQuery, search_page
from services.catalogue.operations.export_dcat import (
    dataset_document,
    every_published,
    page_document,
    published,
    whole_document,
)
from shared.http.paging import Cursor

router = APIRouter()
_MAX_PAGE = 1_000


@router.get("/catalog.{syntax}", response_model=None, summary="Le catalogue en DCAT-AP")
async def get_catalogue(
    request: Request,
    syntax: Syntax,
    database: GivenDatabase,
    index: GivenIndex,
    query: GivenQuery,
    cursor: Cursor = None,
    page_size: Annotated[int, Query(ge=1, le=_MAX_PAGE)] = 100,
    *,
    whole: Annotated[
        bool, Query(description="Tous les jeux en un seul document, sans pages")
    ] = False,
) -> Response:
    """Turtle, JSON-LD or RDF/XML, with the filters of the search; pages in Hydra's terms."""
    facts = _facts(request)
    if whole:
        batches = every_published(
            database, index, query=query.q, filters=query.filters, sort=query.sort
        )
        return StreamingResponse(
            whole_document(facts, batches, syntax), media_type=MEDIA_TYPES[syntax]
        )
    result, following = await search_page(index, query, cursor, page_size, with_facets=False)
    datasets = await published(database, [hit.id for hit in result.hits])
    links = PageLinks(
        page=_address(request, facts.base, cursor),
        first=_address(request, facts.base, None),
        following=_address(request, facts.base, following) if following else None,
        total=result.total,
    )
    document = page_document(facts, datasets, links, syntax)
    return Response(document, media_type=MEDIA_TYPES[syntax])


@router.get(
    "/datasets/{dataset_id}.{syntax}", response_model=None, summary="Un jeu de données en DCAT-AP"
)
async def get_dataset_description(
    request: Request, dataset_id: UUID, syntax: Syntax, database: GivenDatabase
) -> Response:
    """One dataset in Turtle, JSON-LD or RDF/XML."""
    document = await dataset_document(database, _facts(request), dataset_id, syntax)
    return Response(document, media_type=MEDIA_TYPES[syntax])


def _facts(request: Request) -> CatalogueFacts:
    settings = request.app.state.settings
    return CatalogueFacts(
        base=settings.public_url.rstrip("/"),
        title=settings.portal_title,
        owner=settings.portal_owner,
        generated_at=datetime.now(UTC).replace(microsecond=0),
    )


def _address(request: Request, base: str, cursor: str | None) -> str:
    """The public address of a page: the same question, with another cursor."""
    asked = [item for item in request.query_params.multi_items() if item[0] != "cursor"]
    parameters = urlencode([*asked, *([("cursor", cursor)] if cursor else [])])
    return f"{base}{request.url.path}{'?' if parameters else ''}{parameters}"
