"""What is no longer listed: missing first, archived later, never by half a listing."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from services.harvester.models.states import RunState
from services.harvester.storage.tables import jobs
from tests.integration.harvester.world import World
from tests.support.portals.base import served
from tests.support.portals.udata import UdataPortal


@pytest.fixture
async def portal() -> AsyncIterator[UdataPortal]:
    async with served(UdataPortal()) as started:
        assert isinstance(started, UdataPortal)
        for number in range(6):
            started.add_dataset(f"Jeu {number}")
        yield started


async def archived(world: World) -> list[str]:
    await world.idle()
    return [each.title for each in world.catalogue.datasets.values() if each.archived]


async def test_a_dataset_is_archived_after_three_complete_runs_without_it(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    await world.harvest(source)
    gone = portal.datasets.pop()

    for expected in ([], [], [gone["title"]]):
        run_id = await world.begin(source)
        async with world.working():
            run, counts = await world.ended(run_id)
            assert await archived(world) == expected
        assert run.state is RunState.DONE
        assert (counts.found, counts.missing) == (5, 1)

    assert len(world.catalogue.datasets) == 6
    _, counts = await world.harvest(source)
    assert counts.missing == 0  # archived: no longer waited for


async def test_one_dataset_that_the_catalogue_refuses_to_archive_holds_up_no_other(
    world: World, portal: UdataPortal
) -> None:
    world.settings = world.settings.model_copy(
        update={"archive_after_runs": 1, "archive_share": 1.0}
    )
    source = await world.add_source(portal.root)
    await world.harvest(source)
    del portal.datasets[1:]
    world.catalogue.refuses = {"Jeu 3"}
    run_id = await world.begin(source)
    async with world.working():
        await world.ended(run_id)
        assert sorted(await archived(world)) == ["Jeu 1", "Jeu 2", "Jeu 4", "Jeu 5"]

    async with world.database.begin() as session:
        errors = list(await session.scalars(select(jobs.c.error).where(jobs.c.state == "dead")))
    assert len(errors) == 1
    assert "(1)" in errors[0]
    assert "« Jeu 3 » : Titre refusé." in errors[0]
    _, counts = await world.harvest(source)
    assert counts.missing == 1


async def test_a_dataset_that_comes_back_lives_under_its_old_id(
    world: World, portal: UdataPortal
) -> None:
    world.settings = world.settings.model_copy(update={"archive_after_runs": 1})
    source = await world.add_source(portal.root)
    await world.harvest(source)
    gone = portal.datasets.pop()
    identifier = world.catalogue.titled(gone["title"]).id
    run_id = await world.begin(source)
    async with world.working():
        await world.ended(run_id)
        assert await archived(world) == [gone["title"]]
    portal.datasets.append(gone)

    _, counts = await world.harvest(source)

    assert (counts.changed, counts.unchanged) == (1, 5)
    back = world.catalogue.titled(gone["title"])
    assert (back.id, back.archived) == (identifier, False)


@pytest.mark.parametrize("trouble", ["lost page", "total", "empty", "nameless"])
async def test_a_listing_that_is_not_whole_makes_nothing_missing(
    world: World, portal: UdataPortal, trouble: str
) -> None:
    world.settings = world.settings.model_copy(update={"archive_after_runs": 1})
    source = await world.add_source(portal.root)
    await world.harvest(source)
    if trouble == "lost page":
        portal.lying.add("silent-cap")
        portal.fail_pages = {3}
    elif trouble == "total":
        portal.datasets.pop()
        portal.lying.add("total")
    elif trouble == "empty":
        portal.datasets.clear()
    else:
        portal.datasets[0]["id"] = None

    run_id = await world.begin(source)
    async with world.working():
        run, counts = await world.ended(run_id)
        assert await archived(world) == []

    assert counts.missing == 0
    assert run.state is (RunState.DONE if trouble == "nameless" else RunState.PARTIAL)
    assert run.warnings


async def test_an_entry_set_aside_is_not_missing(world: World, portal: UdataPortal) -> None:
    source = await world.add_source(portal.root)
    await world.harvest(source)
    portal.datasets[0]["private"] = True

    _, counts = await world.harvest(source)

    assert (counts.skipped, counts.missing) == (1, 0)
