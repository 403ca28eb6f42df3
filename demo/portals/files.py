"""The files themselves, with the validators that a harvester asks again with."""

import asyncio
import hashlib
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from demo.catalogue import Resource
from demo.portals.holdings import Library


def files_router(library: Library) -> APIRouter:
    """`/fichiers/<member>/<file>`: 200, 304 or 404."""
    router = APIRouter(prefix="/fichiers")

    @router.api_route("/{member}/{name}", methods=["GET", "HEAD"])
    async def download(request: Request, member: str, name: str) -> Response:
        resource = library.resource(f"/fichiers/{member}/{name}")
        # The large file takes a second to invent: not on the event loop.
        content = await asyncio.to_thread(library.content, resource) if resource else None
        if resource is None or content is None:
            return PlainTextResponse("Fichier introuvable\n", status_code=404)
        headers = {
            "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
            "Last-Modified": format_datetime(resource.modified, usegmt=True),
        }
        if _is_unchanged(request, headers["ETag"], resource):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=_served_type(resource), headers=headers)

    return router


def _is_unchanged(request: Request, etag: str, resource: Resource) -> bool:
    """RFC 9110 §13.2.2: the entity tag decides when there is one, the date otherwise."""
    if known := request.headers.get("if-none-match"):
        return etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
    if since := request.headers.get("if-modified-since"):
        try:
            return resource.modified <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False
    return False


def _served_type(resource: Resource) -> str:
    """What the web server says, which is not always what the portal promised."""
    if resource.file.form == "html":
        return "text/html; charset=utf-8"
    if resource.file.form == "csv-cp1252":
        return "application/vnd.ms-excel"  # as servers say of CSV where Excel is installed
    return resource.media_type
