"""An ArcGIS Hub site: its DCAT-US 1.1 feed."""

import hashlib
from typing import Any

from fastapi import APIRouter, Request

from demo.catalogue import Dataset, Resource
from demo.plan import Portal
from demo.portals.addresses import base_of
from demo.portals.holdings import Library

FEED = "/api/feed/dcat-us/1.1.json"


def item_id(dataset: Dataset) -> str:
    """The item with its layer, as ArcGIS numbers them."""
    return f"{hashlib.sha256(dataset.id.encode()).hexdigest()[:32]}_0"


def arcgis_hub_router(library: Library, portal: Portal) -> APIRouter:
    """The feed at `/<portal>/api/feed/dcat-us/1.1.json`."""
    router = APIRouter(prefix=f"/{portal.slug}")

    @router.get(FEED)
    async def feed(request: Request) -> dict[str, Any]:
        base = base_of(request)
        return {
            "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
            "@type": "dcat:Catalog",
            "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
            "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
            "dataset": [_dataset(base, portal, one) for one in library.datasets(portal.slug)],
        }

    return router


def _dataset(base: str, portal: Portal, dataset: Dataset) -> dict[str, Any]:
    item, _, layer = item_id(dataset).partition("_")
    first, last = dataset.years
    licences = {"lov2": "https://www.etalab.gouv.fr/licence-ouverte-open-licence"}
    return {
        "@type": "dcat:Dataset",
        "identifier": f"https://www.arcgis.com/home/item.html?id={item}&sublayer={layer}",
        "landingPage": f"{base}/{portal.slug}/datasets/{dataset.slug}/",
        "title": dataset.title,
        "description": f"<div>{dataset.description}</div>",
        "keyword": list(dataset.keywords),
        "theme": [dataset.subject.theme],
        "issued": dataset.created.isoformat(),
        "modified": dataset.modified.isoformat(),
        "temporal": f"{first}-01-01/{last}-12-31",
        "publisher": {"name": dataset.member.body},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": "Service numérique",
            "hasEmail": f"mailto:opendata@{dataset.member.web_domain}",
        },
        "accessLevel": "public",
        "spatial": _around(dataset),
        "license": licences.get(dataset.publication.license),
        "distribution": [_distribution(base, one) for one in dataset.resources],
    }


def _around(dataset: Dataset) -> str:
    """The box of the territory: west, south, east, north."""
    return ",".join(f"{side:.4f}" for side in dataset.member.bounds)


def _distribution(base: str, resource: Resource) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@type": "dcat:Distribution",
        "title": resource.name,
        "format": resource.extension.upper(),
        "mediaType": resource.media_type,
        "downloadURL": resource.url(base),
    }
    if resource.schema and resource.declares_schema:
        described["conformsTo"] = resource.schema.url
    return described
