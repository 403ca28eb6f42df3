"""What a town shows in its own site: a list of datasets, one table, one chart; and oEmbed.

A widget is a page without the site's frame, that may stand in an `<iframe>` anywhere: in the
reader's colours, or always light (`theme=clair`). `widget.js` makes the frame as high as its
content. Nothing is stored about who looks. oEmbed: https://oembed.com, version 1.0.
"""

import re
from html import escape
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from services.catalogue.api.dependencies import GivenDatabase, GivenIndex, GivenResources
from services.catalogue.models.resource_table import RowsQuery
from services.catalogue.models.search import Facet
from services.catalogue.operations.read_dataset import read_dataset, read_resource
from services.catalogue.operations.read_rows import read_rows
from services.catalogue.operations.search_datasets import search_datasets
from services.catalogue.portal.exploring import pictures_of
from services.catalogue.portal.rendering import render
from shared.errors import NotFoundError

router = APIRouter()

_MOST_DATASETS = 50
_MOST_ROWS = 100
_WIDTH, _HEIGHT = 640, 480
_ANYWHERE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors *"
)
_FACETS = {facet.value: facet for facet in (Facet.ORGANIZATION, Facet.TERRITORY, Facet.SCHEMA)}
_PAGES = re.compile(
    r"^/(?:(?P<kind>jeux|vues)/(?P<id>[0-9a-f-]{36})"
    r"(?:/tableau/(?P<resource>[0-9a-f-]{36}))?|(?P<search>recherche))/?$"
)

Number = Annotated[int, Query(ge=1, le=_MOST_DATASETS)]


@router.get("/widgets/jeux")
async def datasets(request: Request, index: GivenIndex, nombre: Number = 10) -> Response:
    """The latest datasets of an organisation, a territory or a schema."""
    asked = {
        facet: request.query_params.getlist(name)
        for name, facet in _FACETS.items()
        if request.query_params.get(name)
    }
    found = await search_datasets(index, filters=asked, limit=nombre, with_facets=False)
    more = "/recherche?" + urlencode([(facet.value, v) for facet, vs in asked.items() for v in vs])
    values = {"hits": found.hits, "total": found.total, "more": more}
    return _widget(request, "widgets/datasets.html", values)


@router.get("/widgets/jeux/{dataset_id}")
async def dataset(request: Request, dataset_id: UUID, database: GivenDatabase) -> Response:
    """One dataset with its files and their verdicts."""
    found = await read_dataset(database, dataset_id)
    present = [one for one in found.resources if one.removed_at is None]
    return _widget(request, "widgets/dataset.html", {"dataset": found, "present": present})


@router.get("/widgets/tables/{resource_id}")
async def table(
    request: Request,
    resource_id: UUID,
    resources: GivenResources,
    lignes: Annotated[int, Query(ge=1, le=_MOST_ROWS)] = 20,
    colonnes: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """The first rows of a file; `colonnes` chooses and orders columns."""
    wanted = tuple(name for name in colonnes.split(",") if name)
    dataset, resource = await read_resource(resources.database, resource_id)
    page = await read_rows(
        resources.database,
        resources.store,
        resource_id,
        RowsQuery(columns=wanted),
        limit=lignes,
    )
    values = {"dataset": dataset, "resource": resource, "page": page}
    return _widget(request, "widgets/table.html", values)


@router.get("/widgets/graphiques/{resource_id}")
async def chart(request: Request, resource_id: UUID, resources: GivenResources) -> Response:
    """What a file can be drawn as. Raises `NotFoundError` when that is nothing."""
    dataset, resource = await read_resource(resources.database, resource_id)
    pictures = await pictures_of(resources, resource_id)
    if not pictures.any:
        raise NotFoundError(
            "Ce fichier ne se prête à aucun graphique.",
            message_en="This file lends itself to no chart.",
        )
    values = {"dataset": dataset, "resource": resource, "pictures": pictures}
    return _widget(request, "widgets/chart.html", values)


@router.get("/oembed")
async def oembed(
    request: Request,
    database: GivenDatabase,
    url: str,
    maxwidth: Annotated[int, Query(ge=1)] = _WIDTH,
    maxheight: Annotated[int, Query(ge=1)] = _HEIGHT,
    format: str = "json",  # noqa: A002 – its name in the specification
) -> Response:
    """How to embed a page of this site. 404 for other addresses, 501 for other formats."""
    if format != "json":
        return Response(status_code=501)
    settings = request.app.state.settings
    public_url = settings.public_url.rstrip("/")
    path, title = await _embeddable(database, url, public_url)
    width, height = min(_WIDTH, maxwidth), min(_HEIGHT, maxheight)
    frame = (
        f'<iframe src="{escape(public_url + path)}" width="{width}" height="{height}"'
        f' title="{escape(title)}" loading="lazy" frameborder="0"></iframe>'
    )
    return JSONResponse(
        {
            "version": "1.0",
            "type": "rich",
            "title": title,
            "provider_name": settings.portal_title,
            "provider_url": public_url,
            "width": width,
            "height": height,
            "html": frame,
        },
        headers={"Access-Control-Allow-Origin": "*"},
    )


async def _embeddable(database: Any, url: str, public_url: str) -> tuple[str, str]:
    """The widget of a page's address, and its title. Raises `NotFoundError`."""
    asked, own = urlsplit(url), urlsplit(public_url)
    found = _PAGES.match(asked.path)
    if asked.netloc != own.netloc or found is None:
        raise NotFoundError("Cette adresse n’est pas celle d’une page à intégrer.")
    if found["search"]:
        kept = [(name, value) for name, value in parse_qsl(asked.query) if name in _FACETS]
        return f"/widgets/jeux?{urlencode(kept)}", "Jeux de données"
    if found["kind"] == "jeux" and not found["resource"]:
        dataset = await read_dataset(database, UUID(found["id"]))
        return f"/widgets/jeux/{dataset.id}", dataset.title
    dataset, resource = await read_resource(database, UUID(found["resource"] or found["id"]))
    return f"/widgets/tables/{resource.id}", resource.title or dataset.title


def _widget(request: Request, template: str, values: dict[str, Any]) -> Response:
    """A page that any site may frame."""
    theme = "clair" if request.query_params.get("theme") == "clair" else ""
    answer = render(request, template, {**values, "theme": theme})
    answer.headers["Content-Security-Policy"] = _ANYWHERE
    return answer
