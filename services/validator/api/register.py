"""The register of schemas: list, one schema, detection."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from services.validator.api.dependencies import FactoryDependency
from services.validator.api.negotiation import wanted_lang
from services.validator.api.schemas import (
    MatchRequest,
    MatchView,
    SchemaDetail,
    SchemaList,
    SchemaSummary,
)
from services.validator.errors import InputMissingError
from services.validator.operations.match_file import match_content
from shared.contracts.validation import MATCHED_MAX_BYTES
from shared.http.auth import identify
from shared.http.intake import read_intake

_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}

router = APIRouter(prefix="/schemas")


@router.get("")
async def list_schemas(factory: FactoryDependency) -> SchemaList:
    """Every schema of the register with its versions."""
    return SchemaList(items=[SchemaSummary.of(entry) for entry in factory.register.list()])


@router.post("/match")
async def match_schema(request: MatchRequest, factory: FactoryDependency) -> MatchView:
    """The schema that a table follows, judged by its columns."""
    return MatchView.of(await factory.chooser.match(request.columns, request.rows))


@router.post("/match/file", openapi_extra=_FILE)
async def match_file(request: Request, factory: FactoryDependency) -> MatchView:
    """The schema that a file of at most 5 MiB follows, judged by its columns. Nothing is kept of
    it; a call counts as a check.
    """
    factory.share.take(request, await identify(request))
    async with read_intake(request, limit=MATCHED_MAX_BYTES) as intake:
        if intake.upload is None:
            raise InputMissingError(
                "Joignez un fichier (champ « file »).", message_en="Send a file (field `file`)."
            )
        content = await intake.upload.read()
        name = intake.upload_name
    async with factory.waiting_room:
        found = await match_content(
            content, name=name, engine=factory.engine, register=factory.register
        )
    return MatchView.of(found)


@router.get("/{owner}/{name}")
async def get_schema(
    owner: str,
    name: str,
    factory: FactoryDependency,
    version: Annotated[str | None, Query(description="La dernière, si rien n'est dit")] = None,
    lang: str = "fr",
) -> SchemaDetail:
    """One schema: its versions, and the descriptor of one of them."""
    schema = factory.register.get(f"{owner}/{name}", version)
    return SchemaDetail.of_version(factory.register.entry(schema.name), schema, wanted_lang(lang))
