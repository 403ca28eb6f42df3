"""The pages of members and territories."""

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenDatabase, GivenIndex
from services.catalogue.api.directory import members_with_counts
from services.catalogue.models.search import Facet
from services.catalogue.operations.directory import read_organizations, read_place
from services.catalogue.operations.search_datasets import search_datasets
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.portal.rendering import render

router = APIRouter()

_LATEST = 10
_READ = ["GET", "HEAD"]


@router.api_route("/organisations", methods=_READ)
async def organizations(request: Request, database: GivenDatabase) -> Response:
    """Who publishes what, those who publish nothing included."""
    statistics = await read_statistics(database)
    members = members_with_counts(await read_organizations(database), statistics)
    return render(
        request,
        "organizations.html",
        {"members": members, "fictitious": statistics.fictitious_datasets > 0},
    )


@router.api_route("/territoires/{code}", methods=_READ)
async def territory(
    request: Request, code: str, database: GivenDatabase, index: GivenIndex
) -> Response:
    """What is published on a territory and below it."""
    place = await read_place(database, code)
    statistics = await read_statistics(database, territory=place.territory.code)
    latest = await search_datasets(
        index,
        filters={Facet.TERRITORY: [place.territory.code]},
        limit=_LATEST,
        with_facets=False,
    )
    return render(
        request,
        "territory.html",
        {
            "place": place,
            "statistics": statistics,
            "members": members_with_counts(place.members, statistics),
            "latest": latest.hits,
            "schemas": [line for line in statistics.by_schema if line.key],
            "fictitious": statistics.fictitious_datasets > 0,
        },
    )
