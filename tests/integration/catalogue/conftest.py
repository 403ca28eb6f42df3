"""A catalogue on a real PostgreSQL, emptied before each test; territories stay."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.main import create_app
from services.catalogue.operations.load_contours import load_contours
from services.catalogue.operations.load_territories import load_territories
from services.catalogue.settings import CatalogueSettings
from shared.access.models import Scope
from shared.access.store import AccessStore
from shared.db import Database
from shared.migrations import upgrade
from tests.integration.catalogue.builders import CRETEIL, MEMBERS
from tests.support.services import run_apart

# Emptied in this order. Not `truncate`, which rewrites every file and index on disk.
TABLES = (
    "catalogue.dataset_edits",
    "catalogue.stock_changes",
    "catalogue.stock_totals",
    "catalogue.stock_pairs",
    "catalogue.stock_states",
    "catalogue.consolidations",
    "catalogue.resource_tables",
    "catalogue.declarations",
    "catalogue.initiatives",
    "catalogue.events",
    "catalogue.link_checks",
    "catalogue.dataset_quality_days",
    "catalogue.dataset_quality",
    "catalogue.quality_days",
    "catalogue.resources",
    "catalogue.datasets",
    "catalogue.removed_datasets",
    "catalogue.verdicts",
    "access.api_keys",
    "access.organizations",
)


@pytest.fixture(scope="session")
def catalogue_url(database_url: str) -> str:
    upgrade(database_url, "shared.access.migrations")
    upgrade(database_url, "services.catalogue.migrations")

    async def load() -> None:
        database = Database(database_url)
        await load_territories(database)
        await load_contours(database)
        await database.close()

    run_apart(load)
    return database_url


@pytest.fixture
async def database(catalogue_url: str) -> AsyncIterator[Database]:
    opened = Database(catalogue_url)
    async with opened.begin() as session:
        for table in TABLES:
            await session.execute(text(f"delete from {table}"))
        for member in MEMBERS:
            await AccessStore(session).save_organization(member)
    yield opened
    await opened.close()


@pytest.fixture
async def app(database: Database, catalogue_url: str, tmp_path: object) -> AsyncIterator[FastAPI]:
    settings = CatalogueSettings(
        database_url=catalogue_url,
        redis_url="redis://127.0.0.1:1",
        store_dir=tmp_path,
        # Nothing listens there: the portal has to do without the validator.
        validator_url="http://127.0.0.1:1",
        public_url="https://donnees.exemple.fr",
    )
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that sees at once what was written: outside tests, the index follows alone."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)

    async def catch_up(request: httpx2.Request) -> None:
        if app.state.resources:
            await app.state.resources.index.catch_up()

    async with httpx2.AsyncClient(
        transport=transport, base_url="http://catalogue", event_hooks={"request": [catch_up]}
    ) as opened:
        yield opened


@pytest.fixture
async def index(database: Database) -> AsyncIterator[LiveIndex]:
    """An index that follows when it is told to (`catch_up`)."""
    opened = LiveIndex(database)
    await opened.catch_up()
    yield opened
    opened.close()


@pytest.fixture
async def keys(database: Database) -> dict[str, dict[str, str]]:
    """Headers by who calls: the syndicate, Créteil, and someone with another scope."""
    made = {}
    async with database.begin() as session:
        store = AccessStore(session)
        for name, scope, owner in (
            ("syndicate", Scope.CATALOGUE, None),
            ("creteil", Scope.CATALOGUE, CRETEIL.id),
            ("harvester", Scope.HARVEST, None),
        ):
            _, secret = await store.create_key(label=name, scopes=[scope], organization_id=owner)
            made[name] = {"Authorization": f"Bearer {secret}"}
    return made
