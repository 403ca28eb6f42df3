"""The first page: look for data, check a file, see what is new and where."""

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenDatabase, GivenIndex
from services.catalogue.api.directory import members_with_counts
from services.catalogue.api.event_texts import event_title
from services.catalogue.models.event import EventFilter
from services.catalogue.operations.directory import read_organizations
from services.catalogue.operations.read_events import read_events
from services.catalogue.operations.search_datasets import search_datasets
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.portal.atlas import map_values
from services.catalogue.portal.language import language_of
from services.catalogue.portal.rendering import render

router = APIRouter()

_LATEST = 5
_EVENTS = 6
_SCHEMAS = 8


@router.get("/")
async def home(request: Request, database: GivenDatabase, index: GivenIndex) -> Response:
    """Search field, entry for agents, figures, the map, what is new, who publishes."""
    language = language_of(request)
    statistics = await read_statistics(database)
    latest = await search_datasets(index, filters={}, limit=_LATEST, with_facets=False)
    members = members_with_counts(await read_organizations(database), statistics)
    events = await read_events(database, EventFilter(), _EVENTS)
    _, drawn = await map_values(database, language)
    return render(
        request,
        "home.html",
        {
            **drawn,
            "statistics": statistics,
            "latest": latest.hits,
            "events": [(event, event_title(event, language.code)) for event in events],
            "members": members,
            "schemas": [line for line in statistics.by_schema if line.key][:_SCHEMAS],
            "fictitious": statistics.fictitious_datasets > 0,
        },
    )
