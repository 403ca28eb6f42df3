"""What happened: a list, and an Atom feed for readers of feeds."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from services.catalogue.api.atom import MEDIA_TYPE, atom_feed
from services.catalogue.api.dependencies import (
    FileLanguage,
    GivenDatabase,
    GivenIndex,
    ReaderLanguage,
)
from services.catalogue.api.event_texts import event_title
from services.catalogue.api.schemas import Named
from services.catalogue.api.search_query import SearchQuery, search_query
from services.catalogue.api.tables import csv_stream, named_columns
from services.catalogue.models.event import Event, EventFilter, EventKind
from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.search import Facet, Hit, Sort
from services.catalogue.models.wording import Language
from services.catalogue.operations.directory import read_territory
from services.catalogue.operations.read_events import read_events
from services.catalogue.operations.read_quality import find_organization
from services.catalogue.operations.search_datasets import Filters, every_hit
from shared.http.conditional import conditional
from shared.http.paging import Cursor, Page, PageSize, decode_cursor, encode_cursor

router = APIRouter()

_FEED_LENGTH = 100
_FOLLOWED = 1_000
_READ_AT_ONCE = 500
_HEADER = (
    "date",
    "evenement",
    "titre",
    "jeu",
    "fichier",
    "organisation",
    "territoire_code",
    "schemas",
    "avant",
    "apres",
    "fictif",
    "url",
)
_CARRIED = (Facet.TERRITORY, Facet.SCHEMA, Facet.ORGANIZATION)


class EventView(BaseModel):
    """Something that happened; `before` and `after` are verdicts of `resource`."""

    id: UUID
    at: datetime
    kind: EventKind
    title: str
    dataset: Named
    resource: Named | None
    organization: Named
    territory: str | None
    schemas: list[str]
    before: str | None
    after: str | None
    fictitious: bool
    url: str


class Asked(BaseModel):
    """The filter, and what it is called."""

    model_config = {"arbitrary_types_allowed": True}

    filter: EventFilter
    name: str | None


async def _asked(
    database: GivenDatabase,
    index: GivenIndex,
    query: Annotated[SearchQuery, Depends(search_query)],
    language: ReaderLanguage,
    dataset: Annotated[UUID | None, Query(description="Identifiant d’un jeu")] = None,
    kind: Annotated[list[EventKind] | None, Query(description="Sortes d’événements")] = None,
) -> Asked:
    """The filters of the search: those that events carry themselves are looked for there, any
    other search by its datasets, the thousand that changed last.
    """
    kinds = tuple(kind or ())
    if query.q or not _carried(query.filters):
        hits = every_hit(index, query=query.q, filters=query.filters, sort=Sort.MODIFIED)
        found = [hit.id async for _, hit in _first(hits, _FOLLOWED)]
        name = f"« {query.q} »" if query.q else None
        return Asked(filter=EventFilter(datasets=tuple(found), kinds=kinds), name=name)
    territory, schema, organization = (
        next(iter(query.filters.get(facet, ())), None) for facet in _CARRIED
    )
    place = await read_territory(database, territory) if territory else None
    owner = await find_organization(database, organization) if organization else None
    names = [
        place.name if place else None,
        owner.name if owner else None,
        schema_label(schema, language) if schema else None,
    ]
    return Asked(
        filter=EventFilter(
            territory=place.code if place else None,
            schema=schema,
            organization=owner.id if owner else None,
            dataset=dataset,
            kinds=kinds,
        ),
        name=", ".join(filter(None, names)) or None,
    )


def _carried(filters: Filters) -> bool:
    """Whether each filter is one that an event carries, with one value."""
    return set(filters) <= set(_CARRIED) and all(len(values) == 1 for values in filters.values())


async def _first(hits: AsyncIterator[Hit], number: int) -> AsyncIterator[tuple[int, Hit]]:
    place = 0
    async for hit in hits:
        if place >= number:
            return
        yield place, hit
        place += 1


GivenFilter = Annotated[Asked, Depends(_asked)]


@router.get("/events", summary="Ce qui a changé")
async def get_events(
    request: Request,
    database: GivenDatabase,
    asked: GivenFilter,
    language: ReaderLanguage,
    cursor: Cursor = None,
    page_size: PageSize = 50,
) -> Page[EventView]:
    """New, removed and returned datasets, and each change of a file's verdict; newest first."""
    before = int(decode_cursor(cursor, length=1)[0]) if cursor else None
    found = await read_events(database, asked.filter, page_size + 1, before)
    page = found[:page_size]
    public_url = request.app.state.settings.public_url.rstrip("/")
    return Page(
        items=[_view(event, public_url, language) for event in page],
        next_cursor=encode_cursor(page[-1].number) if len(found) > page_size else None,
    )


@router.get("/events.csv", summary="Ce qui a changé, en CSV")
async def get_events_csv(
    request: Request, database: GivenDatabase, asked: GivenFilter, language: FileLanguage
) -> Response:
    """Every event, newest first, with the filters of `/events`, streamed."""
    public_url = request.app.state.settings.public_url.rstrip("/")

    async def rows() -> AsyncIterator[tuple[Any, ...]]:
        before = None
        while found := await read_events(database, asked.filter, _READ_AT_ONCE, before):
            for event in found:
                yield _row(_view(event, public_url, language))
            before = found[-1].number

    return csv_stream("evenements", named_columns(_HEADER, language), rows())


@router.get(
    "/feed.atom",
    summary="Ce qui a changé, en flux Atom",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {}}},
        304: {"description": "Rien de neuf"},
    },
)
async def get_feed(
    request: Request, database: GivenDatabase, asked: GivenFilter, language: ReaderLanguage
) -> Response:
    """The last hundred events, with the filters of `/events`."""
    events = await read_events(database, asked.filter, _FEED_LENGTH)
    public_url = request.app.state.settings.public_url.rstrip("/")
    query = urlencode(sorted(request.query_params.multi_items()))
    address = f"{public_url}{request.url.path}" + (f"?{query}" if query else "")
    body = atom_feed(
        events, address=address, public_url=public_url, name=asked.name, language=language
    )
    modified = events[0].at if events else None
    return conditional(request, body, media_type=f"{MEDIA_TYPE}; charset=utf-8", modified=modified)


def _row(event: EventView) -> tuple[Any, ...]:
    return (
        event.at.isoformat(),
        event.kind.value,
        event.title,
        event.dataset.name,
        event.resource.name if event.resource else None,
        event.organization.name,
        event.territory,
        " ".join(event.schemas),
        event.before,
        event.after,
        int(event.fictitious),
        event.url,
    )


def _view(event: Event, public_url: str, language: Language) -> EventView:
    return EventView(
        id=event.id,
        at=event.at,
        kind=event.kind,
        title=event_title(event, language),
        dataset=Named(id=str(event.dataset_id), name=event.dataset_title),
        resource=(
            Named(id=str(event.resource_id), name=event.resource_title or "")
            if event.resource_id
            else None
        ),
        organization=Named(id=str(event.organization_id), name=event.organization_name),
        territory=event.territory_code,
        schemas=list(event.schemas),
        before=event.before,
        after=event.after,
        fictitious=event.fictitious,
        url=f"{public_url}/jeux/{event.dataset_id}",
    )
