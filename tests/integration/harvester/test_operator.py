"""What the operator watches and decides, by the API: nothing here is seen by reading a log."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from services.harvester.models.hosts import HostHealth
from services.harvester.storage.hosts import HostStore
from tests.integration.harvester.conftest import CRETEIL, PERIGNY
from tests.integration.harvester.world import World
from tests.support.jobs import eventually
from tests.support.portals.base import served
from tests.support.portals.udata import UdataPortal

API = "/api/harvester/v1"
Keys = dict[str, dict[str, str]]


@pytest.fixture
async def portal() -> AsyncIterator[UdataPortal]:
    async with served(UdataPortal()) as started:
        assert isinstance(started, UdataPortal)
        for number in range(10):
            started.add_dataset(f"Jeu {number}")
        yield started


@pytest.fixture
async def asking(world: World, portal: UdataPortal) -> str:
    """The address of a run that would archive six datasets of ten, and asks."""
    world.settings = world.settings.model_copy(update={"archive_after_runs": 1})
    source = await world.add_source(portal.root)
    await world.harvest(source)
    del portal.datasets[4:]
    run, _ = await world.harvest(source)
    return f"{API}/runs/{run.id}"


@pytest.mark.parametrize(("archive", "decision"), [(True, "confirmed"), (False, "refused")])
async def test_a_run_that_asks_is_decided_once_and_remembers_by_whom(
    client: httpx2.AsyncClient, keys: Keys, asking: str, *, archive: bool, decision: str
) -> None:
    asked = (await client.get(asking)).json()
    where, answer = f"{asking}/decision", {"archive": archive}

    decided = await client.post(where, json=answer, headers=keys["creteil"])
    again = await client.post(where, json=answer, headers=keys["creteil"])

    assert (asked["state"], asked["condemned"]) == ("asking", 6)
    assert decided.status_code == 200, decided.text
    run = decided.json()
    assert (run["state"], run["decision"]) == ("done", decision)
    # Whose key it was stays in the database: these pages are public.
    assert "creteil" not in decided.text
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("who", "answer", "status"),
    [
        ("nobody", {"archive": True}, 401),
        ("validator", {"archive": True}, 403),
        ("perigny", {"archive": True}, 403),
        ("creteil", {}, 422),
    ],
)
async def test_only_its_owner_decides_and_says_what(
    client: httpx2.AsyncClient,
    keys: Keys,
    asking: str,
    who: str,
    answer: dict[str, Any],
    status: int,
) -> None:
    refused = await client.post(f"{asking}/decision", json=answer, headers=keys[who])

    assert refused.status_code == status
    assert (await client.get(asking)).json()["state"] == "asking"


async def test_a_run_that_is_not_there_cannot_be_decided(
    client: httpx2.AsyncClient, keys: Keys
) -> None:
    answer = await client.post(
        f"{API}/runs/{uuid4()}/decision", json={"archive": True}, headers=keys["syndicate"]
    )

    assert answer.status_code == 404


async def test_progress_shows_the_runs_under_way_and_how_far_they_are(
    world: World, client: httpx2.AsyncClient, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    for number, dataset in enumerate(portal.datasets):
        portal.add_resource(dataset, f"f{number}.csv", "a;b\n1;2")
    run_id = await world.begin(source)

    async def seen(**params: str) -> list[dict[str, Any]]:
        return (await client.get(f"{API}/progress", params=params)).json()

    async def listed() -> list[dict[str, Any]] | None:
        runs = await seen()
        return runs if runs and runs[0]["found"] else None

    [queued] = await seen(organization=str(CRETEIL.id))
    elsewhere = await seen(organization=str(PERIGNY.id))
    portal.slow = 0.5
    async with world.working():
        [run] = await eventually(listed, seconds=30)
        await world.ended(run_id)

    assert (queued["state"], queued["found"], queued["share"]) == ("queued", 0, None)
    assert (queued["run_id"], queued["source_name"]) == (str(run_id), source.name)
    assert elsewhere == []
    assert (run["found"], run["expected"], run["pages"]) == (10, 10, 1)
    assert run["share"] == run["ended"] / 10 < 1
    assert await seen() == []


async def test_attention_names_what_is_wrong_and_what_to_do(
    world: World, client: httpx2.AsyncClient, keys: Keys, portal: UdataPortal, asking: str
) -> None:
    async def troubles(**params: str) -> list[dict[str, Any]]:
        return (await client.get(f"{API}/attention", params=params)).json()

    [found] = await troubles(organization=str(CRETEIL.id))
    elsewhere = await troubles(organization=str(PERIGNY.id))
    await client.post(f"{asking}/decision", json={"archive": False}, headers=keys["creteil"])
    decided = await troubles()
    portal.lying.add("html")
    [source] = (await client.get(f"{API}/sources")).json()["items"]
    begun = await client.post(f"{API}/sources/{source['id']}/runs", headers=keys["creteil"])
    async with world.working():
        await world.ended(begun.json()["id"])
    [silent] = await troubles()
    await client.patch(
        f"{API}/sources/{source['id']}", json={"enabled": False}, headers=keys["creteil"]
    )

    assert (found["trouble"], found["run_id"]) == ("asking", asking.rpartition("/")[2])
    assert "6 jeux de données" in found["detail"]
    assert "socle sources confirm" in found["advice"]
    assert elsewhere == decided == []
    assert silent["trouble"] == "silent"
    assert "page web" in silent["detail"]
    assert await troubles() == []  # paused: nobody expects anything of it


async def test_hosts_that_rest_are_shown_and_woken_by_the_administrator_only(
    world: World, client: httpx2.AsyncClient, keys: Keys
) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    async with world.database.begin() as session:
        store = HostStore(session)
        await store.save(HostHealth("data.exemple.fr", 5, 1, until, "occupé", 503))
        await store.save(HostHealth("tousse.exemple.fr", 1, 0, None, "silence", None))
    where = f"{API}/hosts/DATA.exemple.fr"

    shown = {host["host"]: host for host in (await client.get(f"{API}/hosts")).json()}
    refused = [
        (await client.delete(where, headers=keys[who])).status_code for who in ("nobody", "creteil")
    ]
    woken = await client.delete(where, headers=keys["syndicate"])
    again = await client.delete(where, headers=keys["syndicate"])

    resting, failing = shown["data.exemple.fr"], shown["tousse.exemple.fr"]
    assert (resting["resting"], resting["failures"], resting["http_status"]) == (True, 5, 503)
    assert datetime.fromisoformat(resting["resting_until"]) == until
    assert (failing["resting"], failing["reason"]) == (False, "silence")
    assert refused == [401, 403]
    assert (woken.status_code, again.status_code) == (204, 404)
    left = (await client.get(f"{API}/hosts")).json()
    assert [host["host"] for host in left] == ["tousse.exemple.fr"]
