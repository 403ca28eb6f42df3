"""Validata's public API, for portals that call it already: they change the address only."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse

from services.validator.api.dependencies import FactoryDependency
from services.validator.api.validata_shape import (
    ValidataRequest,
    envelope,
    file_error,
    validata_report,
)
from services.validator.factory import Factory
from services.validator.models.checked_file import CheckedFile
from services.validator.operations.read_report import in_words
from services.validator.operations.receive_file import receive_from_url, receive_upload
from services.validator.operations.validate_now import validate_now
from services.validator.schemas.errors import InvalidSchemaError, UnknownSchemaError
from services.validator.storage.stored_report import StoredReport
from shared.errors import ServiceError
from shared.fetch import FetchFailed, FetchRefused, FetchTimeout
from shared.http.intake import Intake, read_intake

router = APIRouter()

# Inputs that are no table at all: Validata answers 400, not a report.
_NO_TABLE = frozenset(
    {
        "archive", "binary", "document", "gzip", "html", "image", "json", "parquet", "pdf", "xml",
    }
)  # fmt: skip


_DATA_ROWS = 10_000


@dataclass(frozen=True)
class _Refused(Exception):
    """Answered with 400 and Validata's error object."""

    message: str
    kind: str


@router.get("/", summary="Où lire la documentation de l'API compatible avec Validata")
async def pointer(request: Request) -> JSONResponse:
    """What a client that calls the base address finds."""
    base = str(request.url).rstrip("/")
    return JSONResponse(
        {
            "apidocs_href": f"{base}/apidocs",
            "validate_href": f"{base}/validate",
            "version": version("socle"),
        }
    )


@router.get("/apidocs", include_in_schema=False)
async def documentation() -> RedirectResponse:
    """That of the whole platform."""
    return RedirectResponse("/docs")


@router.get("/validate", summary="Compatible avec l'API de Validata")
async def validate_url(request: Request, factory: FactoryDependency) -> JSONResponse:
    """`schema` and `url` as addresses; `ignore_header_case`, `include_resource_data`."""
    factory.share.take(request, None)
    intake = Intake(dict(request.query_params))
    return await _answer(intake, intake.text("url") or "", factory, _from_url)


@router.post("/validate", summary="Compatible avec l'API de Validata")
async def validate_file(request: Request, factory: FactoryDependency) -> JSONResponse:
    """A form with `schema` and `file` (or `url`), and the same options."""
    factory.share.take(request, None)
    async with read_intake(request, limit=factory.max_file_bytes) as intake:
        if intake.upload is None:
            return await _answer(intake, intake.text("url") or "", factory, _from_url)
        return await _answer(intake, intake.upload_name, factory, _from_upload)


async def _from_url(intake: Intake, factory: Factory) -> CheckedFile:
    url = intake.text("url")
    if url is None:
        raise _Refused("Le paramètre « url » ou « file » est obligatoire.", "source-error")
    return await receive_from_url(
        url, limit=factory.max_file_bytes, fetcher=factory.fetcher, store=factory.store
    )


async def _from_upload(intake: Intake, factory: Factory) -> CheckedFile:
    return await receive_upload(
        intake.chunks(),
        name=intake.upload_name,
        limit=factory.max_file_bytes,
        store=factory.store,
    )


async def _answer(
    intake: Intake,
    said: str,
    factory: Factory,
    receive: Callable[[Intake, Factory], Awaitable[CheckedFile]],
) -> JSONResponse:
    asked = ValidataRequest(
        schema=intake.text("schema") or "",
        url=said,
        ignore_header_case=_ignores_case(intake),
        include_resource_data=intake.flag("include_resource_data"),
    )
    echo = envelope(asked, version=version("socle"), now=datetime.now(UTC))
    try:
        report = await _report(asked, intake, factory, receive)
    except _Refused as refusal:
        error = {"message": refusal.message, "type": refusal.kind}
        return JSONResponse({**echo, "error": error}, status_code=400)
    if report is None:
        return JSONResponse(
            {"message": "Une erreur de notre côté a empêché le contrôle."}, status_code=500
        )
    return JSONResponse({**echo, "report": report})


async def _report(
    asked: ValidataRequest,
    intake: Intake,
    factory: Factory,
    receive: Callable[[Intake, Factory], Awaitable[CheckedFile]],
) -> dict[str, Any] | None:
    """None: our defect. Raises `_Refused`."""
    if not asked.schema:
        raise _Refused("Le paramètre « schema » est obligatoire.", "schema-error")
    try:
        file = await receive(intake, factory)
    except (FetchRefused, FetchFailed, FetchTimeout) as error:
        raise _Refused(error.message, "remote-source-error") from error
    except ServiceError as error:
        raise _Refused(error.message, "source-error") from error
    try:
        stored = await validate_now(
            file,
            schema=asked.schema,
            organization_id=None,
            checker=factory.checker,
            database=factory.database,
            ignore_header_case=asked.ignore_header_case,
        )
    except InvalidSchemaError as error:
        return _without_rows(error.message, "schema-error")
    except (UnknownSchemaError, FetchRefused, FetchFailed, FetchTimeout) as error:
        raise _Refused(error.message, "schema-error") from error
    report = _of_stored(stored)
    if report is not None and asked.include_resource_data:
        report["resource_data"] = await factory.engine.rows(
            factory.store.path(file.sha256), name=file.name, names=frozenset(), limit=_DATA_ROWS
        )
    return report


def _of_stored(stored: StoredReport) -> dict[str, Any] | None:
    result = stored.result
    report = in_words(stored, "fr")
    if result.verdict == "failed":
        return None
    if result.verdict == "unreadable":
        reason = result.cause.reason if result.cause else ""
        message = report.errors[0].message if report.errors else report.summary
        if reason in _NO_TABLE:
            raise _Refused(message, "format-error")
        return _without_rows(message, "source-error")
    return validata_report(report, [finding.reason for finding in result.errors])


def _without_rows(message: str, kind: str) -> dict[str, Any]:
    """A report whose only error is that of the file or of the schema."""
    stats = {"errors": 1, "warnings": 0, "seconds": 0, "fields": 0, "rows": 0, "rows_processed": 0}
    return {
        "valid": False,
        "stats": stats,
        "warnings": [],
        "errors": [file_error(message, kind)],
    }


def _ignores_case(intake: Intake) -> bool:
    """The older `header_case` says the contrary: whether case counts."""
    if intake.text("ignore_header_case") is not None:
        return intake.flag("ignore_header_case")
    return not intake.flag("header_case", default=True)
