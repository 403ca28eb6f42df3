"""What a person sees: a home page, and a page per portal, organisation and dataset."""

import json
from html import escape
from typing import Final

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse

from demo.catalogue import FICTITIOUS, Dataset
from demo.plan import REGIONAL
from demo.portals.addresses import base_of
from demo.portals.holdings import Library, members_of, portals
from demo.portals.schema_org import schema_org

_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    ".fictif{background:#fff3cd;border:2px solid #b58900;padding:.75rem 1rem}"
)


def page(title: str, body: str) -> HTMLResponse:
    """A page of the demonstration: it says first that nothing on it is true."""
    return HTMLResponse(
        f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        f'<meta name="robots" content="noindex"><title>{escape(title)} (données fictives)</title>'
        f"<style>{_STYLE}</style></head><body>"
        f'<p class="fictif" role="note"><strong>Démonstration.</strong> {escape(FICTITIOUS)}</p>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )


def pages_router(library: Library) -> APIRouter:
    """`/`, `/<portal>/` and `/<portal>/datasets/<slug>/`."""
    router = APIRouter()

    @router.get("/")
    async def home() -> HTMLResponse:
        items = "".join(
            f'<li><a href="/{slug}/">{escape(_portal_title(slug))}</a> ({portal.kind})</li>'
            for slug, portal in portals().items()
        )
        return page("Portails de la démonstration", f"<ul>{items}</ul>")

    @router.get("/{portal}/")
    async def portal_home(portal: str) -> HTMLResponse:
        if portal not in portals():
            raise HTTPException(404)
        items = "".join(
            f'<li><a href="/{portal}/datasets/{one.slug}/">{escape(one.title)}</a></li>'
            for one in library.datasets(portal)
        )
        return page(_portal_title(portal), f"<ul>{items}</ul>")

    @router.get("/{portal}/datasets/{slug}/")
    async def dataset_page(request: Request, portal: str, slug: str) -> HTMLResponse:
        for dataset in library.datasets(portal):
            if slug in {dataset.slug, dataset.id}:
                return page(dataset.title, _dataset_body(dataset, base_of(request)))
        raise HTTPException(404)

    @router.get("/{portal}/organizations/{slug}/")
    async def organization_page(portal: str, slug: str) -> HTMLResponse:
        for member in members_of(portal):
            if slug == member.slug:
                listed = library.datasets(portal, member=member)
                items = "".join(f"<li>{escape(one.title)}</li>" for one in listed)
                return page(member.body, f"<ul>{items}</ul>")
        raise HTTPException(404)

    return router


def _portal_title(slug: str) -> str:
    if slug == REGIONAL.slug:
        return "Données ouvertes du département"
    members = members_of(slug)
    if len(members) > 1:
        return "Portail national (imitation de data.gouv.fr)"
    return f"Données ouvertes {members[0].of_name}"


def _dataset_body(dataset: Dataset, base_url: str) -> str:
    links = "".join(
        f'<li><a href="{escape(one.url(base_url))}">{escape(one.name)}</a></li>'
        for one in dataset.resources
    )
    described = json.dumps(schema_org(dataset, base_url), ensure_ascii=False)
    safe = described.replace("<", "\\u003c")  # or a text could end the script
    return (
        f"<p>{escape(dataset.description)}</p><ul>{links}</ul>"
        f'<script type="application/ld+json">{safe}</script>'
    )
