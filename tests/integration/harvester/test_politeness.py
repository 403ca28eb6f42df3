"""Hosts that ask for a pause, fail or hang; budgets; what a killed or paused run goes on with."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from services.harvester.models.hosts import HostHealth
from services.harvester.models.states import ItemState, RunState
from services.harvester.operations.end_rest import end_rest
from services.harvester.storage.hosts import HostStore
from tests.integration.harvester.world import World, adds_up
from tests.support.platform import free_port
from tests.support.portals.udata import UdataPortal


def host_of(portal: UdataPortal) -> str:
    return portal.root.removeprefix("http://")


async def hosts(world: World) -> list[HostHealth]:
    async with world.database.begin() as session:
        return list(await HostStore(session).all())


async def until_one_rests(world: World) -> list[HostHealth]:
    deadline = time.monotonic() + 60
    while not (resting := await hosts(world)):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    return resting


async def test_a_pause_that_a_host_asks_for_is_waited_for_and_nothing_is_lost(
    world: World, portal: UdataPortal
) -> None:
    path = portal.datasets[0]["resources"][0]["url"]
    portal.says_later[path] = "12"
    source = await world.add_source(portal.root)
    run_id = await world.begin(source)

    async with world.working():
        resting = await until_one_rests(world)
        asked = len(portal.requests)
        portal.says_later.clear()
        await asyncio.sleep(2)
        asked_meanwhile = len(portal.requests) - asked
        run, counts = await world.ended(run_id)

    assert resting[0].host == host_of(portal)
    assert "demande une pause" in (resting[0].reason or "")
    assert asked_meanwhile <= 2  # what was under way when the answer came
    assert run.state is RunState.DONE
    assert (counts.new, counts.failed) == (6, 0)
    assert all(
        resource.availability == "available"
        for dataset in world.catalogue.datasets.values()
        for resource in dataset.resources
    )
    assert await hosts(world) == []


async def test_a_rest_is_kept_by_other_processes_and_later_runs(
    world: World, portal: UdataPortal
) -> None:
    world.settings = world.settings.model_copy(update={"host_patience_minutes": 0.0})
    source = await world.add_source(portal.root)
    until = datetime.now(UTC) + timedelta(hours=2)
    async with world.database.begin() as session:
        await HostStore(session).save(
            HostHealth(host_of(portal), 5, 1, until, "le serveur répond 503", 503)
        )

    run, _ = await world.harvest(source)

    assert portal.requests == []
    assert run.state is RunState.FAILED
    assert "laissé au repos jusqu'au" in (run.error or "")
    async with world.database.begin() as session:
        await HostStore(session).forget(host_of(portal))
    run, counts = await world.harvest(source)
    assert (run.state, counts.new) == (RunState.DONE, 6)


async def test_a_host_that_is_away_after_its_rest_too_is_not_waited_for_again(
    world: World, portal: UdataPortal
) -> None:
    away = f"127.0.0.1:{free_port()}"
    for number, dataset in enumerate(portal.datasets[:3]):
        dataset["resources"][0]["url"] = f"http://{away}/{number}.csv"
    # A worker that begins after the rest would know nothing of it: on a busy machine seconds later.
    soon = datetime.now(UTC) + timedelta(seconds=8)
    async with world.database.begin() as session:
        await HostStore(session).save(
            HostHealth(away, 2, 1, soon, "le serveur ne répond pas", None)
        )

    run, counts = await world.harvest(await world.add_source(portal.root))

    # Its second rest is of two minutes, its third of four: this run has not seen them pass.
    assert (run.state, counts.new, counts.failed) == (RunState.DONE, 6, 0)
    assert [each.stays_away for each in await hosts(world)] == [True]
    unavailable = [
        resource
        for dataset in world.catalogue.datasets.values()
        for resource in dataset.resources
        if resource.availability != "available"
    ]
    assert [resource.availability for resource in unavailable] == ["unavailable"] * 3
    assert all(resource.availability_reason for resource in unavailable)


async def test_a_page_answered_429_is_asked_for_again_after_the_pause_from_where_it_was(
    world: World, portal: UdataPortal
) -> None:
    portal.says_later["/api/1/datasets/"] = "11"
    run_id = await world.begin(await world.add_source(portal.root))

    async with world.working():
        await until_one_rests(world)
        portal.says_later.clear()
        run, counts = await world.ended(run_id)

    assert (run.state, counts.new) == (RunState.DONE, 6)


@pytest.mark.parametrize("what", ["a page", "files"])
async def test_a_host_that_is_woken_is_asked_again_in_the_runs_that_wait_for_it(
    world: World, portal: UdataPortal, what: str
) -> None:
    files = [dataset["resources"][0]["url"] for dataset in portal.datasets]
    portal.says_later = dict.fromkeys(files if what == "files" else ["/api/1/datasets/"], "3000")
    run_id = await world.begin(await world.add_source(portal.root))

    async with world.working():
        [resting] = await until_one_rests(world)
        await world.waiting()
        portal.says_later = {}
        asked = len(portal.requests)
        async with world.database.begin() as session:
            await end_rest(session, resting.host)
        run, counts = await world.ended(run_id)

    assert asked < len(portal.requests)
    assert (run.state, counts.new) == (RunState.DONE, 6)
    assert {each.resources[0].availability for each in world.catalogue.datasets.values()} == {
        "available"
    }


@asynccontextmanager
async def silence() -> AsyncIterator[str]:
    """A server that takes connections and never says anything; its address."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_silent_hosts_hold_up_nobody_else(world: World, portal: UdataPortal) -> None:
    world.settings = world.settings.model_copy(update={"fetch_seconds": 30.0})
    async with silence() as address:
        held = [
            await world.begin(await world.add_source(f"{address}/{number}")) for number in range(12)
        ]
        run_id = await world.begin(await world.add_source(portal.root))
        async with world.working():
            run, _ = await world.ended(run_id)
            states = [(await world.look(each))[0].state for each in held]

    assert run.state is RunState.DONE
    assert all(state in {RunState.QUEUED, RunState.LISTING} for state in states)


async def test_a_budget_ends_a_run_in_good_order_and_the_next_ones_go_on(
    world: World, portal: UdataPortal
) -> None:
    world.settings = world.settings.model_copy(update={"run_requests": 2})
    source = await world.add_source(portal.root)

    states, found = [], 0
    for _ in range(12):
        run, counts = await world.harvest(source)
        assert adds_up(counts)
        states.append(run.state)
        found += counts.found
        if run.state is RunState.DONE:
            break
        assert "budget de 2 requêtes épuisé" in (run.stopped or "")
        for item in await world.items(run.id, "deferred"):
            assert item.state is ItemState.DEFERRED
            assert "le prochain moissonnage reprend ici" in (item.reason or "")

    assert states[0] is RunState.SUSPENDED
    assert states[-1] is RunState.DONE
    assert len(world.catalogue.datasets) == 6
    assert not any(each.archived for each in world.catalogue.datasets.values())
    assert len(portal.downloads) == 6


async def test_a_budget_counts_bytes(world: World, portal: UdataPortal) -> None:
    world.settings = world.settings.model_copy(update={"run_bytes": 10})

    run, _ = await world.harvest(await world.add_source(portal.root))

    assert run.state is RunState.SUSPENDED
    assert run.bytes >= 10
