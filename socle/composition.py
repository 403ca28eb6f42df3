"""The three services, named: the one list that everything which composes them reads."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from services.catalogue import main as catalogue
from services.catalogue import worker as catalogue_worker
from services.catalogue.settings import CatalogueSettings
from services.harvester import main as harvester
from services.harvester import worker as harvester_worker
from services.harvester.settings import HarvesterSettings
from services.validator import main as validator
from services.validator import worker as validator_worker
from services.validator.settings import ValidatorSettings
from shared.settings import ServiceSettings


@dataclass(frozen=True)
class Service:
    """How one service and its worker are started."""

    name: str
    path: str
    settings: type[ServiceSettings]
    create_app: Callable[[Any], FastAPI]
    migrations: str
    run_worker: Callable[[Any, asyncio.Event], Awaitable[None]]


SERVICES: dict[str, Service] = {
    service.name: service
    for service in (
        Service(
            name="validator",
            path="/api/validator",
            settings=ValidatorSettings,
            create_app=validator.create_app,
            migrations="services.validator.migrations",
            run_worker=validator_worker.run_worker,
        ),
        Service(
            name="harvester",
            path="/api/harvester",
            settings=HarvesterSettings,
            create_app=harvester.create_app,
            migrations="services.harvester.migrations",
            run_worker=harvester_worker.run_worker,
        ),
        Service(
            name="catalogue",
            path="/",
            settings=CatalogueSettings,
            create_app=catalogue.create_app,
            migrations="services.catalogue.migrations",
            run_worker=catalogue_worker.run_worker,
        ),
    )
}

MIGRATIONS = ("shared.access.migrations", *(service.migrations for service in SERVICES.values()))
"""Every history to bring up to date, in this order."""
