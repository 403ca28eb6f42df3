"""The schemas that the members' files follow: each with its columns, models, and followers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenResources
from services.catalogue.models.search import Facet, FacetValue
from services.catalogue.models.statistics import Counts
from services.catalogue.operations.consolidate import available
from services.catalogue.operations.search_datasets import search_datasets
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.portal.language import Language, language_of
from services.catalogue.portal.rendering import render
from shared.clients.base import UpstreamRefusal
from shared.errors import Transient

router = APIRouter()

_READ = ["GET", "HEAD"]
_LATEST = 5
_COMMON = "Socle Commun des Données Locales"
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "pattern")


@dataclass(frozen=True)
class Column:
    """A column of a schema in a reader's words. `limits` are sentences."""

    name: str
    title: str
    description: str
    kind: str
    required: bool
    choices: tuple[str, ...]
    limits: tuple[str, ...]
    example: str


@router.api_route("/schemas", methods=_READ)
async def schemas(request: Request, resources: GivenResources) -> Response:
    """Every schema of the register, those of the socle commun first, with who follows it."""
    statistics = await read_statistics(resources.database)
    counts = {line.key: line for line in statistics.by_schema if line.key}
    trouble = False
    try:
        known = [
            {"name": found["name"], "latest": found["latest"], "common": _COMMON in found["labels"]}
            for found in await resources.validator.schemas()
        ]
    except (Transient, UpstreamRefusal):
        trouble, known = True, []
    listed = {entry["name"] for entry in known}
    known.extend(
        {"name": name, "latest": None, "common": False} for name in counts if name not in listed
    )
    return render(
        request,
        "schemas.html",
        {
            "common": _entries(known, counts, common=True),
            "others": _entries(known, counts, common=False),
            "trouble": trouble,
            "fictitious": statistics.fictitious_datasets > 0,
        },
    )


@router.api_route("/schemas/{owner}/{name}", methods=_READ)
async def schema(
    request: Request, resources: GivenResources, owner: str, name: str, version: str = ""
) -> Response:
    """One schema: its columns, blank templates and example, versions, and who follows it."""
    language = language_of(request)
    found = await resources.validator.schema(f"{owner}/{name}", version or None)
    result = await search_datasets(
        resources.index,
        filters={Facet.SCHEMA: [found["name"]]},
        limit=_LATEST,
    )
    statistics = await read_statistics(resources.database)
    counts = next((line for line in statistics.by_schema if line.key == found["name"]), None)
    descriptor: Mapping[str, Any] = found["descriptor"]
    return render(
        request,
        "schema.html",
        {
            "schema": found,
            "description": descriptor.get("description") or "",
            "columns": [column_of(field, language) for field in descriptor.get("fields", [])],
            "counts": counts,
            "followers": _followers(result.facets.get(Facet.ORGANIZATION, ())),
            "latest": result.hits,
            "total": result.total,
            "one_file": await available(resources.database, schema=found["name"]),
            "fictitious": any(hit.fictitious for hit in result.hits),
        },
    )


def column_of(field: Mapping[str, Any], language: Language) -> Column:
    """A field of a Table Schema as the page explains it."""
    constraints: Mapping[str, Any] = field.get("constraints") or {}
    kind = str(field.get("type", "string"))
    example = field.get("example", "")
    return Column(
        name=str(field["name"]),
        title=str(field.get("title") or ""),
        description=str(field.get("description") or ""),
        kind=language.text_or(f"type.{kind}", kind),
        required=bool(constraints.get("required")),
        choices=tuple(str(choice) for choice in constraints.get("enum") or ()),
        limits=tuple(
            language.text(f"schemas.limit.{bound}", value=constraints[bound])
            for bound in _BOUNDS
            if constraints.get(bound) not in {None, ""}
        ),
        example=str(example).lower() if isinstance(example, bool) else str(example),
    )


def _entries(
    known: list[dict[str, Any]], counts: Mapping[str, Counts], *, common: bool
) -> list[dict[str, Any]]:
    """With their counts, the most followed first."""
    entries = [
        {**entry, "counts": counts.get(entry["name"])}
        for entry in known
        if entry["common"] is common
    ]
    return sorted(entries, key=lambda e: (-(e["counts"].datasets if e["counts"] else 0), e["name"]))


def _followers(values: "tuple[FacetValue, ...] | list[FacetValue]") -> list[FacetValue]:
    return sorted((value for value in values if value.count), key=lambda v: (-v.count, v.label))
