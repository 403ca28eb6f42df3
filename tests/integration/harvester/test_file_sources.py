"""Sources that a configuration file names: added, changed as it says, never doubled."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from services.harvester.main import create_app
from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import NewSource
from socle.file_sources import apply_sources
from tests.integration.harvester.conftest import CRETEIL, PERIGNY
from tests.integration.harvester.world import World

URL = "http://127.0.0.1:9/portail"


@pytest.fixture
async def harvester(
    world: World, keys: dict[str, dict[str, str]]
) -> AsyncIterator[HarvesterClient]:
    app = create_app(world.settings)
    key = keys["syndicate"]["Authorization"].removeprefix("Bearer ")
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with HarvesterClient("http://harvester", key=key, transport=transport) as client:
            yield client


def wanted(**said: Any) -> NewSource:
    return NewSource(
        **{"organization_id": CRETEIL.id, "url": URL, "kind": "udata", "name": "Portail", **said}
    )


def of(*organizations: str, **said: Any) -> list[NewSource]:
    return [wanted(config={"organization": each}, **said) for each in organizations]


async def test_a_file_that_says_the_same_changes_nothing(harvester: HarvesterClient) -> None:
    said = [*of("a", "b"), wanted(organization_id=PERIGNY.id)]

    first, changed = await apply_sources(said, harvester)
    again, changed_again = await apply_sources(said, harvester)

    assert (changed, changed_again) == (0, 0)
    assert again == first
    assert len(await harvester.sources()) == 3


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Autre nom"},
        {"schedule": "0 5 * * 1"},
        {"config": {"organization": "a"}},
        {"kind": "scdl-catalogue"},
        {"url": f"{URL}/"},
    ],
    ids=lambda said: next(iter(said)),
)
async def test_a_setting_that_is_another_in_the_file_is_changed_and_nothing_is_added(
    harvester: HarvesterClient, said: dict[str, Any]
) -> None:
    [before], _ = await apply_sources([wanted()], harvester)
    await harvester.change_source(before.id, enabled=False)

    [after], changed = await apply_sources([wanted(**said)], harvester)

    # The address with or without its last slash is one.
    assert changed == ("url" not in said)
    expected = {} if "url" in said else said
    assert [*await harvester.sources()] == [after]
    assert after.id == before.id
    assert {name: getattr(after, name) for name in expected} == expected
    assert not after.enabled


async def test_options_of_several_sources_at_one_address_are_not_confused(
    harvester: HarvesterClient,
) -> None:
    (a, b), _ = await apply_sources(of("a", "b"), harvester)

    # « b » has become « c »; then two are new at once, and nobody can tell which was which.
    (same, c), changed = await apply_sources(of("a", "c"), harvester)
    added, none_changed = await apply_sources(of("d", "e"), harvester)

    assert (same, c.id, c.config, changed) == (a, b.id, {"organization": "c"}, 1)
    assert none_changed == 0
    assert {a.id, b.id}.isdisjoint(source.id for source in added)
    assert len(await harvester.sources()) == 4


async def test_a_source_that_the_file_does_not_name_is_left_alone(
    harvester: HarvesterClient,
) -> None:
    [by_hand], _ = await apply_sources([wanted(url=f"{URL}/autre")], harvester)

    await apply_sources(of("a"), harvester)

    assert by_hand in await harvester.sources()
