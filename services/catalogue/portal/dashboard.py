"""The dashboard of the syndicate: what needs a word, a click, or nothing at all."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.catalogue.api.dependencies import GivenResources
from services.catalogue.operations.watch_members import Watch, watch_members
from services.catalogue.portal.language import Language, language_of
from services.catalogue.portal.monthly import course
from services.catalogue.portal.rendering import render
from services.catalogue.portal.sign_in import GivenSignedIn, SignedIn, form_of
from services.catalogue.resources import Resources
from shared.access.models import Scope
from shared.clients.base import UpstreamRefusal
from shared.contracts.harvest import HarvestJobView, RunCountsView, SourceView
from shared.errors import NotFoundError, Transient

router = APIRouter()

PAGE = "/tableau-de-bord"
UNDER_WAY = frozenset({"queued", "listing", "processing"})
_SEE_OTHER = 303
_COUNTED = ("new", "changed", "unchanged", "failed", "skipped", "deferred", "missing")
_SINCE_YESTERDAY = timedelta(hours=36)

T = TypeVar("T")


@dataclass(frozen=True)
class Health:
    """A source as the dashboard groups it: `trouble`, `asking`, `running`, `fine` or `off`.

    `account` is what its last run found, in words.
    """

    source: SourceView
    state: str
    progress: float | None
    account: str


@router.get(PAGE)
async def dashboard(request: Request, resources: GivenResources, person: GivenSignedIn) -> Response:
    """Sources, runs, what broke, who is late, jobs given up, scores over time."""
    now = datetime.now(UTC)
    organization = person.principal.organization_id
    watch = await watch_members(
        resources.database, now=now, since=now - _SINCE_YESTERDAY, organization=organization
    )
    sources, dead = await asyncio.gather(
        _or_none(resources.harvester.sources()), _or_none(_dead_jobs(resources, person))
    )
    names = {member.organization.id: member.organization.name for member in watch.members}
    language = language_of(request)
    shown = None if sources is None else _own(sources, organization)
    health = None if shown is None else _health(shown, language)
    return render(
        request,
        "dashboard.html",
        {
            "person": person,
            "watch": watch,
            "names": names,
            "health": health,
            "dead": dead,
            "to_do": _to_do(health, watch, dead),
            "may_harvest": person.principal.may(Scope.HARVEST),
            "chart": course(watch.days, language),
            "said": request.query_params.get("fait", ""),
            "month": f"{now:%Y-%m}",
            "fictitious": any(source.fictitious for source in shown or ()),
        },
    )


@router.post(f"{PAGE}/sources/{{source_id}}/moissonner")
async def harvest(
    request: Request, source_id: UUID, resources: GivenResources, person: GivenSignedIn
) -> Response:
    """Harvest a source now."""
    await form_of(request, person)
    source = await _own_source(resources, person, source_id)
    return await _did(resources.harvester.start_run(source.id), "moissonnage")


@router.post(f"{PAGE}/sources/{{source_id}}/archivage/{{answer}}")
async def decide(
    request: Request,
    source_id: UUID,
    answer: Literal["confirmer", "refuser"],
    resources: GivenResources,
    person: GivenSignedIn,
) -> Response:
    """Say whether the many datasets that a portal shows no longer are to be archived."""
    await form_of(request, person)
    run = (await _own_source(resources, person, source_id)).last_run
    if run is None:
        raise HTTPException(404)
    archive = answer == "confirmer"
    said = "archive" if archive else "garde"
    return await _did(resources.harvester.decide(run.id, archive=archive), said)


@router.post(f"{PAGE}/taches/{{job_id}}/relancer")
async def relaunch(
    request: Request, job_id: UUID, resources: GivenResources, person: GivenSignedIn
) -> Response:
    """Give a job that was given up its attempts again."""
    await form_of(request, person)
    _must_harvest(person)
    if job_id not in {job.id for job in await _dead_jobs(resources, person)}:
        raise HTTPException(404)
    return await _did(resources.harvester.relaunch(job_id), "relance")


async def _dead_jobs(resources: Resources, person: SignedIn) -> list[HarvestJobView]:
    """Jobs given up, of the person's organisation when the key is bound to one."""
    own = person.principal.organization_id
    found = await resources.harvester.dead_jobs()
    return [job for job in found if own in {None, job.organization_id}]


async def _own_source(resources: Resources, person: SignedIn, source_id: UUID) -> SourceView:
    """A source that the person may act on."""
    _must_harvest(person)
    for source in await resources.harvester.sources():
        if source.id == source_id and person.principal.owns(source.organization_id):
            return source
    raise HTTPException(404)


def _must_harvest(person: SignedIn) -> None:
    """Raise 403: the portal calls the harvester with a key that may do all, so it asks here."""
    if not person.principal.may(Scope.HARVEST):
        raise HTTPException(403)


async def _did(action: Awaitable[Any], said: str) -> Response:
    """Back to the dashboard, with what was done or why not."""
    try:
        await action
    except (UpstreamRefusal, NotFoundError, Transient):
        said = "refus"
    return RedirectResponse(f"{PAGE}?fait={said}", status_code=_SEE_OTHER)


async def _or_none(asked: Awaitable[T]) -> T | None:
    """The rest of the page is worth showing while the harvester is away."""
    try:
        return await asked
    except (UpstreamRefusal, NotFoundError, Transient):
        return None


def _own(sources: Sequence[SourceView], organization: UUID | None) -> list[SourceView]:
    return [source for source in sources if organization in {None, source.organization_id}]


def _to_do(
    health: Sequence[Health] | None, watch: Watch, dead: Sequence[HarvestJobView] | None
) -> list[tuple[str, int, str]]:
    """What asks for somebody: its text, how many, and where on the page. Nothing that is zero."""
    counts = (
        ("trouble", sum(one.state in {"trouble", "asking"} for one in health or ()), "sources"),
        ("broken", len(watch.broken), "casse"),
        ("silent", sum(member.silent for member in watch.members), "membres"),
        ("late", sum(member.late for member in watch.members), "membres"),
        ("dead", len(dead or ()), "taches"),
    )
    return [(f"dashboard.{name}_count", n, anchor) for name, n, anchor in counts if n]


def _health(sources: Sequence[SourceView], language: Language) -> list[Health]:
    """Sources in need first."""
    order = {"trouble": 0, "asking": 1, "running": 2, "fine": 3, "off": 4}
    found = [_one_health(source, language) for source in sources]
    return sorted(found, key=lambda one: (order[one.state], one.source.name.casefold()))


def _one_health(source: SourceView, language: Language) -> Health:
    run = source.last_run
    account = account_of(run.counts, language) if run else ""
    if not source.enabled:
        return Health(source, "off", None, account)
    if run is None:
        return Health(source, "fine", None, account)
    if run.state in UNDER_WAY:
        found = run.counts.found
        done = found - run.counts.pending
        return Health(source, "running", done / found if found else None, account)
    if run.state == "asking":
        return Health(source, "asking", None, account)
    state = "trouble" if run.state in {"failed", "partial"} else "fine"
    return Health(source, state, None, account)


def account_of(counts: RunCountsView, language: Language) -> str:
    """What a run found, without its zeros: « 8 jeux : 2 nouveaux, 6 inchangés »."""
    found = language.count("dashboard.found", counts.found)
    said = [
        language.count(f"dashboard.counted.{name}", number)
        for name in _COUNTED
        if (number := getattr(counts, name))
    ]
    if counts.found == counts.unchanged and not counts.missing:
        key = "dashboard.found_same" if counts.found else "dashboard.found_none"
        return language.text(key, found=found)
    return language.text("dashboard.found_of", found=found, counts=", ".join(said))
