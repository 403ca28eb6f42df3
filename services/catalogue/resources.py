"""What lives as long as the process: the database pool, the client of the validator, the store."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from services.catalogue.settings import CatalogueSettings
from shared.clients.validator import ValidatorClient
from shared.db import Database
from shared.store import ContentStore, DiskStore


@dataclass(frozen=True)
class Resources:
    """Opened once, in order; closed in reverse."""

    database: Database
    validator: ValidatorClient
    store: ContentStore


@asynccontextmanager
async def open_resources(settings: CatalogueSettings) -> AsyncIterator[Resources]:
    """The resources of one process."""
    async with AsyncExitStack() as stack:
        database = Database(
            settings.database_url.get_secret_value(), pool_size=settings.database_pool_size
        )
        stack.push_async_callback(database.close)
        key = settings.service_key.get_secret_value() if settings.service_key else None
        validator = await stack.enter_async_context(
            ValidatorClient(settings.validator_url, key=key)
        )
        yield Resources(database=database, validator=validator, store=DiskStore(settings.store_dir))
