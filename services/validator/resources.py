"""What lives as long as the process, opened in order and closed in reverse."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from services.validator.adapters.run import EngineRunner
from services.validator.schemas.register import SchemaRegister
from services.validator.settings import ValidatorSettings
from shared.clients.catalogue import CatalogueClient
from shared.db import Database
from shared.fetch import AllowedHosts, Fetcher, FetchLimits, user_agent
from shared.store import DiskStore


@dataclass(frozen=True)
class Resources:
    """Pools and clients; `engine` starts its processes at first use."""

    database: Database
    store: DiskStore
    fetcher: Fetcher
    register: SchemaRegister
    engine: EngineRunner
    catalogue: CatalogueClient


@asynccontextmanager
async def open_resources(settings: ValidatorSettings, *, checks: int) -> AsyncIterator[Resources]:
    """`checks`: files that this process checks at once."""
    async with AsyncExitStack() as stack:
        database = Database(
            settings.database_url.get_secret_value(), pool_size=settings.database_pool_size
        )
        stack.push_async_callback(database.close)
        fetcher = Fetcher(
            allowed_hosts=AllowedHosts.parse(settings.allowed_hosts),
            limits=FetchLimits(
                total_seconds=settings.fetch_seconds, max_bytes=settings.max_file_bytes
            ),
            user_agent=user_agent(settings.contact),
        )
        await stack.enter_async_context(fetcher)
        key = settings.service_key
        catalogue = CatalogueClient(
            settings.catalogue_url, key=key.get_secret_value() if key else None
        )
        await stack.enter_async_context(catalogue)
        engine = await stack.enter_async_context(EngineRunner(processes=checks))
        store = DiskStore(settings.store_dir)
        yield Resources(
            database=database,
            store=store,
            fetcher=fetcher,
            register=SchemaRegister.open(settings.synced_schemas_dir),
            engine=engine,
            catalogue=catalogue,
        )
