"""A CKAN site: the parts of the action API that a harvester calls.

What it shows it has harvested itself, and says so in the extras that ckanext-harvest writes.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Request

from demo.catalogue import Dataset, Resource
from demo.identifiers import stable_uuid
from demo.members import Kind
from demo.plan import Portal
from demo.portals.addresses import base_of
from demo.portals.holdings import Library

_ROWS_LIMIT = 1000
_LEVELS: Final[Mapping[Kind, str]] = MappingProxyType({
    "commune": "commune", "epci": "intercommunalite",
})  # fmt: skip
"""Insee's words in its addresses of territories."""


def package_id(seed: int, dataset: Dataset) -> str:
    """The id that the site gave to what it harvested."""
    return str(stable_uuid(seed, "package", dataset.id))


def ckan_router(library: Library, portal: Portal) -> APIRouter:
    """The action API below `/<portal>/api/3/action`."""
    router = APIRouter(prefix=f"/{portal.slug}/api/3/action")

    def shown(request: Request) -> list[dict[str, Any]]:
        base = base_of(request)
        held = [_package(base, library, one) for one in library.datasets(portal.slug)]
        return sorted(held, key=lambda one: one["id"])

    @router.get("/package_search")
    async def package_search(
        request: Request,
        rows: Annotated[int, Query(ge=0)] = 10,
        start: Annotated[int, Query(ge=0)] = 0,
        sort: str = "score desc",
        q: str = "",
    ) -> dict[str, Any]:
        found = await asyncio.to_thread(shown, request)
        if q not in {"", "*:*"}:
            found = [one for one in found if q.lower() in one["title"].lower()]
        results = found[start : start + min(rows, _ROWS_LIMIT)]
        return _success({"count": len(found), "sort": sort, "facets": {}, "results": results})

    @router.get("/package_list")
    async def package_list(request: Request) -> dict[str, Any]:
        return _success([one["name"] for one in shown(request)])

    @router.get("/package_show")
    async def package_show(request: Request, id: str) -> dict[str, Any]:  # noqa: A002 – CKAN's name
        for one in shown(request):
            if id in {one["id"], one["name"]}:
                return _success(one)
        raise HTTPException(404)

    @router.get("/status_show")
    async def status_show() -> dict[str, Any]:
        return _success({"ckan_version": "2.10.4", "extensions": ["harvest", "dcat"]})

    return router


def _success(result: object) -> dict[str, Any]:
    return {"help": "…", "success": True, "result": result}


def _package(base: str, library: Library, dataset: Dataset) -> dict[str, Any]:
    origin = f"{base}/{dataset.portal.slug}/"
    identifier = package_id(library.seed, dataset)
    extras = {
        "guid": dataset.id,
        "identifier": dataset.id,
        "harvest_source_id": str(stable_uuid(library.seed, "harvest", dataset.member.slug)),
        "harvest_source_title": f"Données ouvertes {dataset.member.of_name}",
        "harvest_source_url": origin,
        "harvest_object_id": str(stable_uuid(library.seed, "object", dataset.id)),
        "publisher_name": dataset.member.body,
        "publisher_identifier": dataset.member.siret,
        "spatial_uri": f"http://id.insee.fr/geo/{_LEVELS[dataset.member.kind]}/{dataset.member.code}",
    }
    return {
        "id": identifier,
        "name": dataset.slug,
        "title": dataset.title,
        "notes": dataset.description,
        "type": "dataset",
        "state": "active",
        "private": False,
        "license_id": dataset.publication.license,
        "metadata_created": dataset.created.replace(tzinfo=None).isoformat(),
        "metadata_modified": dataset.modified.replace(tzinfo=None).isoformat(),
        "organization": None,
        "groups": [],
        "tags": [{"name": word} for word in dataset.keywords],
        "extras": [{"key": key, "value": value} for key, value in extras.items()],
        "resources": [_resource(base, one) for one in dataset.resources],
    }


def _resource(base: str, resource: Resource) -> dict[str, Any]:
    schema = resource.schema
    declared = schema.url if schema and resource.declares_schema else None
    return {
        "id": str(stable_uuid("resource", resource.id)),
        "name": resource.name,
        "url": resource.url(base),
        "format": resource.extension.upper(),
        "mimetype": resource.media_type,
        "resource_type": "documentation" if resource.is_documentation else "file",
        "state": "active",
        "last_modified": resource.modified.replace(tzinfo=None).isoformat(),
        "schema": declared,
    }
