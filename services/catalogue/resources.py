"""What lives as long as the process: database, search index, clients, store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.settings import CatalogueSettings
from shared.clients.harvester import HarvesterClient
from shared.clients.validator import ValidatorClient
from shared.db import Database
from shared.store import ContentStore, DiskStore

_FIRST_BUILD_SECONDS = 10.0
"""A small catalogue is searchable when the process says it has started; a large one is built
on, and `/ready` says so."""


@dataclass(frozen=True)
class Resources:
    """Opened once, in order; closed in reverse."""

    database: Database
    index: LiveIndex
    validator: ValidatorClient
    harvester: HarvesterClient
    store: ContentStore


@asynccontextmanager
async def open_resources(settings: CatalogueSettings) -> AsyncIterator[Resources]:
    """The resources of one process."""
    async with AsyncExitStack() as stack:
        database = Database(
            settings.database_url.get_secret_value(), pool_size=settings.database_pool_size
        )
        stack.push_async_callback(database.close)
        index = LiveIndex(database, settings.index_dir)
        stack.callback(index.close)
        await stack.enter_async_context(_following(index))
        validator = await stack.enter_async_context(open_validator(settings))
        harvester = await stack.enter_async_context(open_harvester(settings))
        yield Resources(
            database=database,
            index=index,
            validator=validator,
            harvester=harvester,
            store=DiskStore(settings.store_dir),
        )


def open_harvester(settings: CatalogueSettings) -> HarvesterClient:
    """A client with this service's key, to be used as a context."""
    key = settings.service_key.get_secret_value() if settings.service_key else None
    return HarvesterClient(settings.harvester_url, key=key)


def open_validator(settings: CatalogueSettings) -> ValidatorClient:
    """A client with this service's key, to be used as a context."""
    key = settings.service_key.get_secret_value() if settings.service_key else None
    return ValidatorClient(settings.validator_url, key=key)


@asynccontextmanager
async def _following(index: LiveIndex) -> AsyncIterator[None]:
    task = asyncio.create_task(index.follow())
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(index.tried.wait(), _FIRST_BUILD_SECONDS)
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
