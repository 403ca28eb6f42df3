"""The catalogue as the SCDL wants it: one CSV that any validator of schemas accepts."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.catalogue.adapters.scdl_catalogue import COLUMNS, line_of
from services.catalogue.api.dependencies import GivenDatabase, GivenIndex
from services.catalogue.api.search_query import SearchQuery, search_query
from services.catalogue.api.tables import csv_stream
from services.catalogue.operations.export_dcat import every_published

router = APIRouter()


@router.get("/catalog.csv", summary="Le catalogue au format SCDL")
async def get_scdl_catalogue(
    request: Request,
    database: GivenDatabase,
    index: GivenIndex,
    query: Annotated[SearchQuery, Depends(search_query)],
) -> Response:
    """Schema `scdl/catalogue` 0.1.3, with the filters of the search, streamed.

    The column INCONNUS names what the source did not say and a convention has filled.
    """
    base = request.app.state.settings.public_url.rstrip("/")

    async def lines() -> AsyncIterator[list[Any]]:
        async for batch in every_published(
            database, index, query=query.q, filters=query.filters, sort=query.sort
        ):
            for dataset in batch:
                if (line := line_of(base, dataset)) is not None:
                    yield line

    return csv_stream("catalogue", COLUMNS, lines(), spreadsheet=False)
