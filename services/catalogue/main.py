"""The catalogue's process: its API under `/api/catalogue`, the portal under `/`."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.catalogue.api import (
    atlas,
    badges,
    consolidated,
    datasets,
    dcat,
    directory,
    duplicates,
    edits,
    events,
    guides,
    method,
    quality,
    rows,
    scdl,
    series,
    statistics,
    unattached,
)
from services.catalogue.api.gauges import gauges
from services.catalogue.api.tables import CsvByAccept
from services.catalogue.portal.site import install_portal
from services.catalogue.resources import open_resources
from services.catalogue.settings import CatalogueSettings
from shared import logging
from shared.garbage import spare_what_stays
from shared.http.app import Check, create_service_app

PREFIX = "/api/catalogue"

_API = (
    atlas,
    badges,
    consolidated,
    events,
    guides,
    method,
    quality,
    scdl,
    dcat,
    datasets,
    duplicates,
    edits,
    directory,
    rows,
    series,
    statistics,
    unattached,
)


def create_app(settings: CatalogueSettings) -> FastAPI:
    """The application. It migrates nothing and loads nothing: whoever starts it did."""
    logging.configure(log_format=settings.log_format, level=settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_resources(settings) as resources:
            app.state.resources = resources
            app.state.database = resources.database
            app.state.consolidations = set()
            spare_what_stays()
            try:
                yield
            finally:
                for task in app.state.consolidations:
                    task.cancel()
                await asyncio.gather(*app.state.consolidations, return_exceptions=True)

    def checks(app: FastAPI) -> Mapping[str, Check]:
        found = app.state.resources
        return {"database": found.database.ping, "search": found.index.check}

    app = create_service_app(
        name="catalogue",
        title="Socle – catalogue",
        prefix=PREFIX,
        checks=checks,
        lifespan=lifespan,
        measure=gauges,
        description="Chercher, lire et compter les jeux de données des membres.",
    )
    app.state.settings = settings
    for module in _API:
        app.include_router(module.router, prefix=f"{PREFIX}/v1", tags=["catalogue"])
    app.add_middleware(
        CsvByAccept, prefix=f"{PREFIX}/v1", routers=[module.router for module in _API]
    )
    install_portal(app)
    return app
