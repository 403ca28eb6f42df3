"""Sources of one publisher, and sources whose options change: accounts, memory and archiving."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx2
import pytest

from services.harvester.models.sources import Source
from services.harvester.models.states import RunState
from tests.integration.harvester.world import World, adds_up
from tests.support.portals.base import Answer, served
from tests.support.portals.dcat import DcatPortal
from tests.support.portals.udata import UdataPortal

API = "/api/harvester/v1"
CRETEIL, CACHAN = "Ville de Créteil", "Ville de Cachan"
Keys = dict[str, dict[str, str]]


class Shared(DcatPortal):
    """Of two publishers, page after page; the page in `holds` waits until it is let go."""

    def __init__(self) -> None:
        super().__init__(page_size=2)
        self.validators = True
        self.holds: str | None = None
        self.held, self.let_go = asyncio.Event(), asyncio.Event()

    def add(self, number: int, owner: str) -> None:
        # A node without an address is called otherwise in each answer, which is then another one.
        agent = {"@id": f"/{owner[-4:]}", "@type": "foaf:Agent", "foaf:name": owner}
        dataset = self.add_dataset(
            f"id-{number:02}", f"Jeu {number:02}", **{"dct:publisher": agent}
        )
        self.add_file(dataset, f"f-{number}.csv", f"a;b\n1;{number}\n")

    async def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        if self.holds and target.endswith(self.holds):
            self.held.set()
            await self.let_go.wait()
        return await super().answer(target, headers)


@pytest.fixture
async def shared() -> AsyncIterator[Shared]:
    async with served(Shared()) as started:
        assert isinstance(started, Shared)
        for number in range(10):
            started.add(number, CRETEIL if number % 5 == 0 else CACHAN)
        yield started


async def change(client: httpx2.AsyncClient, keys: Keys, source: Source, **config: str) -> None:
    answer = await client.patch(
        f"{API}/sources/{source.id}", json={"config": config}, headers=keys["creteil"]
    )
    assert answer.status_code == 200, answer.text


def living(world: World) -> list[str]:
    return sorted(each.title for each in world.catalogue.datasets.values() if not each.archived)


async def test_what_others_publish_counts_nowhere(world: World, shared: Shared) -> None:
    shared.datasets[1].pop("dct:title")
    source = await world.add_source(shared.url, kind="dcat", config={"organization": CRETEIL})

    first, found = await world.harvest(source)
    again, unchanged = await world.harvest(source)

    assert (first.state, first.warnings, first.declared_total) == (RunState.DONE, [], None)
    assert (found.found, found.new, found.skipped, found.missing) == (2, 2, 0, 0)
    assert (again.state, unchanged.found, unchanged.unchanged) == (RunState.DONE, 2, 2)
    assert adds_up(found)
    # Pages on which nothing of theirs is are known again too.
    assert len(shared.not_modified) == again.requests == 5
    assert living(world) == ["Jeu 00", "Jeu 05"]


async def test_a_publisher_that_is_not_there_fails_the_run_each_time_and_archives_nothing(
    world: World, shared: Shared
) -> None:
    world.settings = world.settings.model_copy(update={"archive_after_runs": 1})
    source = await world.add_source(shared.url, kind="dcat", config={"organization": "Creteil"})
    runs = [(await world.harvest(source))[0] for _ in range(2)]

    for run in runs:
        assert run.state is RunState.FAILED
        assert run.error is not None
        assert "n'a « Creteil » pour producteur (10 lus)" in run.error
        assert "« Ville de Créteil », « Ville de Cachan »" in run.error
    assert living(world) == []


async def test_a_preview_shows_the_publishers_datasets_or_tells_who_is_there(
    client: httpx2.AsyncClient, keys: Keys, shared: Shared
) -> None:
    async def seen(owner: str) -> httpx2.Response:
        asked = {"url": shared.url, "config": {"organization": owner}}
        return await client.post(f"{API}/sources/preview", json=asked, headers=keys["creteil"])

    found, refused = await seen("ville de creteil"), await seen("Creteil")

    assert (found.status_code, found.json()["kind"], found.json()["datasets"]) == (200, "dcat", 2)
    assert (refused.status_code, refused.json()["code"]) == (422, "portal-refused")
    assert "On y trouve : « Ville de Créteil », « Ville de Cachan »" in refused.json()["detail"]


async def test_a_publisher_that_changes_its_name_makes_nothing_missing(
    world: World, shared: Shared
) -> None:
    world.settings = world.settings.model_copy(update={"archive_after_runs": 1})
    source = await world.add_source(shared.url, kind="dcat", config={"organization": CRETEIL})
    await world.harvest(source)
    for dataset in shared.datasets:
        dataset["dct:publisher"]["foaf:name"] = "Grand Paris Sud Est Avenir"

    run, counts = await world.harvest(source)

    assert (run.state, counts.found, counts.missing) == (RunState.FAILED, 0, 0)
    assert living(world) == ["Jeu 00", "Jeu 05"]


async def test_a_narrower_option_archives_only_as_what_a_portal_drops(
    world: World, client: httpx2.AsyncClient, keys: Keys, shared: Shared
) -> None:
    world.settings = world.settings.model_copy(update={"archive_after_runs": 2})
    source = await world.add_source(shared.url, kind="dcat")
    await world.harvest(source)
    await change(client, keys, source, organization=CRETEIL)

    first, missing = await world.harvest(source)
    second, _ = await world.harvest(source)
    await world.idle()

    # The same addresses answer « unchanged », and what they listed was everybody's.
    assert (first.mode, missing.found, missing.missing) == ("full", 2, 8)
    assert (first.state, second.state, second.condemned) == (RunState.DONE, RunState.ASKING, 8)
    assert len(living(world)) == 10


async def test_a_wider_option_brings_the_others_at_once(
    world: World, client: httpx2.AsyncClient, keys: Keys, shared: Shared
) -> None:
    source = await world.add_source(shared.url, kind="dcat", config={"organization": CRETEIL})
    await world.harvest(source)
    await change(client, keys, source)

    run, counts = await world.harvest(source)

    assert (run.state, counts.found, counts.new, counts.unchanged) == (RunState.DONE, 10, 8, 2)
    assert run.declared_total == 10
    assert len(living(world)) == 10


async def test_an_option_that_the_portal_itself_obeys_counts_from_the_next_run_on(
    world: World, client: httpx2.AsyncClient, keys: Keys
) -> None:
    async with served(UdataPortal()) as portal:
        assert isinstance(portal, UdataPortal)
        town = portal.add_organization(CRETEIL, "21940028000013")
        other = portal.add_organization(CACHAN, "21940016500013")
        for number in range(4):
            portal.add_dataset(f"Jeu {number}", town if number else other)
        source = await world.add_source(portal.root, config={"organization": town})
        await world.harvest(source)
        await change(client, keys, source, organization=other)

        run, counts = await world.harvest(source)

    assert (run.mode, counts.found, counts.new, counts.missing) == ("full", 1, 1, 3)


async def test_a_listing_under_way_is_given_up_when_the_options_change(
    world: World, client: httpx2.AsyncClient, keys: Keys, shared: Shared
) -> None:
    source = await world.add_source(shared.url, kind="dcat")
    shared.holds = "page=3"
    run_id = await world.begin(source)
    async with world.working():
        await shared.held.wait()
        await change(client, keys, source, organization=CRETEIL)
        shared.let_go.set()
        given_up, begun = await world.ended(run_id)
        await world.idle()

    run, counts = await world.harvest(source)

    assert (given_up.state, begun.found, begun.missing) == (RunState.PARTIAL, 4, 0)
    assert given_up.error is not None
    assert "ont changé pendant la lecture du portail" in given_up.error
    # Those that it had brought are the catalogue's, and go as any that are dropped.
    assert (run.state, counts.found, counts.new, counts.missing) == (RunState.DONE, 2, 1, 3)


async def test_a_sweep_cut_short_is_not_gone_on_with_under_other_options(
    world: World, client: httpx2.AsyncClient, keys: Keys, shared: Shared
) -> None:
    whole = world.settings
    world.settings = whole.model_copy(update={"run_requests": 2})
    source = await world.add_source(shared.url, kind="dcat")
    cut, _ = await world.harvest(source)
    world.settings = whole
    await change(client, keys, source, organization=CRETEIL)

    run, counts = await world.harvest(source)

    assert cut.state is RunState.SUSPENDED
    assert (run.state, run.pages, counts.found) == (RunState.DONE, 5, 2)


async def test_a_name_alone_leaves_what_is_known_of_the_portal(
    world: World, client: httpx2.AsyncClient, keys: Keys, shared: Shared
) -> None:
    source = await world.add_source(shared.url, kind="dcat")
    await world.harvest(source)
    given = {"name": "Autre nom", "config": {}, "url": source.url}
    await client.patch(f"{API}/sources/{source.id}", json=given, headers=keys["creteil"])

    run, _ = await world.harvest(source)

    assert run.mode == "changes"
    assert len(shared.not_modified) == 5
