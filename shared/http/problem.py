"""One place that turns errors into RFC 9457 problem documents.

`ServiceError` says its own code and status; FastAPI's and Starlette's errors are given
ours; anything else is our defect: logged with its trace, answered without it.
"""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from shared.errors import ServiceError, Transient

MEDIA_TYPE = "application/problem+json"

_TITLES = {
    400: "Demande incorrecte",
    404: "Introuvable",
    405: "Méthode non permise",
    413: "Fichier trop volumineux",
}

log = structlog.get_logger()


def problem(
    *, status: int, code: str, title: str, detail: str, instance: str, **members: Any
) -> JSONResponse:
    """A problem document. `code` is stable and made for programs, `detail` for people."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "instance": instance,
        **members,
    }
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if status in {429, 503}:
        headers["Retry-After"] = "5"
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def wants_english(request: Request) -> bool:
    """Whether `?lang=en` or the first accepted language says English; French otherwise."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return asked.strip().lower().startswith("en")


def _service_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)  # noqa: S101 – registered for this class only
    detail = error.message_en if wants_english(request) else error.message
    return problem(
        status=error.status,
        code=error.code,
        title=error.title,
        detail=detail,
        instance=request.url.path,
        **error.details,
    )


def _http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 – registered for this class only
    not_found = error.status_code == 404
    return problem(
        status=error.status_code,
        code="not-found" if not_found else f"http-{error.status_code}",
        title=_TITLES.get(error.status_code, "Erreur"),
        detail="Cette adresse ne correspond à rien." if not_found else str(error.detail),
        instance=request.url.path,
    )


def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 – registered for this class only
    faults = [
        {"location": ".".join(map(str, fault["loc"])), "message": fault["msg"]}
        for fault in error.errors()
    ]
    return problem(
        status=422,
        code="invalid-request",
        title="Valeur refusée",
        detail="Demande refusée : "
        + " ; ".join(f"{fault['location']} ({fault['message']})" for fault in faults),
        instance=request.url.path,
        errors=faults,
    )


def _database_unreachable(request: Request, error: Exception) -> JSONResponse:
    log.warning("Database unreachable", path=request.url.path, error=str(error))
    return problem(
        status=503,
        code=Transient.code,
        title=Transient.title,
        detail="La base de données ne répond pas. Réessayez dans quelques secondes.",
        instance=request.url.path,
    )


def _defect(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _database_unreachable(request, error)
    log.error("Unexpected error", path=request.url.path, exc_info=error)
    return problem(
        status=500,
        code="internal-error",
        title="Erreur interne",
        detail="Une erreur de notre côté a empêché de répondre. Elle a été notée.",
        instance=request.url.path,
    )


def install_error_handlers(app: FastAPI) -> None:
    """Render every error of this application as a problem document."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    for unreachable in (OperationalError, InterfaceError, ConnectionError):
        app.add_exception_handler(unreachable, _database_unreachable)
    app.add_exception_handler(Exception, _defect)
