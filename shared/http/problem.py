"""One place that turns errors into RFC 9457 problem documents.

`ServiceError` says its own code and status; FastAPI's and Starlette's errors are given
ours; anything else is our defect: logged with its trace, answered without it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from shared.errors import InvalidInputError, ServiceError, Transient

MEDIA_TYPE = "application/problem+json"

_TITLES = MappingProxyType(
    {
        400: "Demande incorrecte",
        404: "Introuvable",
        405: "Méthode non permise",
        413: "Fichier trop volumineux",
    }
)
_DETAILS = MappingProxyType(
    {
        400: "Cette demande n'a pas pu être lue.",
        404: "Cette adresse ne correspond à rien.",
        405: "Cette adresse n'accepte pas cette méthode : l'en-tête « Allow » de la réponse donne "
        "celles qu'elle accepte.",
    }
)
_FAULTS = MappingProxyType(
    {
        "missing": "valeur manquante",
        "extra_forbidden": "nom inconnu",
        "json_invalid": "le corps de la demande n'est pas du JSON",
        "string_too_long": "{max_length} caractères au plus",
        "string_too_short": "{min_length} caractères au moins",
        "string_pattern_mismatch": "forme attendue : {pattern}",
        "too_long": "{max_length} éléments au plus",
        "too_short": "{min_length} éléments au moins",
        "greater_than_equal": "{ge} au moins",
        "less_than_equal": "{le} au plus",
        "enum": "valeurs possibles : {expected}",
        "literal_error": "valeurs possibles : {expected}",
        "string": "un texte est attendu",
        "int": "un nombre entier est attendu",
        "float": "un nombre est attendu",
        "bool": "true ou false est attendu",
        "uuid": "un identifiant (UUID) est attendu",
        "datetime": "une date avec l'heure est attendue (ISO 8601)",
        "list": "une liste est attendue",
        "dict": "un objet JSON est attendu",
        "model": "un objet JSON est attendu",
    }
)
"""Kind of a fault (of a type, its first word) → what is expected, with what pydantic knows."""

_UNSTORABLE_TEXT = frozenset({"22021", "22P05"})
"""SQLSTATE of a character that PostgreSQL keeps in no text: NUL, half of a surrogate pair."""

log = structlog.get_logger()


def problem(
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    instance: str,
    headers: Mapping[str, str] | None = None,
    **members: Any,
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
    sent = dict(headers or {})
    if status == 401:
        sent["WWW-Authenticate"] = "Bearer"
    if status in {429, 503}:
        sent["Retry-After"] = str(members.get("retry_after", 5))
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=sent)


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
        detail=str(error.detail)
        if wants_english(request)
        else _DETAILS.get(error.status_code, str(error.detail)),
        instance=request.url.path,
        headers=error.headers,
    )


def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 – registered for this class only
    english = wants_english(request)
    faults = [
        {"location": ".".join(map(str, fault["loc"])), "message": _fault(fault, english=english)}
        for fault in error.errors()
    ]
    return problem(
        status=422,
        code="invalid-request",
        title="Valeur refusée",
        detail=("Request refused: " if english else "Demande refusée : ")
        + " ; ".join(f"{fault['location']} ({fault['message']})" for fault in faults),
        instance=request.url.path,
        errors=faults,
    )


def _fault(fault: Mapping[str, Any], *, english: bool) -> str:
    """What was expected of one value; pydantic's own words where we have none."""
    kind = str(fault["type"])
    sentence = _FAULTS.get(kind) or _FAULTS.get(kind.split("_", 1)[0])
    if english or sentence is None:
        return str(fault["msg"])
    # What pydantic enumerates, it does in English.
    known = {
        key: str(value).replace("' or '", "' ou '") for key, value in fault.get("ctx", {}).items()
    }
    return sentence.format_map(known)


def _unstorable_text(request: Request) -> JSONResponse:
    return problem(
        status=422,
        code=InvalidInputError.code,
        title=InvalidInputError.title,
        detail="Un texte envoyé contient un caractère interdit (un caractère nul, par exemple).",
        instance=request.url.path,
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
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in _UNSTORABLE_TEXT:
        return _unstorable_text(request)
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
