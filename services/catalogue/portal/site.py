"""The portal as one application under the catalogue's: its pages, its style, its errors."""

from pathlib import Path

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from services.catalogue.portal import (
    about,
    atlas,
    checking,
    crawlers,
    dashboard,
    datasets,
    exploring,
    guides,
    home,
    members,
    monthly,
    reports,
    schemas,
    search,
    sign_in,
    territories,
    views,
    widgets,
)
from services.catalogue.portal.assets import Assets
from services.catalogue.portal.language import language_of
from services.catalogue.portal.rendering import create_templates, render
from shared.errors import ServiceError
from shared.http.problem import problem
from shared.http.sharing import FairShare

_HERE = Path(__file__).parent
_PAGES = (
    home,
    search,
    datasets,
    exploring,
    views,
    checking,
    reports,
    schemas,
    members,
    atlas,
    about,
    crawlers,
    territories,
    guides,
    widgets,
    sign_in,
    dashboard,
    monthly,
)

_EXPLAINED = frozenset({403, 404, 410, 422, 503})
"""Statuses that have a page of their own words."""

log = structlog.get_logger()


def install_portal(app: FastAPI) -> None:
    """Serve the portal for every address that no route of the API has taken.

    As the router's default, not as a mount: a mount on `/` would take the calls of a known
    address with a wrong method too, and answer 404 for 405.
    """
    portal = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    portal.state = app.state
    assets = Assets(_HERE / "static")
    app.state.templates = create_templates(_HERE, assets)
    app.state.check_share = FairShare(
        open_calls=app.state.settings.open_checks_per_minute, keyed_calls=0
    )
    for module in _PAGES:
        portal.include_router(module.router)
    portal.add_api_route("/static/{path:path}", assets.respond, methods=["GET"])
    portal.add_api_route("/widget.js", assets.script, methods=["GET"])
    # Pages hold no secret of the reader's, so packing them gives nothing away (BREACH).
    portal.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=6)
    portal.add_exception_handler(sign_in.NotSignedInError, sign_in.to_form)
    portal.add_exception_handler(ServiceError, _service_error)
    portal.add_exception_handler(HTTPException, _http_error)
    portal.add_exception_handler(RequestValidationError, _wrong_address)
    for unreachable in (OperationalError, InterfaceError, ConnectionError):
        portal.add_exception_handler(unreachable, _unreachable)
    portal.add_exception_handler(Exception, _defect)
    app.router.default = portal


def _error(request: Request, status: int, detail: str | None = None) -> Response:
    if request.url.path.startswith("/api/"):
        return problem(
            status=status,
            code="not-found",
            title="Introuvable",
            detail=detail or "Cette adresse ne correspond à rien.",
            instance=request.url.path,
        )
    known = status if status in _EXPLAINED else 422 if status < 500 else 500
    return render(request, "error.html", {"status": known, "detail": detail}, status=status)


def _service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)  # noqa: S101 – registered for this class only
    english = language_of(request).code == "en"
    said = error.message_en if english else error.message
    return _error(request, error.status, said if error.status in {410, 422} else None)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 – registered for this class only
    answer = _error(request, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _wrong_address(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 – registered for this class only
    # A path that holds no identifier names no page; a bad parameter is the reader's.
    in_path = any(fault["loc"][0] == "path" for fault in error.errors())
    return _error(request, 404 if in_path else 422)


def _unreachable(request: Request, error: Exception) -> Response:
    log.warning("Database unreachable", path=request.url.path, error=str(error))
    return _error(request, 503)


def _defect(request: Request, error: Exception) -> Response:
    log.error("Unexpected error", path=request.url.path, exc_info=error)
    return _error(request, 500)
