"""The schemas that the members' files follow: each with its columns, models, and followers."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenResources
from services.catalogue.models.search import Facet, FacetValue
from services.catalogue.models.statistics import Counts
from services.catalogue.operations.consolidate import available
from services.catalogue.operations.search_datasets import search_datasets
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.portal.language import language_of
from services.catalogue.portal.rendering import render
from services.catalogue.portal.schema_tables import Reader, schema_tables
from shared.clients.base import UpstreamRefusal
from shared.errors import Transient

router = APIRouter()

_LATEST = 5
_COMMON = "Socle Commun des Données Locales"


@router.get("/schemas")
async def schemas(request: Request, resources: GivenResources) -> Response:
    """Every schema of the register, those of the socle commun first, with who follows it."""
    statistics = await read_statistics(resources.database, lines=0)
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


@router.get("/schemas/{owner}/{name}")
async def schema(
    request: Request, resources: GivenResources, owner: str, name: str, version: str = ""
) -> Response:
    """One schema: its columns, blank templates and example, versions, and who follows it."""
    language = language_of(request)
    found = await resources.validator.schema(f"{owner}/{name}", version or None, language.code)
    result = await search_datasets(
        resources.index,
        filters={Facet.SCHEMA: [found["name"]]},
        limit=_LATEST,
    )
    statistics = await read_statistics(resources.database, lines=0)
    counts = next((line for line in statistics.by_schema if line.key == found["name"]), None)
    descriptor: Mapping[str, Any] = found["descriptor"]
    return render(
        request,
        "schema.html",
        {
            "schema": found,
            "description": descriptor.get("description") or "",
            "tables": schema_tables(found["kind"], descriptor, Reader(language, found["shapes"])),
            "counts": counts,
            "followers": _followers(result.facets.get(Facet.ORGANIZATION, ())),
            "latest": result.hits,
            "total": result.total,
            "one_file": await available(resources.database, schema=found["name"]),
            "fictitious": any(hit.fictitious for hit in result.hits),
        },
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
