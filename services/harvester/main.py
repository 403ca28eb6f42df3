"""The harvester's process: its API under `/api/harvester`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.harvester.api import jobs, operator, runs, sources
from services.harvester.api.gauges import gauges
from services.harvester.resources import open_resources
from services.harvester.settings import HarvesterSettings
from shared import logging
from shared.http.app import Check, create_service_app

PREFIX = "/api/harvester"


def create_app(settings: HarvesterSettings) -> FastAPI:
    """The application. It migrates nothing: whoever starts it did."""
    logging.configure(log_format=settings.log_format, level=settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_resources(settings) as resources:
            app.state.resources = resources
            app.state.database = resources.database
            yield

    def checks(app: FastAPI) -> Mapping[str, Check]:
        return {"database": app.state.resources.database.ping}

    app = create_service_app(
        name="harvester",
        title="Socle – moissonneur",
        prefix=PREFIX,
        checks=checks,
        lifespan=lifespan,
        measure=gauges,
        description="Moissonner les portails des membres : sources, moissonnages, aperçus.",
    )
    app.state.settings = settings
    for module in (sources, runs, operator, jobs):
        app.include_router(module.router, prefix=f"{PREFIX}/v1", tags=["moissonneur"])
    return app
