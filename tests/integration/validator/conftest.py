import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from services.validator.main import create_app
from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.template import example_csv
from services.validator.settings import ValidatorSettings
from services.validator.storage.tables import validator_metadata
from shared.access.models import Organization, Scope
from shared.access.store import AccessStore, organization_id
from shared.db import Database
from shared.migrations import upgrade
from tests.integration.fetch.conftest import serving
from tests.integration.validator.web import FilesOfTheWeb

CRETEIL = Organization(
    id=organization_id(siren="219400280", name="Créteil"), name="Créteil", siren="219400280"
)
NOGENT = Organization(
    id=organization_id(siren="219400520", name="Nogent-sur-Marne"),
    name="Nogent-sur-Marne",
    siren="219400520",
)


@pytest.fixture(scope="session")
def migrated(database_url: str) -> str:
    for package in ("shared.access.migrations", "services.validator.migrations"):
        upgrade(database_url, package)
    return database_url


@pytest.fixture
async def database(migrated: str) -> AsyncIterator[Database]:
    # The test of the history takes the schema down and up again.
    await asyncio.to_thread(upgrade, migrated, "services.validator.migrations")
    database = Database(migrated)
    tables = ", ".join(str(table) for table in validator_metadata.tables)
    async with database.begin() as session:
        await session.execute(text(f"truncate {tables} cascade"))
        await session.execute(text("truncate access.api_keys, access.organizations cascade"))
    yield database
    await database.close()


@pytest.fixture
async def keys(database: Database) -> dict[str, str]:
    """Secrets by who holds them."""
    secrets = {}
    async with database.begin() as session:
        store = AccessStore(session)
        await store.save_organization(CRETEIL)
        await store.save_organization(NOGENT)
        for label, scope, owner in (
            ("creteil", Scope.VALIDATE, CRETEIL.id),
            ("nogent", Scope.VALIDATE, NOGENT.id),
            ("reader", Scope.CATALOGUE, CRETEIL.id),
            ("syndicate", Scope.VALIDATE, None),
        ):
            _, secrets[label] = await store.create_key(
                label=label, scopes=[scope], organization_id=owner
            )
    return secrets


@pytest.fixture
async def web() -> AsyncIterator[FilesOfTheWeb]:
    async with serving(FilesOfTheWeb()) as host:
        yield host


@pytest.fixture
def settings(database_url, redis_url, tmp_path: Path, web) -> ValidatorSettings:
    return ValidatorSettings(
        database_url=database_url,
        redis_url=redis_url,
        store_dir=tmp_path / "store",
        allowed_hosts=f"127.0.0.1:{web.port}",
        public_url="https://socle.example",
        max_file_bytes=1_000_000,
        direct_max_bytes=50_000,
        fetch_seconds=10,
        log_format="text",
        log_level="ERROR",
    )


@dataclass
class Api:
    """The application and a client for it."""

    http: httpx2.AsyncClient
    url: str = "/api/validator/v1"

    async def validate(self, content: bytes, name: str = "fichier.csv", **fields: str):
        return await self.http.post(
            f"{self.url}/validate", files={"file": (name, content)}, data=fields
        )


@pytest.fixture
async def api(database, settings) -> AsyncIterator[Api]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://validator.test", timeout=60
        ) as http:
            yield Api(http)


@pytest.fixture(scope="session")
def subventions() -> bytes:
    """A valid file of the schema scdl/subventions."""
    return example_csv(SchemaRegister.open().get("scdl/subventions")).encode()


@pytest.fixture(scope="session")
def bad_subventions(subventions: bytes) -> bytes:
    """The same with one wrong date."""
    header, row = subventions.decode().splitlines()[:2]
    names = header.lstrip("\ufeff").split(",")
    cells = row.split(",")
    cells[names.index("dateConvention")] = "31/12/2023"
    return "\n".join([",".join(names), ",".join(cells), ""]).encode()


async def ended(api: Api, job_path: str, *, seconds: float = 40) -> dict:
    """The job once it is done or dead."""
    async with asyncio.timeout(seconds):
        while True:
            job = (await api.http.get(job_path)).json()
            if job["state"] in {"done", "dead"}:
                return job
            await asyncio.sleep(0.1)
