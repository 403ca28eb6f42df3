"""`/sources`: add, see, change and remove; preview; begin a run and see the earlier ones."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from services.harvester.api.dependencies import (
    Harvester,
    Manage,
    Now,
    Opened,
    dated_cursor,
    named_cursor,
)
from services.harvester.api.views import run_views, source_views
from services.harvester.models.runs import Mode
from services.harvester.operations.preview import preview
from services.harvester.operations.start_run import start_run
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from shared.contracts.harvest import (
    NewSource,
    Preview,
    PreviewRequest,
    RunView,
    SourceChanges,
    SourceView,
)
from shared.http.paging import Cursor, Page, PageSize, encode_cursor

router = APIRouter()


@router.get("/sources")
async def list_sources(
    opened: Opened,
    organization: Annotated[UUID | None, Query(description="D'une seule organisation")] = None,
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[SourceView]:
    """Les sources, par nom, avec leur dernier moissonnage."""
    async with opened.database.begin() as session:
        found = await SourceStore(session).page(
            organization_id=organization, after=named_cursor(cursor), limit=page_size + 1
        )
    shown = list(found[:page_size])
    more = len(found) > page_size
    return Page(
        items=await source_views(opened.database, shown),
        next_cursor=encode_cursor(shown[-1].name, shown[-1].id) if more else None,
    )


@router.post("/sources", status_code=status.HTTP_201_CREATED)
async def add_source(
    new: NewSource,
    principal: Harvester,
    manage: Manage,
    opened: Opened,
    now: Now,
    response: Response,
) -> SourceView:
    """Ajouter une source. Sans `kind`, le type de portail est deviné."""
    source = await manage.add(new, principal, now)
    response.headers["Location"] = f"/api/harvester/v1/sources/{source.id}"
    return (await source_views(opened.database, [source]))[0]


@router.post("/sources/preview")
async def preview_source(asked: PreviewRequest, _principal: Harvester, opened: Opened) -> Preview:
    """Ce qu'une adresse apporterait, sans rien écrire.

    Les vingt premières tables sans schéma déclaré sont lues, pendant une minute au plus, pour
    reconnaître leur schéma d'après leurs colonnes (`recognised`).
    """
    found = await preview(
        asked.url,
        getter=opened.fetcher,
        recogniser=opened.validator.recognise,
        kind=asked.kind,
        config=asked.config,
        known=opened.connectors,
    )
    return Preview.model_validate(found)


@router.get("/sources/{source_id}")
async def get_source(source_id: UUID, opened: Opened) -> SourceView:
    """Une source et son dernier moissonnage."""
    async with opened.database.begin() as session:
        source = await SourceStore(session).get(source_id)
    return (await source_views(opened.database, [source]))[0]


@router.patch("/sources/{source_id}")
async def change_source(
    source_id: UUID,
    changes: SourceChanges,
    principal: Harvester,
    manage: Manage,
    opened: Opened,
    now: Now,
) -> SourceView:
    """Changer une source ; seuls les membres donnés changent."""
    source = await manage.change(source_id, changes.model_dump(exclude_unset=True), principal, now)
    return (await source_views(opened.database, [source]))[0]


@router.delete("/sources/{source_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_source(source_id: UUID, principal: Harvester, manage: Manage) -> None:
    """Retirer une source : elle n'est plus moissonnée ni montrée, rien n'est effacé."""
    await manage.remove(source_id, principal)


@router.post("/sources/{source_id}/runs", status_code=status.HTTP_202_ACCEPTED)
async def begin_run(
    source_id: UUID,
    principal: Harvester,
    opened: Opened,
    response: Response,
    full: Annotated[  # noqa: FBT002 - a parameter of the address
        bool, Query(description="Tout relire, sans se fier à ce que le portail dit inchangé")
    ] = False,
) -> RunView:
    """Commencer un moissonnage, ou rendre celui qui est en cours."""
    async with opened.database.begin() as session:
        source = await SourceStore(session).get(source_id)
        principal.must_own(source.organization_id)
        mode: Mode = "full" if full else "changes"
        run_id, _ = await start_run(session, source, trigger="manual", mode=mode)
        run = await RunStore(session).get(run_id)
    response.headers["Location"] = f"/api/harvester/v1/runs/{run_id}"
    return (await run_views(opened.database, [run]))[0]


@router.get("/sources/{source_id}/runs")
async def list_runs(
    source_id: UUID, opened: Opened, page_size: PageSize = 50, cursor: Cursor = None
) -> Page[RunView]:
    """Les moissonnages d'une source, le plus récent d'abord."""
    async with opened.database.begin() as session:
        await SourceStore(session).get(source_id)
        found = await RunStore(session).page(
            source_id, after=dated_cursor(cursor), limit=page_size + 1
        )
    shown = list(found[:page_size])
    more = len(found) > page_size
    return Page(
        items=await run_views(opened.database, shown),
        next_cursor=encode_cursor(shown[-1].created_at.isoformat(), shown[-1].id) if more else None,
    )
