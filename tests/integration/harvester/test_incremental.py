"""What an unchanged portal costs, what is believed of a portal, and how a lie is found out."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest

from services.harvester.models.listings import Listing
from services.harvester.models.sources import Source
from services.harvester.models.states import RunState
from services.harvester.storage.listings import ListingStore
from tests.integration.harvester.world import World, adds_up
from tests.support.portals.base import served
from tests.support.portals.ckan import CkanPortal
from tests.support.portals.udata import UdataPortal


@pytest.fixture
async def ckan() -> AsyncIterator[CkanPortal]:
    async with served(CkanPortal()) as started:
        assert isinstance(started, CkanPortal)
        for number in range(5):
            started.add_package(f"jeu-{number}", f"Jeu {number}", metadata_modified=day(number + 1))
        yield started


def page_of(request: str) -> int:
    return int(parse_qs(urlsplit(request).query)["page"][0])


def day(number: int) -> str:
    return f"2026-03-{number:02}T12:00:00.000000"


async def listing(world: World, source: Source) -> Listing:
    async with world.database.begin() as session:
        return await ListingStore(session).get(source.id)


@pytest.mark.parametrize("validators", [False, True])
async def test_an_unchanged_portal_costs_its_list_and_is_not_read_again(
    world: World, portal: UdataPortal, *, validators: bool
) -> None:
    portal.validators = validators
    source = await world.add_source(portal.root)
    first, _ = await world.harvest(source)
    portal.requests.clear()
    portal.downloads.clear()

    run, counts = await world.harvest(source)

    assert (first.mode, run.mode, run.state) == ("full", "changes", RunState.DONE)
    assert (counts.found, counts.unchanged, run.pages) == (6, 6, 3)
    assert adds_up(counts)
    assert len(portal.requests) == run.requests == 3
    assert len(portal.not_modified) == (3 if validators else 0)
    assert portal.downloads == []


async def test_a_long_list_is_confirmed_to_its_end_page_after_page(
    world: World, portal: UdataPortal
) -> None:
    portal.validators = True
    for number in range(80):
        portal.add_dataset(f"Autre jeu {number}")
    source = await world.add_source(portal.root)
    first, _ = await world.harvest(source)
    portal.requests.clear()

    run, counts = await world.harvest(source)

    assert (counts.found, counts.unchanged) == (86, 86)
    assert run.pages == first.pages == len(portal.requests) == run.requests
    assert run.pages == len(portal.not_modified) > 40
    assert portal.requests == sorted(portal.requests, key=page_of)


async def test_a_change_is_found_on_its_page_which_is_asked_for_once(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    await world.harvest(source)
    portal.datasets[3]["title"] = "Jeu renommé"
    portal.requests.clear()

    run, counts = await world.harvest(source)

    assert (counts.changed, counts.unchanged) == (1, 5)
    assert world.catalogue.titled("Jeu renommé")
    assert len([r for r in portal.requests if "datasets/?page" in r]) == 3
    assert run.state is RunState.DONE


async def test_what_has_gone_is_missed_by_an_incremental_run_too(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    await world.harvest(source)
    portal.datasets.pop()

    _, counts = await world.harvest(source)

    assert (counts.found, counts.missing) == (5, 1)


async def test_a_portal_that_says_unchanged_whatever_happens_is_found_out_by_a_full_sweep(
    world: World, portal: UdataPortal
) -> None:
    portal.validators = True
    portal.lying.add("never-changes")
    source = await world.add_source(portal.root)
    await world.harvest(source)
    portal.datasets[0]["title"] = "Jeu renommé"

    _, believed = await world.harvest(source)
    run_id = await world.begin(source, "full")
    async with world.working():
        _, swept = await world.ended(run_id)

    assert (believed.changed, swept.changed) == (0, 1)


async def test_a_full_sweep_comes_back_on_its_own_schedule(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root, full_schedule="* * * * *")
    await world.harvest(source)
    async with world.database.begin() as session:
        known = await ListingStore(session).get(source.id)
        assert known.full_sweep_at is not None
        long_ago = known.full_sweep_at.replace(year=known.full_sweep_at.year - 1)
        await ListingStore(session).save(
            Listing(source.id, full_sweep_at=long_ago, pages=known.pages)
        )

    run, _ = await world.harvest(source)

    assert run.mode == "full"


async def test_a_long_list_is_asked_for_its_changes_only(world: World, ckan: CkanPortal) -> None:
    world.settings = world.settings.model_copy(update={"changes_from_pages": 1})
    source = await world.add_source(ckan.root, kind="ckan")
    await world.harvest(source)
    ckan.packages[1] |= {"title": "Jeu renommé", "metadata_modified": day(20)}

    run, counts = await world.harvest(source)
    known = await listing(world, source)

    assert run.since is not None
    assert (counts.found, counts.changed, counts.missing) == (2, 1, 0)  # the last known and it
    assert run.state is RunState.DONE
    assert known.newest is not None
    assert known.newest.day == 20
    assert known.distrust is None


async def test_a_portal_that_ignores_the_date_is_read_whole_from_then_on(
    world: World, ckan: CkanPortal
) -> None:
    world.settings = world.settings.model_copy(update={"changes_from_pages": 1})
    ckan.lying.add("ignores-filter")
    source = await world.add_source(ckan.root, kind="ckan")
    await world.harvest(source)
    ckan.packages.pop()

    first, counts = await world.harvest(source)
    then, counts_then = await world.harvest(source)

    assert first.since is not None
    assert counts.missing == 0  # a list that was asked for its changes proves no absence
    assert then.since is None
    assert counts_then.missing == 1
    assert "date demandée" in ((await listing(world, source)).distrust or "")


async def test_a_portal_that_leaves_changes_out_is_found_out_by_a_full_sweep(
    world: World, ckan: CkanPortal
) -> None:
    world.settings = world.settings.model_copy(update={"changes_from_pages": 1})
    source = await world.add_source(ckan.root, kind="ckan")
    await world.harvest(source)
    ckan.packages[0] |= {"metadata_modified": day(20)}
    await world.harvest(source)
    # Its date is older than what was listed since: the list of changes had left it out.
    ckan.packages[2] |= {"title": "Jeu omis", "metadata_modified": day(10)}

    _, kept_back = await world.harvest(source)
    run_id = await world.begin(source, "full")
    async with world.working():
        _, swept = await world.ended(run_id)

    assert (kept_back.changed, swept.changed) == (0, 1)
    assert "omis des modifications" in ((await listing(world, source)).distrust or "")
