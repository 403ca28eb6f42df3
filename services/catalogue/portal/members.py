"""The page of the members."""

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenDatabase
from services.catalogue.api.directory import members_with_counts
from services.catalogue.operations.directory import read_organizations
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.portal.rendering import render

router = APIRouter()


@router.get("/organisations")
async def organizations(request: Request, database: GivenDatabase) -> Response:
    """Who publishes what, those who publish nothing included."""
    statistics = await read_statistics(database)
    members = members_with_counts(await read_organizations(database), statistics)
    return render(
        request,
        "organizations.html",
        {"members": members, "fictitious": statistics.fictitious_datasets > 0},
    )
