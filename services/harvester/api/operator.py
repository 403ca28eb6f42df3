"""What the operator watches: runs under way, sources in trouble, hosts left alone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.harvester.api.dependencies import Harvester, Now, Opened
from services.harvester.api.views import (
    attention_view,
    host_view,
    progress_view,
    run_views,
)
from services.harvester.operations.attention import sources_in_trouble
from services.harvester.operations.decide_removal import decide_removal
from services.harvester.operations.end_rest import end_rest
from services.harvester.settings import HarvesterSettings, removal_of
from services.harvester.storage.hosts import HostStore
from services.harvester.storage.items import ItemStore
from services.harvester.storage.listings import ListingStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from shared.contracts.harvest import AttentionView, Decision, HostView, ProgressView, RunView
from shared.errors import ForbiddenError

router = APIRouter()
_SOURCES_AT_ONCE = 500


@router.get("/progress")
async def progress(
    opened: Opened,
    response: Response,
    organization: Annotated[UUID | None, Query(description="D'une seule organisation")] = None,
) -> list[ProgressView]:
    """Les moissonnages en cours et leur avancement ; deux requêtes, à demander souvent."""
    async with opened.database.snapshot() as session:
        running = await RunStore(session).running(organization_id=organization)
        counts = await ItemStore(session).counts([run.id for run, _ in running])
    response.headers["Cache-Control"] = "max-age=1"
    return [progress_view(run, name, counts[run.id]) for run, name in running]


@router.get("/attention")
async def attention(
    opened: Opened,
    now: Now,
    organization: Annotated[UUID | None, Query(description="D'une seule organisation")] = None,
) -> list[AttentionView]:
    """Les sources qui demandent quelqu'un : en retard, muettes, en attente d'une décision…"""
    found: list[AttentionView] = []
    after: tuple[str, UUID] | None = None
    while True:
        async with opened.database.begin() as session:
            sources = await SourceStore(session).page(
                organization_id=organization, after=after, limit=_SOURCES_AT_ONCE
            )
            wanted = [source.last_run_id for source in sources if source.last_run_id]
            runs = await RunStore(session).many(wanted)
            listings = await ListingStore(session).many([source.id for source in sources])
        found += [attention_view(each) for each in sources_in_trouble(sources, runs, listings, now)]
        if len(sources) < _SOURCES_AT_ONCE:
            return found
        after = (sources[-1].name, sources[-1].id)


@router.post("/runs/{run_id}/decision")
async def decide(
    run_id: UUID,
    decision: Decision,
    principal: Harvester,
    opened: Opened,
    now: Now,
    request: Request,
) -> RunView:
    """Confirmer ou refuser l'archivage qu'un moissonnage demande."""
    settings: HarvesterSettings = request.app.state.settings
    async with opened.database.begin() as session:
        principal.must_own((await RunStore(session).get(run_id)).organization_id)
        run = await decide_removal(
            session,
            run_id,
            confirmed=decision.archive,
            by=principal.label,
            removal=removal_of(settings),
            now=now,
        )
    return (await run_views(opened.database, [run]))[0]


@router.get("/hosts")
async def list_hosts(opened: Opened, now: Now) -> list[HostView]:
    """Les serveurs qui ont échoué récemment, et jusqu'à quand ils sont laissés au repos."""
    async with opened.database.begin() as session:
        return [host_view(health, now) for health in await HostStore(session).all()]


@router.delete("/hosts/{host}", status_code=204)
async def wake_host(host: str, principal: Harvester, opened: Opened) -> None:
    """Interroger de nouveau un serveur sans attendre la fin de son repos."""
    if principal.organization_id is not None:
        raise ForbiddenError(
            "Un serveur peut servir plusieurs membres : seul l'administrateur de la plateforme "
            "met fin à son repos.",
            message_en="Only the platform's administrator may end the rest of a host.",
        )
    async with opened.database.begin() as session:
        await end_rest(session, host.lower())
