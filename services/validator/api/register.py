"""The register of schemas: list, one schema, detection."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.validator.api.dependencies import FactoryDependency
from services.validator.api.negotiation import wanted_lang
from services.validator.api.schemas import (
    MatchRequest,
    MatchView,
    SchemaDetail,
    SchemaList,
    SchemaSummary,
)

router = APIRouter(prefix="/schemas")


@router.get("")
async def list_schemas(factory: FactoryDependency) -> SchemaList:
    """Every schema of the register with its versions."""
    return SchemaList(items=[SchemaSummary.of(entry) for entry in factory.register.list()])


@router.post("/match")
async def match_schema(request: MatchRequest, factory: FactoryDependency) -> MatchView:
    """The schema that a table follows, judged by its columns."""
    return MatchView.of(await factory.chooser.match(request.columns, request.rows))


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
