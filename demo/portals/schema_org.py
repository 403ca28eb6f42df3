"""A site whose pages describe their datasets in schema.org, with a sitemap."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from demo.catalogue import Dataset
from demo.plan import Portal
from demo.portals.addresses import site_of
from demo.portals.holdings import Library

_LICENSES = {"lov2": "https://www.etalab.gouv.fr/licence-ouverte-open-licence"}


def schema_org_router(library: Library, portal: Portal) -> APIRouter:
    """The sitemap at `/<portal>/sitemap.xml`; the pages are those of every portal."""
    router = APIRouter(prefix=f"/{portal.slug}")

    @router.get("/sitemap.xml")
    async def sitemap(request: Request) -> Response:
        site = site_of(request, portal)
        pages = [f"{site}/", *(f"{site}/datasets/{d.slug}/" for d in library.datasets(portal.slug))]
        urls = "".join(f"<url><loc>{escape(page)}</loc></url>" for page in pages)
        return Response(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>',
            media_type="application/xml",
        )

    return router


def schema_org(dataset: Dataset, base_url: str) -> dict[str, Any]:
    """The dataset as the pages of every portal describe it for search engines."""
    first, last = dataset.years
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "identifier": dataset.id,
        "url": f"{base_url}/{dataset.portal.slug}/datasets/{dataset.slug}/",
        "name": dataset.title,
        "description": dataset.description,
        "keywords": list(dataset.keywords),
        "license": _LICENSES.get(dataset.publication.license),
        "temporalCoverage": f"{first}-01-01/{last}-12-31",
        "spatialCoverage": {"@type": "Place", "name": dataset.member.name},
        "datePublished": dataset.created.isoformat(),
        "dateModified": dataset.modified.isoformat(),
        "publisher": {"@type": "Organization", "name": dataset.member.body},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": one.name,
                "contentUrl": one.url(base_url),
                "encodingFormat": one.media_type,
            }
            for one in dataset.resources
        ],
    }
