"""The files that a town starts from: a blank table of a schema, or one with an example."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from services.validator.api.dependencies import FactoryDependency
from services.validator.factory import Factory
from services.validator.schemas.errors import NoTemplateError
from services.validator.schemas.model import Schema
from services.validator.schemas.template import blank_csv, example_csv, file_name
from services.validator.schemas.workbook import blank_workbook

router = APIRouter(prefix="/schemas/{owner}/{name}")

_Version = Annotated[str | None, Query(description="La dernière, si rien n'est dit")]
_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE: dict[int | str, Any] = {200: {"content": {"text/csv": {}}, "description": "Le fichier"}}


@router.get("/template.csv", responses=_FILE, summary="Modèle vierge (CSV)")
async def template_csv(
    owner: str,
    name: str,
    factory: FactoryDependency,
    version: _Version = None,
    delimiter: Literal[",", ";"] = ",",
) -> Response:
    """The header of the schema, ready to be filled in."""
    schema = _of_a_table(factory, f"{owner}/{name}", version)
    return _attached(blank_csv(schema, delimiter=delimiter).encode(), _CSV, file_name(schema))


@router.get("/example.csv", responses=_FILE, summary="Exemple rempli (CSV)")
async def example(
    owner: str,
    name: str,
    factory: FactoryDependency,
    version: _Version = None,
    delimiter: Literal[",", ";"] = ",",
) -> Response:
    """The header and one line made of the schema's own examples."""
    schema = _of_a_table(factory, f"{owner}/{name}", version)
    content = example_csv(schema, delimiter=delimiter).encode()
    return _attached(content, _CSV, f"exemple-{file_name(schema)}")


@router.get(
    "/template.xlsx",
    responses={200: {"content": {_XLSX: {}}, "description": "Le classeur"}},
    summary="Modèle vierge (classeur)",
)
async def template_xlsx(
    owner: str, name: str, factory: FactoryDependency, version: _Version = None
) -> Response:
    """A workbook: the table with its lists of choices, and a sheet that explains each column."""
    schema = _of_a_table(factory, f"{owner}/{name}", version)
    stem = file_name(schema).removesuffix(".csv")
    return _attached(blank_workbook(schema), _XLSX, f"{stem}.xlsx")


def _of_a_table(factory: Factory, name: str, version: str | None) -> Schema:
    schema = factory.register.get(name, version)
    if schema.kind != "tableschema":
        raise NoTemplateError(
            f"Le schéma « {name} » ne décrit pas un tableau : il n’a pas de modèle à remplir.",
            message_en=f"The schema `{name}` describes no single table: there is no template.",
        )
    return schema


def _attached(content: bytes, media_type: str, name: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "public, max-age=3600",
        },
    )
