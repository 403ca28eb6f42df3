"""What search engines ask for: robots.txt and the sitemap."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response

from services.catalogue.operations.list_addresses import (
    PER_FILE,
    count_datasets,
    dataset_addresses,
    page_addresses,
)
from shared.errors import NotFoundError

router = APIRouter()

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ROBOTS = """User-agent: *
Disallow: /api/
Disallow: /connexion
Disallow: /recherche?*cursor=
Sitemap: {base}/sitemap.xml
"""


@router.get("/robots.txt")
async def robots(request: Request) -> Response:
    """Pages may be read by anybody; programs find the API in its own documentation."""
    return Response(_ROBOTS.format(base=_base(request)), media_type="text/plain; charset=utf-8")


@router.get("/sitemap.xml")
async def sitemap(request: Request) -> Response:
    """The index of the sitemaps: one of pages, then one for every 50,000 datasets."""
    total = await count_datasets(request.app.state.database)
    files = range(-(-total // PER_FILE) + 1)
    places = (f"<sitemap><loc>{_base(request)}/sitemaps/{n}.xml</loc></sitemap>" for n in files)
    return _xml("sitemapindex", places)


@router.get("/sitemaps/{number}.xml")
async def sitemap_file(request: Request, number: int) -> Response:
    """File 0 has the pages, the others the datasets with the day they changed."""
    database, base = request.app.state.database, _base(request)
    if number == 0:
        places = await page_addresses(database)
        return _xml("urlset", (f"<url><loc>{escape(base + path)}</loc></url>" for path in places))
    found = await dataset_addresses(database, number)
    if not found:
        raise NotFoundError("Ce plan du site n’existe pas.", message_en="No such sitemap.")
    return _xml(
        "urlset",
        (
            f"<url><loc>{base}/jeux/{id_}</loc><lastmod>{changed.date()}</lastmod></url>"
            for id_, changed in found
        ),
    )


def _xml(root: str, entries: Iterable[str]) -> Response:
    body = "\n".join(entries)
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SPACE}">\n{body}\n</{root}>\n'
    )
    return Response(document, media_type="application/xml")


def _base(request: Request) -> str:
    base: str = request.app.state.settings.public_url
    return base.rstrip("/")
