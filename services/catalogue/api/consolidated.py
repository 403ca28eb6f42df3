"""Consolidated files: which there are, and each of them."""

import asyncio
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel

from services.catalogue.api.dependencies import (
    FileLanguage,
    GivenDatabase,
    GivenResources,
    ReaderLanguage,
)
from services.catalogue.api.tables import csv_response, named_columns
from services.catalogue.models.consolidation import Available, Consolidation, Scope
from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.wording import Language
from services.catalogue.operations.consolidate import (
    available,
    build,
    choose_scope,
    current,
    last_verdict,
    want,
)
from services.catalogue.operations.directory import read_territory
from services.catalogue.resources import Resources
from shared.db import Database

router = APIRouter()
_RETRY_SECONDS = "10"
_HEADER = (
    "schema",
    "libelle",
    "licence",
    "territoire_code",
    "ressources",
    "sources",
    "lignes",
    "doublons",
    "verdict",
    "construit_le",
    "csv",
    "parquet",
)
_Schema = Annotated[str | None, Query(description="Nom d’un schéma ; sinon tous")]
_Territory = Annotated[
    str | None, Query(description="Code d’un territoire, avec ce qu’il contient ; sinon tout")
]


class FileFormat(StrEnum):
    """Of a consolidated file."""

    CSV = "csv"
    PARQUET = "parquet"


_MEDIA_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.PARQUET: "application/vnd.apache.parquet",
}


class ConsolidatedView(BaseModel):
    """What can be had under one schema and licence. `rows` counts valid rows of all files.

    The rest is known once the file was built: `duplicates` rows were left out since a newer
    one has the same primary key; `verdict` is the validator's on the consolidated file.
    """

    schema_name: str
    schema_label: str
    license: str
    territory: str | None
    resources: int
    sources: int
    rows: int
    csv_url: str
    parquet_url: str
    built_at: datetime | None = None
    current: bool = False
    duplicates: int | None = None
    verdict: str | None = None
    report_id: UUID | None = None
    report_url: str | None = None


@router.get("/consolidated", summary="Fichiers consolidés disponibles")
async def get_available(
    request: Request,
    database: GivenDatabase,
    language: ReaderLanguage,
    schema: _Schema = None,
    territory: _Territory = None,
) -> dict[str, list[ConsolidatedView]]:
    """One entry per schema and licence: licences are never mixed."""
    return {"items": await _available(request, database, language, schema, territory)}


@router.get("/consolidated.csv", summary="Fichiers consolidés disponibles, en CSV")
async def get_available_csv(
    request: Request,
    database: GivenDatabase,
    language: FileLanguage,
    schema: _Schema = None,
    territory: _Territory = None,
) -> Response:
    """One line per schema and licence."""
    found = await _available(request, database, language, schema, territory)
    return csv_response(
        "fichiers-consolides", named_columns(_HEADER, language), [_row(one) for one in found]
    )


@router.get(
    "/consolidated/{owner}/{name}.{file_format}",
    response_model=None,
    summary="Un fichier consolidé",
)
async def get_consolidated(
    request: Request,
    owner: str,
    name: str,
    file_format: FileFormat,
    given: GivenResources,
    territory: _Territory = None,
    license: Annotated[  # noqa: A002 – the parameter's name is a contract
        str | None, Query(description="Sinon celle qui a le plus de lignes")
    ] = None,
) -> Response:
    """All valid rows of all members' files of a schema, under one licence, with their origin.

    A large file that was never asked for is made first: 202 with `Retry-After`.
    """
    code = await _code(given.database, territory)
    scope, alternatives = await choose_scope(
        given.database, f"{owner}/{name}", license_=license, territory=code
    )
    state = await current(given.database, scope)
    built = state.built
    if built is None and state.plan.rows <= request.app.state.settings.consolidation_direct_rows:
        built = await build(given.database, given.store, given.validator, scope)
    if built is None:
        _begin(request, given, scope)
    if built is None or state.former is None:
        await want(given.database, scope)
    built = built or state.former
    if built is None:
        return JSONResponse(
            {"state": "building", "rows": state.plan.rows},
            status_code=202,
            headers={"Retry-After": _RETRY_SECONDS},
        )
    return _file(request, given.store.path(_sha256(built, file_format)), built, file_format,
                 alternatives)  # fmt: skip


def _begin(request: Request, given: Resources, scope: Scope) -> None:
    """Make it beside the answer. Should this process end first, the worker makes it."""
    tasks: set[asyncio.Task[Any]] = request.app.state.consolidations
    task = asyncio.create_task(build(given.database, given.store, given.validator, scope))
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _file(
    request: Request,
    path: object,
    built: Consolidation,
    file_format: FileFormat,
    alternatives: list[Available],
) -> Response:
    scope = built.scope
    etag = f'"{_sha256(built, file_format)}"'
    links = ", ".join(
        f"<{_address(request, Scope(each.schema, each.license, scope.territory), file_format)}>; "
        f'rel="alternate"; title="{each.license}"'
        for each in alternatives
        if each.license != scope.license
    )
    headers = {
        "ETag": etag,
        "Cache-Control": "no-cache",
        "X-Licence": scope.license,
        **({"Link": links} if links else {}),
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    parts = (scope.schema.replace("/", "-"), scope.territory, scope.license)
    return FileResponse(
        str(path),
        media_type=_MEDIA_TYPES[file_format],
        filename=f"{'-'.join(filter(None, parts))}.{file_format}",
        headers=headers,
    )


async def _available(
    request: Request,
    database: Database,
    language: Language,
    schema: str | None,
    territory: str | None,
) -> list[ConsolidatedView]:
    code = await _code(database, territory)
    found = await available(database, schema=schema, territory=code or None)
    return [await _view(request, database, each, code, language) for each in found]


def _row(one: ConsolidatedView) -> tuple[Any, ...]:
    return (
        one.schema_name,
        one.schema_label,
        one.license,
        one.territory,
        one.resources,
        one.sources,
        one.rows,
        one.duplicates,
        one.verdict,
        one.built_at.isoformat() if one.built_at else None,
        one.csv_url,
        one.parquet_url,
    )


async def _view(
    request: Request, database: Database, found: Available, territory: str, language: Language
) -> ConsolidatedView:
    scope = Scope(found.schema, found.license, territory)
    state = await current(database, scope)
    built = state.built or state.former
    line = await last_verdict(database, built) if built else None
    base = request.app.state.settings.public_url.rstrip("/")
    return ConsolidatedView(
        schema_name=found.schema,
        schema_label=schema_label(found.schema, language),
        license=found.license,
        territory=territory or None,
        resources=found.resources,
        sources=found.sources,
        rows=found.rows,
        csv_url=_address(request, scope, FileFormat.CSV),
        parquet_url=_address(request, scope, FileFormat.PARQUET),
        built_at=built.built_at if built else None,
        current=state.built is not None,
        duplicates=built.duplicates if built else None,
        verdict=line.verdict if line else None,
        report_id=line.report_id if line else None,
        report_url=f"{base}/rapports/{line.report_id}" if line else None,
    )


def _address(request: Request, scope: Scope, file_format: FileFormat) -> str:
    base = request.app.state.settings.public_url.rstrip("/")
    asked = {"license": scope.license} | ({"territory": scope.territory} if scope.territory else {})
    return f"{base}/api/catalogue/v1/consolidated/{scope.schema}.{file_format}?{urlencode(asked)}"


def _sha256(built: Consolidation, file_format: FileFormat) -> str:
    return built.csv_sha256 if file_format is FileFormat.CSV else built.parquet_sha256


async def _code(database: Database, territory: str | None) -> str:
    return (await read_territory(database, territory)).code if territory else ""
