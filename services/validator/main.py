"""The validator's API, under `/api/validator`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.validator.api import (
    badges,
    corrections,
    excerpts,
    jobs,
    register,
    reports,
    resource_validations,
    templates,
    validata,
    validations,
)
from services.validator.api.gauges import gauges
from services.validator.api.links import PREFIX
from services.validator.factory import Factory
from services.validator.resources import open_resources
from services.validator.settings import ValidatorSettings
from shared import logging
from shared.http.app import Check, create_service_app


def create_app(settings: ValidatorSettings) -> FastAPI:
    """The application. It migrates nothing: whoever starts it did."""
    logging.configure(log_format=settings.log_format, level=settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_resources(settings, checks=settings.direct_checks) as resources:
            app.state.resources = resources
            app.state.database = resources.database
            app.state.factory = Factory(resources=resources, settings=settings)
            yield

    def checks(app: FastAPI) -> Mapping[str, Check]:
        resources = app.state.resources
        return {
            "database": resources.database.ping,
            "queue": resources.ping_queue,
            "migrations": resources.check_migrations,
        }

    app = create_service_app(
        name="validator",
        title="Socle – validateur",
        prefix="/api/validator",
        checks=checks,
        lifespan=lifespan,
        measure=gauges,
        description="Contrôler un fichier, lire un rapport, connaître les schémas.",
    )
    for module in (
        validations,
        jobs,
        reports,
        corrections,
        excerpts,
        register,
        templates,
        badges,
        resource_validations,
    ):
        app.include_router(module.router, prefix=PREFIX, tags=["validateur"])
    app.include_router(validata.router, prefix="/api/validator/validata", tags=["validateur"])
    return app
