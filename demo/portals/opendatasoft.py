"""An Opendatasoft site: Explore v2.1, with exports made on demand from the site's database.

What is no table is attached to a dataset without records. As on the real ones, an export
has neither ETag nor date.
"""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from demo.catalogue import Dataset
from demo.plan import Portal
from demo.portals.addresses import base_of
from demo.portals.holdings import Library

EXPORTS: Final = ("csv", "json", "xlsx")
_CATALOGUE: Final = "/api/explore/v2.1/catalog"
_WINDOW: Final = 10_000
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LICENSES: Final = {
    "lov2": "Licence Ouverte v2.0", "odc-odbl": "Open Database License (ODbL)",
}  # fmt: skip


def has_records(dataset: Dataset) -> bool:
    """Whether the site holds the dataset in its database."""
    return len(dataset.resources) == 1 and dataset.resources[0].tabular


def export_path(portal: Portal, dataset: Dataset, extension: str) -> str:
    """Path of an export, as the site's clients write it."""
    labels = "?use_labels=true" if extension in {"csv", "xlsx"} else ""
    return f"/{portal.slug}{_CATALOGUE}/datasets/{dataset.slug}/exports/{extension}{labels}"


def opendatasoft_router(library: Library, portal: Portal) -> APIRouter:
    """The API below `/<portal>/api/explore/v2.1/catalog`."""
    router = APIRouter(prefix=f"/{portal.slug}{_CATALOGUE}")

    def entries(request: Request) -> list[dict[str, Any]]:
        held = sorted(library.datasets(portal.slug), key=lambda one: one.slug)
        return [_entry(base_of(request), one) for one in held]

    @router.get("/datasets")
    async def datasets(
        request: Request,
        limit: Annotated[int, Query(ge=0, le=100)] = 10,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> dict[str, Any]:
        if limit + offset >= _WINDOW:
            raise HTTPException(400)
        found = entries(request)
        return {"total_count": len(found), "results": found[offset : offset + limit]}

    @router.get("/exports/json")
    async def catalogue(request: Request) -> list[dict[str, Any]]:
        return entries(request)

    @router.get("/datasets/{slug}")
    async def dataset(request: Request, slug: str) -> dict[str, Any]:
        return _entry(base_of(request), _find(library, portal, slug))

    @router.get("/datasets/{slug}/exports/{extension}")
    async def export(slug: str, extension: str) -> Response:
        found = _find(library, portal, slug)
        if extension not in EXPORTS or not has_records(found):
            raise HTTPException(404)
        body = await asyncio.to_thread(found.resources[0].exported, extension)
        return Response(body, media_type=_TYPES[extension])

    return router


def _find(library: Library, portal: Portal, slug: str) -> Dataset:
    for dataset in library.datasets(portal.slug):
        if dataset.slug == slug:
            return dataset
    raise HTTPException(404)


def _entry(base: str, dataset: Dataset) -> dict[str, Any]:
    held = has_records(dataset)
    declared = next((one.schema for one in dataset.resources if one.declares_schema), None)
    attached = [
        {"id": one.id, "title": one.name, "mimetype": one.media_type, "url": one.url(base)}
        for one in dataset.resources
    ]
    return {
        "dataset_id": dataset.slug,
        "has_records": held,
        "data_visible": True,
        "features": ["analyze"] if held else [],
        "attachments": [] if held else attached,
        "alternative_exports": [],
        "fields": [],
        "metas": {
            "default": {
                "title": dataset.title,
                "description": f"<p>{dataset.description}</p>",
                "publisher": dataset.member.body,
                "license": _LICENSES.get(dataset.publication.license),
                "keyword": list(dataset.keywords),
                "theme": [dataset.subject.theme],
                "language": "fr",
                "modified": dataset.modified.isoformat(),
                "data_processed": dataset.modified.isoformat(),
                "territory": [dataset.member.name],
                "records_count": None,
            },
            "dcat": {"created": dataset.created.isoformat()},
            "custom": {"schema": declared.name} if declared else {},
        },
    }
