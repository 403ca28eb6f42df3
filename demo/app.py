"""All the portals behind one address: `/<portal>/…`, their files under `/fichiers/…`."""

from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse

from demo.manifest import DEFAULT_SEED
from demo.portals.arcgis_hub import arcgis_hub_router
from demo.portals.ckan import ckan_router
from demo.portals.csw import csw_router
from demo.portals.dcat import dcat_router
from demo.portals.files import files_router
from demo.portals.holdings import Library, portals
from demo.portals.listing import listing_router
from demo.portals.opendatasoft import opendatasoft_router
from demo.portals.pages import pages_router
from demo.portals.scdl_catalogue import scdl_catalogue_router
from demo.portals.schema_org import schema_org_router
from demo.portals.udata import udata_router

_ROUTERS: Final = {
    "udata": udata_router,
    "ckan": ckan_router,
    "opendatasoft": opendatasoft_router,
    "dcat": dcat_router,
    "arcgis-hub": arcgis_hub_router,
    "csw": csw_router,
    "scdl-catalogue": scdl_catalogue_router,
    "schema-org": schema_org_router,
    "listing": listing_router,
}


def create_app(*, seed: int = DEFAULT_SEED) -> FastAPI:
    """The demonstration as an ASGI application; each one has its own state."""
    library = Library(seed=seed)
    app = FastAPI(title="Portails de démonstration", docs_url=None, redoc_url=None)
    app.add_exception_handler(RequestValidationError, _refuse)
    app.include_router(_control_router(library))
    app.include_router(files_router(library))
    for portal in portals().values():
        app.include_router(_ROUTERS[portal.kind](library, portal))
    app.include_router(pages_router(library))
    return app


async def _refuse(_request: Request, error: Exception) -> JSONResponse:
    """A bad parameter is 400 on the portals that are imitated, not FastAPI's 422."""
    return JSONResponse({"message": str(error)}, status_code=400)


def _control_router(library: Library) -> APIRouter:
    """What no portal has: going from one state to the next, for tests and presentations."""
    router = APIRouter(prefix="/_demo")

    @router.get("/state")
    async def state() -> dict[str, int]:
        return {"seed": library.seed, "state": library.state}

    @router.post("/advance")
    async def advance() -> dict[str, int]:
        return {"seed": library.seed, "state": library.advance()}

    @router.post("/reset")
    async def reset() -> dict[str, int]:
        return {"seed": library.seed, "state": library.reset()}

    return router
