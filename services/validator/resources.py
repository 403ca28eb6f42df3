"""What lives as long as the process, opened in order and closed in reverse."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from alembic.script import ScriptDirectory
from redis.asyncio import Redis
from sqlalchemy import column, select, table

from services.validator.adapters.limits import EngineLimits
from services.validator.adapters.run import EngineRunner
from services.validator.schemas.register import SchemaRegister
from services.validator.settings import ValidatorSettings
from services.validator.storage.tables import SCHEMA
from shared.clients.catalogue import CatalogueClient
from shared.db import Database
from shared.fetch import AllowedHosts, Fetcher, FetchLimits, user_agent
from shared.migrations import alembic_config
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
    redis: Redis
    newest_revision: str

    async def ping_queue(self) -> None:
        """Raises what the driver raises when the queue's server does not answer."""
        await self.redis.ping()

    async def check_migrations(self) -> None:
        """Raises `RuntimeError` when the database is older or newer than this program."""
        alembic_version = table("alembic_version", column("version_num"), schema=SCHEMA)
        async with self.database.begin() as session:
            found = await session.scalar(select(alembic_version.c.version_num))
        if found != self.newest_revision:
            raise RuntimeError(f"schema at {found}, program at {self.newest_revision}")


def newest_revision(package: str) -> str:
    """The last migration that this program knows."""
    script = ScriptDirectory.from_config(alembic_config("", package))
    return script.get_current_head() or ""


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
            user_agent=user_agent(settings.contact or settings.public_url),
        )
        await stack.enter_async_context(fetcher)
        key = settings.service_key
        catalogue = CatalogueClient(
            settings.catalogue_url, key=key.get_secret_value() if key else None
        )
        await stack.enter_async_context(catalogue)
        runner = EngineRunner(EngineLimits(preload=True), processes=checks)
        engine = await stack.enter_async_context(runner)
        redis = Redis.from_url(settings.redis_url.get_secret_value(), socket_timeout=5)
        stack.push_async_callback(redis.aclose)
        store = DiskStore(settings.store_dir)
        yield Resources(
            database=database,
            store=store,
            fetcher=fetcher,
            register=SchemaRegister.open(settings.synced_schemas_dir),
            engine=engine,
            catalogue=catalogue,
            redis=redis,
            newest_revision=newest_revision("services.validator.migrations"),
        )
