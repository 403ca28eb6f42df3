"""A harvester with everything real but the portals, the catalogue and the validator."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from services.harvester.main import create_app
from shared.access.models import Organization, Scope
from shared.access.store import AccessStore, organization_id
from shared.db import Database
from shared.migrations import upgrade
from tests.integration.harvester.fakes import FakeCatalogue, FakeValidator
from tests.integration.harvester.world import World, settings_for
from tests.support.portals.base import listening, served
from tests.support.portals.udata import UdataPortal

CRETEIL = Organization(
    id=organization_id(siren="219400280", name="Créteil"), name="Créteil", siren="219400280"
)
PERIGNY = Organization(
    id=organization_id(siren="219400561", name="Périgny"), name="Périgny", siren="219400561"
)
TABLES = "jobs, resources, datasets, run_items, runs, listing_pages, listings, sources, hosts"


@pytest.fixture(scope="session")
def harvester_url(database_url: str) -> str:
    upgrade(database_url, "shared.access.migrations")
    upgrade(database_url, "services.harvester.migrations")
    return database_url


@pytest.fixture
async def database(harvester_url: str, redis_url: str) -> AsyncIterator[Database]:
    opened = Database(harvester_url)
    tables = ", ".join(f"harvester.{name}" for name in TABLES.split(", "))
    async with opened.begin() as session:
        await session.execute(
            text(f"truncate {tables}, access.api_keys, access.organizations cascade")
        )
        for member in (CRETEIL, PERIGNY):
            await AccessStore(session).save_organization(member)
    async with Redis.from_url(redis_url) as redis:
        await redis.flushall()
    yield opened
    await opened.close()


@pytest.fixture
async def world(
    database: Database, harvester_url: str, redis_url: str, tmp_path: Path
) -> AsyncIterator[World]:
    catalogue, validator = FakeCatalogue(), FakeValidator()
    async with (
        listening(catalogue) as catalogue.url,
        listening(validator) as validator.url,
    ):
        yield World(
            database=database,
            catalogue=catalogue,
            validator=validator,
            organization_id=CRETEIL.id,
            settings=settings_for(
                database_url=harvester_url,
                redis_url=redis_url,
                store_dir=tmp_path,
                catalogue_url=catalogue.url,
                validator_url=validator.url,
            ),
        )


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(world.settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://harvester") as opened:
            yield opened


@pytest.fixture
async def keys(world: World) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {"nobody": {}}
    async with world.database.begin() as session:
        for name, scope, owner in (
            ("creteil", Scope.HARVEST, CRETEIL.id),
            ("perigny", Scope.HARVEST, PERIGNY.id),
            ("syndicate", Scope.HARVEST, None),
            ("validator", Scope.VALIDATE, CRETEIL.id),
        ):
            _, secret = await AccessStore(session).create_key(
                label=name, scopes=[scope], organization_id=owner
            )
            made[name] = {"Authorization": f"Bearer {secret}"}
    return made


@pytest.fixture
async def portal() -> AsyncIterator[UdataPortal]:
    """Three pages of two datasets."""
    async with served(UdataPortal(lying=frozenset({"silent-cap"}))) as started:
        assert isinstance(started, UdataPortal)
        for number in range(6):
            dataset = started.add_dataset(f"Jeu {number}")
            content = f"id;nom\n1;Mairie\n{number};x\n"
            started.add_resource(dataset, f"liste-{number}.csv", content)
        yield started
