"""« Vérifier un fichier »: an agent's file, from the form to its report.

What was sent is in the store before the validator is asked: when that is away, the page
offers to try again with the same file (docs/adr/0014-a-file-is-kept-before-it-is-checked.md).
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from services.catalogue.api.dependencies import GivenResources
from services.catalogue.portal.language import Language, chosen, language_of
from services.catalogue.portal.rendering import linker, render
from services.catalogue.resources import Resources
from shared.clients.base import UpstreamRefusal
from shared.clients.validator import CheckStarted
from shared.errors import (
    NotFoundError,
    ServiceError,
    TooLargeError,
    TooManyRequestsError,
    Transient,
)
from shared.http.intake import Intake, read_intake
from shared.store import ContentMissing

router = APIRouter()

PAGE = "/verifier"
FOLLOW = f"{PAGE}/suivi"
_SEE_OTHER = 303


@dataclass(frozen=True)
class Asked:
    """What the form holds: a file that the store keeps, or an address; a schema or none."""

    kept: str = ""
    name: str = ""
    url: str = ""
    schema: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """As parameters of an address, so that nothing has to be said twice."""
        return {"kept": self.kept, "name": self.name, "url": self.url, "schema": self.schema}


@router.get(PAGE)
async def form(
    request: Request,
    resources: GivenResources,
    kept: str = "",
    name: str = "",
    url: str = "",
    schema: str = "",
) -> Response:
    """The form; what its address names is filled in."""
    known = kept if _is_there(resources, kept) else ""
    return await _form(request, resources, Asked(known, name[:200], url[:2000], schema[:200]))


@router.post(PAGE)
async def check(request: Request, resources: GivenResources) -> Response:
    """Take the file, have it checked, lead to the report or to where it is awaited."""
    settings = request.app.state.settings
    asked = Asked()
    try:
        async with read_intake(request, limit=settings.max_file_bytes) as intake:
            asked = await _received(intake, resources, settings.max_file_bytes)
    except TooLargeError:
        return await _form(request, resources, asked, trouble="check.too_large", status=413)
    if not asked.kept and not asked.url:
        return await _form(request, resources, asked, trouble="check.nothing", status=422)
    language = language_of(request)
    try:
        # Here and not at the validator, to which every reader of this page has one address.
        request.app.state.check_share.take(request, None)
        started = await _started(resources, asked, language)
    except TooManyRequestsError as error:
        detail = error.message if language.code == "fr" else error.message_en
        return await _form(
            request, resources, asked, trouble="check.too_many", detail=detail, status=error.status
        )
    except ContentMissing:
        return await _form(request, resources, Asked(), trouble="check.lost", status=404)
    except (UpstreamRefusal, NotFoundError, Transient) as error:
        trouble, detail, status = _explained(error, asked)
        return await _form(request, resources, asked, trouble=trouble, detail=detail, status=status)
    return _led(request, started, asked)


@router.get(f"{FOLLOW}/{{job_id}}")
async def follow(
    request: Request,
    job_id: UUID,
    resources: GivenResources,
    kept: str = "",
    name: str = "",
    url: str = "",
    schema: str = "",
) -> Response:
    """Where a long check is awaited: the page asks again by itself until there is a report."""
    asked = Asked(kept, name[:200], url[:2000], schema[:200])
    job = await resources.validator.job(job_id)
    if job["report_id"] is not None:
        return _led(request, CheckStarted(report_id=job["report_id"]), asked)
    if job["state"] == "dead":
        return await _form(request, resources, asked, trouble="check.dead", status=200)
    return render(request, "checking.html", {"job": job, "asked": asked})


@router.post("/rapports/{report_id}/corrections")
async def check_corrected(request: Request, report_id: UUID, resources: GivenResources) -> Response:
    """Check the corrected file of a report, as if it had been downloaded and sent again."""
    settings = request.app.state.settings
    report = await resources.validator.get_report(report_id)
    content = await resources.store.put(
        resources.validator.corrected_file(report_id),
        limit=settings.max_file_bytes * 2,
        passing=True,
    )
    schema = report.schema
    asked = Asked(
        kept=content.sha256,
        name=f"{PurePosixPath(report.file.name).stem}-corrige.csv",
        schema=f"{schema.name}@{schema.version}" if schema.name and schema.version else "",
    )
    return _led(request, await _started(resources, asked, language_of(request)), asked)


async def _received(intake: Intake, resources: Resources, limit: int) -> Asked:
    """The form's values; its file is in the store now."""
    schema, url = intake.text("schema") or "", intake.text("url") or ""
    if intake.upload is not None:
        content = await resources.store.put(intake.chunks(), limit=limit, passing=True)
        return Asked(content.sha256, intake.upload_name, "", schema)
    if kept := intake.text("kept"):
        return Asked(kept, intake.text("name") or "fichier", "", schema)
    return Asked(url=url, schema=schema)


async def _started(resources: Resources, asked: Asked, language: Language) -> CheckStarted:
    schema = asked.schema or None
    if asked.url:
        return await resources.validator.check_address(asked.url, schema=schema, lang=language.code)
    with resources.store.open(asked.kept) as content:
        return await resources.validator.check_file(
            content, name=asked.name, schema=schema, lang=language.code
        )


def _explained(error: ServiceError, asked: Asked) -> tuple[str, str, int]:
    """Whose trouble it is: the text to show, what the validator said, the status."""
    code = error.details.get("upstream_code") or ""
    detail = error.details.get("upstream_detail") or ""
    if code.startswith("fetch-") or code == "source-unavailable":
        return "check.address", detail, 422
    if isinstance(error, Transient):
        return ("check.away_kept" if asked.kept else "check.away"), "", 503
    return "check.refused", detail, 422


def _led(request: Request, started: CheckStarted, asked: Asked) -> Response:
    """To the report, or to where it is awaited. A script is told the address instead."""
    link = linker(chosen(request))
    if started.report_id is not None:
        address = link(f"/rapports/{started.report_id}")
    else:
        address = link(f"{FOLLOW}/{started.job_id}", asked.parameters)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"address": address})
    return RedirectResponse(address, status_code=_SEE_OTHER)


async def _form(
    request: Request,
    resources: Resources,
    asked: Asked,
    *,
    trouble: str | None = None,
    detail: str = "",
    status: int = 200,
) -> Response:
    schemas: list[dict[str, Any]] | None
    try:
        schemas = await resources.validator.schemas()
    except (Transient, UpstreamRefusal):
        schemas = None
        trouble = trouble or "check.away"
    return render(
        request,
        "check.html",
        {
            "asked": asked,
            "schemas": schemas,
            "trouble": trouble,
            "detail": detail,
            "limit": request.app.state.settings.max_file_bytes,
        },
        status=status,
    )


def _is_there(resources: Resources, sha256: str) -> bool:
    try:
        return bool(sha256) and resources.store.exists(sha256)
    except ContentMissing:  # no SHA-256 at all
        return False
