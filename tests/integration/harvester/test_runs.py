"""Whole runs: a real worker, PostgreSQL and Valkey; fakes of portals and services."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from services.harvester.models.states import ItemEvent, ItemState, RunState
from services.harvester.operations.lanes import HARVEST_BATCH, queue_lanes
from services.harvester.storage.items import Item, ItemStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.tables import jobs
from tests.integration.harvester.world import World, adds_up
from tests.support.portals.base import served
from tests.support.portals.dcat import DcatPortal
from tests.support.portals.udata import UdataPortal

CSV = "id;nom\n1;Mairie\n"
SCHEMA = {"name": "scdl/deliberations", "version": "2.1.3", "url": None}


@pytest.fixture
async def portal() -> AsyncIterator[UdataPortal]:
    async with served(UdataPortal()) as started:
        assert isinstance(started, UdataPortal)
        town = started.add_organization("Ville de Créteil", "21940028000018")
        for number in range(4):
            dataset = started.add_dataset(f"Jeu {number}", town)
            started.add_resource(dataset, f"liste-{number}.csv", f"{CSV}{number};x\n")
        yield started


async def test_a_first_run_brings_datasets_files_and_requests_for_verdicts(
    world: World, portal: UdataPortal
) -> None:
    portal.datasets[0]["resources"][0]["schema"] = SCHEMA
    source = await world.add_source(portal.root, fictitious=True)

    run, counts = await world.harvest(source)

    assert run.state is RunState.DONE
    assert (counts.found, counts.new, counts.pending) == (4, 4, 0)
    assert adds_up(counts)
    assert len(world.catalogue.datasets) == 4
    resource = world.catalogue.resource("liste-0.csv")
    assert resource.availability == "available"
    assert resource.content_sha256 is not None
    assert resource.validation_requested
    dataset = world.catalogue.titled("Jeu 0")
    assert dataset.fictitious
    assert dataset.publisher.siret == "21940028000018"
    requests = {request.resource_id: request for request in world.validator.requests}
    assert len(requests) == 4
    assert requests[resource.id].declared_schema is not None
    assert requests[resource.id].declared_schema.name == "scdl/deliberations"
    assert requests[resource.id].file_name == "liste-0.csv"


async def test_a_second_run_of_an_unchanged_portal_asks_for_its_list_only(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    await world.harvest(source)
    portal.requests.clear()
    batches, requests = world.catalogue.batches, len(world.validator.requests)

    run, counts = await world.harvest(source)

    assert run.state is RunState.DONE
    assert (counts.found, counts.unchanged) == (4, 4)
    assert not any("/static/" in request for request in portal.requests)
    assert (world.catalogue.batches, len(world.validator.requests)) == (batches, requests)


async def test_files_are_asked_for_again_conditionally_once_they_are_old(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    await world.harvest(source)
    portal.requests.clear()
    portal.downloads.clear()
    requests = len(world.validator.requests)
    await world.age_files(hours=25)

    _, counts = await world.harvest(source)

    assert counts.unchanged == 4
    assert len([r for r in portal.requests if "/static/" in r]) == 4
    assert portal.downloads == []
    assert len(world.validator.requests) == requests


async def test_a_changed_file_is_downloaded_and_validated_again(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    await world.harvest(source)
    before = world.catalogue.resource("liste-1.csv").content_sha256
    path = portal.datasets[1]["resources"][0]["url"]
    portal.put(path, CSV + "9;Nouveau\n")
    portal.downloads.clear()
    await world.age_files(hours=25)

    await world.harvest(source)

    assert portal.downloads == [path]
    after = world.catalogue.resource("liste-1.csv")
    assert after.content_sha256 != before
    assert world.validator.requests[-1].content_sha256 == after.content_sha256
    assert len(world.validator.requests) == 5


async def test_a_changed_description_reaches_the_catalogue_without_a_new_validation(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    await world.harvest(source)
    portal.datasets[2]["title"] = "Jeu renommé"

    run, counts = await world.harvest(source)

    assert run.state is RunState.DONE
    assert (counts.changed, counts.unchanged) == (1, 3)
    assert world.catalogue.titled("Jeu renommé").resources[0].validation_requested
    assert len(world.validator.requests) == 4


async def test_a_file_that_cannot_be_had_is_unavailable_with_a_reason(
    world: World, portal: UdataPortal
) -> None:
    portal.files[portal.datasets[0]["resources"][0]["url"]].status = 404
    portal.datasets[1]["resources"][0]["url"] = "http://127.0.0.1:9/rien.csv"
    portal.datasets[2]["resources"][0]["url"] = "ftp://ville.fr/x.csv"
    portal.datasets[3]["resources"][0]["url"] = None

    run, counts = await world.harvest(await world.add_source(portal.root))

    assert run.state is RunState.DONE
    assert counts.failed == 0
    missing = world.catalogue.resource("liste-0.csv")
    assert (missing.availability, missing.http_status) == ("unavailable", 404)
    assert "404" in (missing.availability_reason or "")
    for number in (1, 2, 3):
        resource = world.catalogue.resource(f"liste-{number}.csv")
        assert resource.availability == "unavailable"
        assert resource.availability_reason
    assert world.validator.requests == []


async def test_a_file_that_is_being_made_is_asked_for_again_in_the_same_run(
    world: World, portal: UdataPortal
) -> None:
    portal.prepares[portal.datasets[0]["resources"][0]["url"]] = 1

    run, counts = await world.harvest(await world.add_source(portal.root))

    assert (run.state, counts.new, counts.failed) == (RunState.DONE, 4, 0)
    assert world.catalogue.resource("liste-0.csv").availability == "available"
    assert len(world.validator.requests) == 4


async def test_a_file_that_is_never_ready_holds_no_other(world: World, portal: UdataPortal) -> None:
    path = portal.datasets[0]["resources"][0]["url"]
    portal.prepares[path] = 1_000_000
    run_id = await world.begin(await world.add_source(portal.root))

    async with world.working():
        await world.delivered(3)
        meanwhile, _ = await world.look(run_id)
        portal.prepares.clear()
        run, counts = await world.ended(run_id)

    # All four are one batch: the other three came through before the first was ready.
    assert meanwhile.state is RunState.PROCESSING
    assert (run.state, counts.new, counts.failed) == (RunState.DONE, 4, 0)
    assert portal.downloads[-1] == path
    assert world.catalogue.resource("liste-0.csv").availability == "available"


async def test_items_that_are_put_off_take_no_place_in_a_batch(
    world: World, portal: UdataPortal
) -> None:
    run_id = await world.begin(await world.add_source(portal.root))
    now = datetime(2030, 1, 1, tzinfo=UTC)
    soon, later = now + timedelta(seconds=2), now + timedelta(seconds=60)

    async with world.database.begin() as session:
        items = ItemStore(session)
        for key in "abc":
            await items.add(
                [Item(run_id, key, world.organization_id, ItemState.PENDING, dataset_id=uuid4())]
            )
        await items.put_off(run_id, {"a": later, "b": soon})
        at = {
            moment: (
                [
                    k
                    for k, _ in await items.batch(run_id, 0, ItemState.PENDING, now=moment, limit=2)
                ],
                await items.next_due(run_id, 0, ItemState.PENDING, now=moment),
            )
            for moment in (now, soon, later)
        }
        await items.move(run_id, ["c"], ItemEvent.HARVESTED)
        without_c = await items.next_due(run_id, 0, ItemState.PENDING, now=now)
        await items.move(run_id, ["a", "b"], ItemEvent.HARVESTED)
        without_any = await items.next_due(run_id, 0, ItemState.PENDING, now=now)

    assert at == {now: (["c"], now), soon: (["b", "c"], soon), later: (["a", "b"], later)}
    assert (without_c, without_any) == (soon, None)


async def test_new_items_wake_a_lane_that_waits_for_a_host(
    world: World, portal: UdataPortal
) -> None:
    run_id = await world.begin(await world.add_source(portal.root))
    later = datetime(2030, 1, 1, tzinfo=UTC)
    lanes = jobs.c.kind == HARVEST_BATCH

    async with world.database.begin() as session:
        run = await RunStore(session).get(run_id)
        await queue_lanes(session, run, {0})
        await session.execute(update(jobs).where(lanes).values(run_at=later))
        await queue_lanes(session, run, {0, 1})
        moments = list(await session.scalars(select(jobs.c.run_at).where(lanes)))

    assert len(moments) == 2
    assert max(moments) < later


async def test_a_file_larger_than_the_limit_is_unavailable(
    world: World, portal: UdataPortal
) -> None:
    portal.put(portal.datasets[0]["resources"][0]["url"], b"x" * 5_000)
    world.settings = world.settings.model_copy(update={"max_file_bytes": 2_000})

    await world.harvest(await world.add_source(portal.root))

    assert world.catalogue.resource("liste-0.csv").availability == "unavailable"
    assert world.catalogue.resource("liste-1.csv").availability == "available"


async def test_only_what_may_be_a_table_is_sent_to_the_validator(
    world: World, portal: UdataPortal
) -> None:
    dataset = portal.datasets[0]
    portal.add_resource(dataset, "notice.pdf", b"%PDF-1.7")
    portal.add_resource(dataset, "lisezmoi.csv", CSV, type="documentation")
    portal.add_resource(dataset, "export", CSV, format=None)
    portal.add_resource(dataset, "image", b"\x89PNG\x00\x00", format=None)

    await world.harvest(await world.add_source(portal.root))

    names = {request.file_name for request in world.validator.requests}
    assert names == {"export", *(f"liste-{number}.csv" for number in range(4))}


async def test_flaky_services_and_portals_change_nothing_of_the_result(
    world: World, portal: UdataPortal
) -> None:
    world.catalogue.flaky = world.validator.flaky = portal.flaky = True

    run, counts = await world.harvest(await world.add_source(portal.root))

    assert run.state is RunState.DONE
    assert (counts.new, counts.failed) == (4, 0)
    assert len(world.catalogue.datasets) == 4
    assert len(world.validator.jobs) == 4


async def test_a_dataset_that_cannot_be_delivered_fails_with_words_and_is_made_good(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    world.catalogue.down = True
    run, counts = await world.harvest(source)
    assert run.state is RunState.PARTIAL
    assert (counts.found, counts.failed, counts.new) == (4, 4, 0)
    assert adds_up(counts)
    [first, *_] = await world.items(run.id, "failed")
    assert "catalogue" in (first.reason or "")
    # Each file was asked for once, however often its delivery was tried.
    assert len(portal.downloads) == len(set(portal.downloads)) > 0
    world.catalogue.down = False

    run, counts = await world.harvest(source)

    assert run.state is RunState.DONE
    # Never delivered, so still new to the catalogue.
    assert counts.new == 4
    assert len(world.catalogue.datasets) == 4


async def test_a_portal_that_answers_nothing_useful_fails_the_run_with_words(
    world: World, portal: UdataPortal
) -> None:
    portal.lying.add("html")

    run, counts = await world.harvest(await world.add_source(portal.root))

    assert run.state is RunState.FAILED
    assert "page web au lieu de données JSON" in (run.error or "")
    assert counts.found == 0


async def test_entries_that_cannot_be_imported_are_skipped_and_counted(
    world: World, portal: UdataPortal
) -> None:
    portal.datasets[0]["title"] = ""
    portal.datasets[1]["id"] = None

    run, counts = await world.harvest(await world.add_source(portal.root))

    assert run.state is RunState.DONE
    assert (counts.found, counts.new, counts.skipped) == (4, 2, 2)
    assert adds_up(counts)
    reasons = {item.reason for item in await world.items(run.id, "skipped")}
    assert any("titre" in (reason or "") for reason in reasons)


async def test_a_dcat_catalogue_is_harvested_through_its_pages(world: World) -> None:
    portal = DcatPortal(syntax="jsonld", dialect="paged-collection")
    async with served(portal):
        for number in range(5):
            dataset = portal.add_dataset(f"id-{number}", f"Jeu {number}")
            portal.add_file(dataset, f"liste-{number}.csv", CSV)

        run, counts = await world.harvest(await world.add_source(portal.url, kind="dcat"))

    assert run.state is RunState.DONE
    assert (counts.new, run.pages) == (5, 3)
    # One content for five resources: five verdicts are asked for, one file is kept.
    assert len({r.content_sha256 for r in world.validator.requests}) == 1
    assert len({r.resource_id for r in world.validator.requests}) == 5
