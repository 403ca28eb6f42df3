"""Datasets that belong to no known territory: what an operator has to look at."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.catalogue.api.cursors import after_id
from services.catalogue.api.dependencies import (
    FileLanguage,
    GivenDatabase,
    ReaderLanguage,
)
from services.catalogue.api.schemas import Named
from services.catalogue.api.tables import csv_stream, named_columns
from services.catalogue.models.unattached import UnattachedDataset
from services.catalogue.models.wording import Language
from services.catalogue.operations.list_unattached import list_unattached
from shared.http.paging import Cursor, Page, PageSize, encode_cursor

router = APIRouter()

_READ_AT_ONCE = 500
_HEADER = (
    "id",
    "titre",
    "organisation",
    "producteur",
    "siret",
    "portail",
    "zones",
    "lieu",
    "emprise",
    "conseil",
)


class UnattachedView(BaseModel):
    """What the portal says of the place, and what can be done about it."""

    id: UUID
    title: str
    organization: Named
    publisher_name: str | None
    publisher_siret: str | None
    portal_name: str | None
    zones: tuple[str, ...]
    place_name: str | None
    has_geometry: bool
    advice: str


@router.get("/unattached", summary="Les jeux qui ne sont rattachés à aucun territoire")
async def get_unattached(
    database: GivenDatabase,
    language: ReaderLanguage,
    cursor: Cursor = None,
    page_size: PageSize = 50,
) -> Page[UnattachedView]:
    """Each with the reason and what to do."""
    found = await list_unattached(database, after=after_id(cursor), limit=page_size + 1)
    shown = found[:page_size]
    return Page(
        items=[_view(each, language) for each in shown],
        next_cursor=encode_cursor(str(shown[-1].id)) if len(found) > page_size else None,
    )


@router.get("/unattached.csv", summary="Les jeux qui ne sont rattachés à aucun territoire, en CSV")
async def get_unattached_csv(database: GivenDatabase, language: FileLanguage) -> Response:
    """Every one, streamed."""

    async def rows() -> AsyncIterator[tuple[Any, ...]]:
        after = None
        while found := await list_unattached(database, after=after, limit=_READ_AT_ONCE):
            for each in found:
                yield _row(each, language)
            after = found[-1].id

    return csv_stream("sans-territoire", named_columns(_HEADER, language), rows())


def _view(each: UnattachedDataset, language: Language) -> UnattachedView:
    owner = {"organization_id", "organization_name"}
    return UnattachedView(
        **{name: value for name, value in vars(each).items() if name not in owner},
        organization=Named(id=str(each.organization_id), name=each.organization_name),
        advice=each.advice(language),
    )


def _row(each: UnattachedDataset, language: Language) -> tuple[Any, ...]:
    return (
        each.id,
        each.title,
        each.organization_name,
        each.publisher_name,
        each.publisher_siret,
        each.portal_name,
        " ".join(each.zones),
        each.place_name,
        int(each.has_geometry),
        each.advice(language),
    )
