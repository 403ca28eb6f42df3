"""Datasets that belong to no known territory: what an operator has to look at."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.catalogue.api.cursors import after_id
from services.catalogue.api.dependencies import GivenDatabase
from services.catalogue.api.schemas import Named
from services.catalogue.operations.list_unattached import list_unattached
from shared.http.paging import Cursor, Page, PageSize, encode_cursor

router = APIRouter()


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
    database: GivenDatabase, cursor: Cursor = None, page_size: PageSize = 50
) -> Page[UnattachedView]:
    """Each with the reason and what to do, in French."""
    found = await list_unattached(database, after=after_id(cursor), limit=page_size + 1)
    shown = found[:page_size]
    return Page(
        items=[
            UnattachedView(
                **{
                    name: value
                    for name, value in vars(each).items()
                    if name not in {"organization_id", "organization_name"}
                },
                organization=Named(id=str(each.organization_id), name=each.organization_name),
                advice=each.advice,
            )
            for each in shown
        ],
        next_cursor=encode_cursor(str(shown[-1].id)) if len(found) > page_size else None,
    )
