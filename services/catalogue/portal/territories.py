"""The page of a territory: what it publishes, how far it has come, what comes next."""

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenDatabase, GivenIndex
from services.catalogue.api.directory import members_with_counts
from services.catalogue.api.method_views import mutualisation_view, standing_view
from services.catalogue.api.quality_views import group_quality_view
from services.catalogue.models.search import Facet
from services.catalogue.operations.directory import read_place
from services.catalogue.operations.guides import read_guides
from services.catalogue.operations.read_method import read_standing
from services.catalogue.operations.read_mutualisation import read_mutualisation
from services.catalogue.operations.read_quality import read_group_quality
from services.catalogue.operations.search_datasets import search_datasets
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.portal.language import language_of
from services.catalogue.portal.monthly import course
from services.catalogue.portal.rendering import render

router = APIRouter()

_LATEST = 6
_ADVICE = 3
_GUIDES = 3


@router.get("/territoires/{code}")
async def territory(
    request: Request, code: str, database: GivenDatabase, index: GivenIndex
) -> Response:
    """What is published on a territory and below it, its phase, duty, scores and neighbours."""
    language = language_of(request)
    place = await read_place(database, code)
    code = place.territory.code
    statistics = await read_statistics(database, territory=code)
    latest = await search_datasets(
        index, filters={Facet.TERRITORY: [code]}, limit=_LATEST, with_facets=False
    )
    standing = standing_view(await read_standing(database, code), language.code)
    quality = await read_group_quality(database, "territory", code)
    sharing = await read_mutualisation(database, code)
    # A guide for the step that comes next, else for the one after the phase reached.
    phase = standing.next_step.phase if standing.next_step else min(standing.phase + 1, 6)
    return render(
        request,
        "territory.html",
        {
            "place": place,
            "statistics": statistics,
            "members": members_with_counts(place.members, statistics),
            "latest": latest.hits,
            "schemas": [line for line in statistics.by_schema if line.key],
            "standing": standing,
            "quality": group_quality_view(code, place.territory.name, quality, language.code),
            "advice_shown": _ADVICE,
            "chart": course(quality.days, language),
            "sharing": mutualisation_view(sharing, "", language.code),
            "guides": (await read_guides(database, language.code, phase=phase))[:_GUIDES],
            "fictitious": statistics.fictitious_datasets > 0,
        },
    )
