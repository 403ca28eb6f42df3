"""The three services, named: the one list that everything which composes them reads.

A service is imported when it is run: a worker that does the jobs of one neither waits for the code
of the two others nor keeps it in memory.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from services.catalogue.settings import CatalogueSettings
from services.harvester.settings import HarvesterSettings
from services.validator.settings import ValidatorSettings
from shared.settings import ServiceSettings

if TYPE_CHECKING:
    from fastapi import FastAPI


@dataclass(frozen=True)
class Service:
    """How one service and its worker are started. Every one has the same modules."""

    name: str
    path: str
    settings: type[ServiceSettings]

    @property
    def migrations(self) -> str:
        """The package of its database's history."""
        return f"services.{self.name}.migrations"

    def create_app(self, settings: ServiceSettings) -> "FastAPI":
        """Its web application; `settings` of its own class."""
        app: FastAPI = import_module(f"services.{self.name}.main").create_app(settings)
        return app

    def run_worker(self, settings: ServiceSettings, stop: asyncio.Event) -> Awaitable[None]:
        """Do its jobs until `stop` is set; `settings` of its own class."""
        work: Awaitable[None] = import_module(f"services.{self.name}.worker").run_worker(
            settings, stop
        )
        return work


SERVICES: dict[str, Service] = {
    service.name: service
    for service in (
        Service("validator", "/api/validator", ValidatorSettings),
        Service("harvester", "/api/harvester", HarvesterSettings),
        Service("catalogue", "/", CatalogueSettings),
    )
}

MIGRATIONS = ("shared.access.migrations", *(service.migrations for service in SERVICES.values()))
"""Every history to bring up to date, in this order."""
