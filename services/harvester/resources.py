"""What lives as long as a process of the harvester: pools, clients, the store."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.harvester.adapters.downloads import Downloader
from services.harvester.adapters.politeness import HostBook, PoliteFetcher
from services.harvester.connectors.contract import Connector
from services.harvester.connectors.registry import connectors
from services.harvester.settings import HarvesterSettings
from shared.clients.catalogue import CatalogueClient
from shared.clients.validator import ValidatorClient
from shared.db import Database
from shared.fetch import AllowedHosts, Fetcher, FetchLimits, user_agent
from shared.store import DiskStore


@dataclass(frozen=True)
class Resources:
    """Opened once, in order; closed in reverse."""

    database: Database
    fetcher: PoliteFetcher
    downloader: Downloader
    catalogue: CatalogueClient
    validator: ValidatorClient
    connectors: tuple[Connector, ...]


@asynccontextmanager
async def open_resources(settings: HarvesterSettings) -> AsyncIterator[Resources]:
    """The resources of one process."""
    key = settings.service_key.get_secret_value() if settings.service_key else None
    async with AsyncExitStack() as stack:
        database = Database(
            settings.database_url.get_secret_value(), pool_size=settings.database_pool_size
        )
        stack.push_async_callback(database.close)
        allowed = AllowedHosts.parse(settings.allowed_hosts)
        fetcher = await stack.enter_async_context(
            Fetcher(
                allowed_hosts=allowed,
                limits=FetchLimits(
                    total_seconds=settings.fetch_seconds, max_bytes=settings.max_file_bytes
                ),
                user_agent=user_agent(settings.contact or settings.public_url),
            )
        )
        catalogue = await stack.enter_async_context(
            CatalogueClient(settings.catalogue_url, key=key)
        )
        validator = await stack.enter_async_context(
            ValidatorClient(settings.validator_url, key=key)
        )
        polite = PoliteFetcher(
            fetcher,
            HostBook(
                database,
                rest=timedelta(seconds=settings.host_rest_seconds),
                clock=lambda: datetime.now(UTC),
            ),
            concurrency=settings.host_concurrency,
            interval=timedelta(seconds=settings.host_interval_seconds),
            own=allowed,
        )
        downloader = Downloader(
            fetcher=polite, store=DiskStore(settings.store_dir), limit=settings.max_file_bytes
        )
        pause = settings.listing_retry_seconds
        yield Resources(
            database=database,
            fetcher=polite,
            downloader=downloader,
            catalogue=catalogue,
            validator=validator,
            connectors=connectors((pause, 2 * pause, 4 * pause, 8 * pause)),
        )
