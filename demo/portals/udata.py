"""A udata site: the parts of API versions 1 and 2 that a harvester calls."""

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from demo.catalogue import Dataset, organization_id
from demo.members import Member
from demo.plan import Portal
from demo.portals import udata_records as records
from demo.portals.addresses import base_of
from demo.portals.dcat import catalog_response
from demo.portals.holdings import Library, organizations_of
from demo.subjects import SUBJECTS

_HEX_ID: Final = re.compile(r"[0-9a-f]{24}")
_LICENSES: Final = (
    ("lov2", "Licence Ouverte / Open Licence version 2.0",
     "https://www.etalab.gouv.fr/licence-ouverte-open-licence"),
    ("odc-odbl", "Open Data Commons Open Database License (ODbL)",
     "http://opendatacommons.org/licenses/odbl/summary/"),
    ("notspecified", "License Not Specified", None),
)  # fmt: skip
_SORTS: Final = {"created": "created", "last_update": "modified", "title": "title"}

Number = Annotated[int, Query(ge=1)]
T = TypeVar("T")


def udata_router(library: Library, portal: Portal) -> APIRouter:
    """The site below `/<portal>`."""
    router = APIRouter(prefix=f"/{portal.slug}")
    _add_vocabularies(router)  # before the datasets, whose addresses would swallow these
    _add_resources(router, library, portal)
    _add_datasets(router, library, portal)
    _add_organizations(router, library, portal)
    _add_site(router, library, portal)
    return router


def _add_datasets(router: APIRouter, library: Library, portal: Portal) -> None:
    @router.get("/api/1/datasets/")
    async def datasets(
        request: Request,
        page: Number = 1,
        page_size: Number = 20,
        organization: str | None = None,
        tag: Annotated[list[str] | None, Query()] = None,
        sort: str = "-created",
    ) -> dict[str, Any]:
        listed = _by_organization(library, portal, organization)
        if tag:
            listed = [one for one in listed if set(tag) <= set(one.keywords)]
        listed = _sorted(listed, sort)
        shown = await asyncio.to_thread(
            lambda: [
                records.dataset(_site(request, portal), library, one)
                for one in _slice(listed, page, page_size)
            ]
        )
        return _envelope(request, shown, page, page_size, len(listed))

    @router.get("/api/1/datasets/{wanted}/")
    async def dataset(request: Request, wanted: str) -> dict[str, Any]:
        found = _find(library, portal, wanted)
        return await asyncio.to_thread(records.dataset, _site(request, portal), library, found)


def _add_resources(router: APIRouter, library: Library, portal: Portal) -> None:
    @router.get("/api/1/datasets/r/{resource}")
    async def permanent(request: Request, resource: str) -> RedirectResponse:
        for dataset in library.datasets(portal.slug):
            for one in dataset.resources:
                if one.id == resource:
                    return RedirectResponse(one.url(base_of(request)), status_code=302)
        raise HTTPException(404)

    @router.get("/api/2/datasets/{wanted}/resources/")
    async def resources(
        request: Request, wanted: str, page: Number = 1, page_size: Number = 50
    ) -> dict[str, Any]:
        held = _find(library, portal, wanted).resources
        shown = [
            records.resource(_site(request, portal), library, one)
            for one in _slice(held, page, page_size)
        ]
        return _envelope(request, shown, page, page_size, len(held))


def _add_vocabularies(router: APIRouter) -> None:
    @router.get("/api/1/datasets/licenses/")
    async def licenses() -> list[dict[str, str | None]]:
        return [{"id": one, "title": title, "url": url} for one, title, url in _LICENSES]

    @router.get("/api/1/datasets/schemas/")
    async def schemas() -> list[dict[str, Any]]:
        known = [one.schema for one in SUBJECTS.values() if one.schema]
        return [
            {
                "name": one.name,
                "schema_type": "tableschema",
                "schema_url": one.url.replace(one.version, "latest"),
                "labels": [],
                "versions": [{"version_name": one.version, "schema_url": one.url}],
            }
            for one in known
        ]


def _add_organizations(router: APIRouter, library: Library, portal: Portal) -> None:
    def shown(request: Request, member: Member) -> dict[str, Any]:
        count = len(library.datasets(portal.slug, member=member))
        return records.organization(_site(request, portal), library.seed, member, datasets=count)

    @router.get("/api/1/organizations/")
    async def organizations(
        request: Request,
        page: Number = 1,
        page_size: Number = 20,
        business_number_id: str | None = None,
    ) -> dict[str, Any]:
        listed = [
            one
            for one in organizations_of(portal)
            if business_number_id in {None, one.siret}  # the real one compares whole numbers
        ]
        page_shown = [shown(request, one) for one in _slice(listed, page, page_size)]
        return _envelope(request, page_shown, page, page_size, len(listed))

    @router.get("/api/1/organizations/{wanted}/")
    async def organization(request: Request, wanted: str) -> dict[str, Any]:
        return shown(request, _member(library, portal, wanted))

    @router.get("/api/1/organizations/{wanted}/catalog.{extension}")
    async def organization_catalog(
        request: Request, wanted: str, extension: str, page: Number = 1, page_size: Number = 100
    ) -> Response:
        listed = library.datasets(portal.slug, member=_member(library, portal, wanted))
        return catalog_response(
            request, listed, extension=extension, page=page, page_size=page_size
        )


def _add_site(router: APIRouter, library: Library, portal: Portal) -> None:
    @router.get("/api/1/site/")
    async def site() -> dict[str, Any]:
        return {
            "id": portal.slug,
            "title": "Portail fictif de la démonstration",
            "metrics": {"datasets": len(library.datasets(portal.slug))},
        }

    @router.get("/api/1/site/catalog.{extension}")
    async def catalog(
        request: Request, extension: str, page: Number = 1, page_size: Number = 100
    ) -> Response:
        listed = library.datasets(portal.slug)
        return catalog_response(
            request, listed, extension=extension, page=page, page_size=page_size
        )


def _site(request: Request, portal: Portal) -> str:
    return f"{base_of(request)}/{portal.slug}"


def _slice(items: Sequence[T], page: int, page_size: int) -> Sequence[T]:
    return items[(page - 1) * page_size : page * page_size]


def _envelope(
    request: Request, data: list[dict[str, Any]], page: int, page_size: int, total: int
) -> dict[str, Any]:
    def at(number: int) -> str | None:
        if number < 1 or (number - 1) * page_size >= total:
            return None
        return str(request.url.include_query_params(page=number, page_size=page_size))

    return {
        "data": data,
        "page": page,
        "page_size": page_size,
        "total": total,
        "next_page": at(page + 1),
        "previous_page": at(page - 1),
    }


def _sorted(listed: list[Dataset], sort: str) -> list[Dataset]:
    attribute = _SORTS.get(sort.removeprefix("-"))
    if attribute is None:
        raise HTTPException(400, f"sort: {sort}")
    return sorted(
        listed, key=lambda one: (getattr(one, attribute), one.id), reverse=sort.startswith("-")
    )


def _by_organization(library: Library, portal: Portal, wanted: str | None) -> list[Dataset]:
    if wanted is None:
        return library.datasets(portal.slug)
    if not _HEX_ID.fullmatch(wanted):
        raise HTTPException(400, "Organization arg must be an identifier")
    for member in organizations_of(portal):
        if organization_id(library.seed, member) == wanted:
            return library.datasets(portal.slug, member=member)
    return []


def _find(library: Library, portal: Portal, wanted: str) -> Dataset:
    for dataset in library.datasets(portal.slug):
        if wanted in {dataset.id, dataset.slug}:
            return dataset
    raise HTTPException(404)


def _member(library: Library, portal: Portal, wanted: str) -> Member:
    for member in organizations_of(portal):
        if wanted in {member.slug, organization_id(library.seed, member)}:
            return member
    raise HTTPException(404)
