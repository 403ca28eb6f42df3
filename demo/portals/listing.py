"""A town that puts its files into a folder, which the web server lists."""

from html import escape

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from demo.catalogue import Dataset
from demo.plan import Portal
from demo.portals.holdings import Library, members_of


def listed_title(dataset: Dataset) -> str:
    """What the name of the file says: a folder knows no titles."""
    words = dataset.resources[0].name.rsplit(".", 1)[0].replace("-", " ")
    return words[0].upper() + words[1:]


def listed_id(dataset: Dataset) -> str:
    """The name of the file without its extension."""
    return dataset.resources[0].name.rsplit(".", 1)[0]


def folder_of(portal: Portal) -> str:
    """Path of the folder."""
    (member,) = members_of(portal.slug)
    return f"/fichiers/{member.slug}/"


def listing_router(library: Library, portal: Portal) -> APIRouter:
    """The folder of the town's files, as Apache lists it."""
    router = APIRouter()
    folder = folder_of(portal)

    @router.get(folder)
    async def index() -> HTMLResponse:
        files = [one for dataset in library.datasets(portal.slug) for one in dataset.resources]
        lines = "".join(
            f'<a href="{escape(one.name)}">{escape(one.name)}</a>'
            f"   {one.modified:%Y-%m-%d %H:%M}  1.2K\n"
            for one in sorted(files, key=lambda one: one.name)
        )
        return HTMLResponse(
            f"<!DOCTYPE html>\n<html><head><title>Index of {folder}</title></head><body>"
            f'<h1>Index of {folder}</h1><pre><a href="?C=N;O=D">Name</a>  '
            f'<a href="?C=M;O=A">Last modified</a>  <a href="/">Parent Directory</a>\n{lines}</pre>'
            "</body></html>\n"
        )

    return router
