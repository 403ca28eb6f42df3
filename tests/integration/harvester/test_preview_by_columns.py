"""A preview by HTTP recognises schemas as that of the command line does: with a real validator."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from services.harvester.main import create_app
from services.validator.main import create_app as create_validator
from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.template import example_csv
from services.validator.settings import ValidatorSettings
from services.validator.storage.tables import reports
from shared.migrations import upgrade
from socle.cli.application import app as command
from tests.integration.harvester.world import World
from tests.support.platform import free_port
from tests.support.portals.base import listening, served
from tests.support.portals.udata import UdataPortal

PREVIEW = "/api/harvester/v1/sources/preview"


def example(schema: str) -> str:
    return example_csv(SchemaRegister.open().get(schema))


@pytest.fixture(scope="session")
def migrated(harvester_url: str) -> str:
    upgrade(harvester_url, "services.validator.migrations")
    return harvester_url


@pytest.fixture
async def validator(world: World, migrated: str, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a real one."""
    app = create_validator(
        ValidatorSettings(
            database_url=migrated,
            redis_url=world.settings.redis_url.get_secret_value(),
            store_dir=tmp_path / "validator",
            log_level="WARNING",
        )
    )
    async with app.router.lifespan_context(app), listening(app) as address:
        yield address


@pytest.fixture
async def portal() -> AsyncIterator[UdataPortal]:
    """Two tables that follow one schema, one that follows another, and what follows none."""
    async with served(UdataPortal()) as started:
        assert isinstance(started, UdataPortal)
        for number, content in enumerate(
            [
                example("scdl/deliberations"),
                example("scdl/subventions"),
                example("scdl/deliberations"),
                "truc;machin\n1;2\n",
                "%PDF-1.7 rien qui soit une table",
                "",
            ]
        ):
            started.add_resource(started.add_dataset(f"Jeu {number}"), f"{number}.csv", content)
        yield started


async def previewed(
    world: World, portal: UdataPortal, headers: dict[str, str], **settings: Any
) -> dict[str, Any]:
    app = create_app(world.settings.model_copy(update=settings))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://harvester") as client:
            answer = await client.post(PREVIEW, json={"url": portal.root}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def kept(world: World) -> int:
    """Reports of the validator, other tests' too."""
    async with world.database.begin() as session:
        return int(await session.scalar(select(func.count()).select_from(reports)) or 0)


async def test_http_and_the_command_line_give_the_same(
    world: World, keys: dict[str, dict[str, str]], portal: UdataPortal, validator: str
) -> None:
    before = await kept(world)
    by_http = await previewed(world, portal, keys["creteil"], validator_url=validator)
    told = ["harvest", portal.root, "--preview", "--format", "json"]
    allowed = ["--allow-host", urlsplit(portal.root).netloc]
    by_command = await asyncio.to_thread(CliRunner().invoke, command, [*told, *allowed])

    assert by_http["recognised"] == {"scdl/deliberations": 2, "scdl/subventions": 1}
    assert by_http["warnings"] == []
    assert by_http == json.loads(by_command.stdout)
    assert await kept(world) == before


async def test_a_validator_that_is_away_leaves_a_preview_with_a_warning(
    world: World, keys: dict[str, dict[str, str]], portal: UdataPortal
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"

    found = await previewed(world, portal, keys["creteil"], validator_url=nobody)

    assert (found["datasets"], found["tables_without_schema"]) == (6, 6)
    assert found["recognised"] == {}
    [warning] = found["warnings"]
    assert "(0 table lue sur 6) : Le service « validateur » ne répond pas" in warning
    assert "Le moissonnage les cherchera." in warning


async def test_a_file_at_a_private_address_is_not_asked_for(
    world: World, keys: dict[str, dict[str, str]], portal: UdataPortal, validator: str
) -> None:
    async with served(UdataPortal()) as inner:
        secret = inner.put("/secret.csv", example("scdl/subventions"))
        portal.datasets[0]["resources"][0]["url"] = secret

        found = await previewed(
            world,
            portal,
            keys["creteil"],
            validator_url=validator,
            allowed_hosts=urlsplit(portal.root).netloc,
        )

    assert inner.requests == []
    assert found["recognised"] == {"scdl/deliberations": 1, "scdl/subventions": 1}
