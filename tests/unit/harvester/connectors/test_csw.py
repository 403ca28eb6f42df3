"""CSW services: schemas, paging by position, bad records, faulty XML."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.harvester.connectors.contract import Page, Site
from services.harvester.connectors.csw import CswConnector
from services.harvester.connectors.csw.requests import endpoint_of
from services.harvester.connectors.detect import detect
from services.harvester.errors import PortalUnreachable
from tests.support.portals.base import HTML, Answer, MemoryGetter
from tests.support.portals.csw import CswPortal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONNECTOR = CswConnector(pauses=(0, 0))
URL = "https://geo.fr/geonetwork/srv/fre/csw"


def filled(count: int = 5, **options: Any) -> CswPortal:
    portal = CswPortal(**options)
    for number in range(1, count + 1):
        dataset = portal.add_dataset(f"id-{number}", f"Jeu {number}")
        portal.add_file(dataset, f"liste-{number}.csv", "a;b\n1;2\n")
    return portal


async def listed(portal: CswPortal, cursor: str | None = None, **config: Any) -> list[Page]:
    site = Site(portal.url, NOW, config)
    return [page async for page in CONNECTOR.pages(site, MemoryGetter(portal), cursor=cursor)]


def ids(pages: list[Page]) -> list[str]:
    return sorted(record.remote_id for page in pages for record in page.records)


def whole(count: int = 5) -> list[str]:
    return [f"id-{number}" for number in range(1, count + 1)]


@pytest.mark.parametrize("output", [None, "iso", "dcat", "dublin-core"])
async def test_every_schema_gives_the_same_datasets_and_files(output: str | None) -> None:
    portal = filled()

    pages = await listed(portal, **({"output": output} if output else {}))

    assert ids(pages) == whole()
    assert all(page.complete for page in pages)
    assert [len(page.records) for page in pages] == [2, 2, 1]
    [resource] = pages[0].records[0].resources
    assert (resource.url, resource.format) == (f"{portal.root}/files/liste-1.csv", "csv")


@pytest.mark.parametrize("lie", ["refuses-iso", "hits"])
async def test_a_catalogue_that_claims_iso_and_refuses_it_is_read_in_dublin_core(lie: str) -> None:
    pages = await listed(filled(lying=frozenset({lie})))

    assert ids(pages) == whole()
    assert all(page.complete for page in pages)
    assert ("Dublin Core" in "".join(pages[0].warnings)) == (lie == "refuses-iso")


async def test_a_catalogue_that_refuses_to_sort_is_read_unsorted() -> None:
    portal = filled(lying=frozenset({"refuses-sort"}))

    assert ids(await listed(portal)) == whole()
    assert "sortBy" not in portal.requests[-1]


@pytest.mark.parametrize("output", ["iso", "dublin-core"])
@pytest.mark.parametrize("lie", [None, "refuses-sort", "ignores-constraint", "refuses-constraint"])
async def test_what_changed_since_is_selected_by_the_service_or_everything_is_listed(
    lie: str | None, output: str
) -> None:
    portal = filled(lying=frozenset({lie} if lie else ()))
    for place in (1, 2, 3):
        portal.datasets[place]["changed"] = "2026-11-22"
    obeys = lie in {None, "refuses-sort"}
    since = datetime(2026, 11, 23, tzinfo=UTC)
    site = Site(portal.url, NOW, {"output": output}, since=since)

    pages = [page async for page in CONNECTOR.pages(site, MemoryGetter(portal))]

    # A day of overlap; and nobody may take the others for gone.
    assert ids(pages) == (["id-2", "id-3", "id-4"] if obeys else whole())
    assert all(page.complete for page in pages)
    assert all(page.selective for page in pages) is obeys
    assert pages[0].moments.items() >= {"id-2": datetime(2026, 11, 22, tzinfo=UTC)}.items()


async def test_changes_are_read_in_the_schema_in_which_everything_was() -> None:
    portal = filled(lying=frozenset({"refuses-constraint"}))
    site = Site(portal.url, NOW, since=datetime(2026, 11, 23, tzinfo=UTC))

    pages = [page async for page in CONNECTOR.pages(site, MemoryGetter(portal))]

    assert ids(pages) == whole()
    assert all("csw%3ARecord" not in request for request in portal.requests)


async def test_a_list_of_changes_resumes_after_its_cursor() -> None:
    portal = filled()
    for dataset in portal.datasets[:4]:
        dataset["changed"] = "2026-11-22"
    site = Site(portal.url, NOW, since=datetime(2026, 11, 23, tzinfo=UTC))
    getter = MemoryGetter(portal)
    first = await anext(CONNECTOR.pages(site, getter))

    rest = [page async for page in CONNECTOR.pages(site, getter, cursor=first.cursor)]

    assert ids([first, *rest]) == whole(4)
    assert all(page.selective and page.complete for page in rest)


async def test_a_total_without_a_single_record_is_incomplete() -> None:
    pages = await listed(filled(lying=frozenset({"hits"})), output="iso")

    assert [page.complete for page in pages] == [False]
    assert pages[0].declared_total == 5


async def test_one_bad_record_is_passed_over_and_nothing_counts_as_missing() -> None:
    portal = filled(60, cap=25)
    portal.poisoned = {33}

    pages = await listed(portal)

    assert ids(pages) == sorted(set(whole(60)) - {"id-33"})
    [rejected] = [entry for page in pages for entry in page.rejected]
    assert rejected.remote_id is None
    assert "fiche numéro 33" in rejected.reason
    assert not all(page.complete for page in pages)
    assert len(portal.requests) < 25


async def test_a_bad_record_on_the_first_page_does_not_hide_the_catalogue() -> None:
    portal = filled(10, cap=25)
    portal.poisoned = {4}

    assert ids(await listed(portal)) == sorted(set(whole(10)) - {"id-4"})


async def test_a_catalogue_that_dies_midway_is_left_after_three_records() -> None:
    portal = filled(60, cap=25)
    portal.poisoned = set(range(26, 61))

    pages = await listed(portal)

    assert ids(pages) == sorted(whole(25))
    assert not pages[-1].complete
    assert "ne répond plus à partir de la fiche 28" in pages[-1].warnings[0]


async def test_a_catalogue_that_answers_nothing_fails_with_its_reason() -> None:
    portal = filled()
    portal.lying = {"html"}

    with pytest.raises(PortalUnreachable, match="page web"):
        await listed(portal)


async def test_without_next_record_the_walk_goes_on_by_what_came() -> None:
    pages = await listed(filled(lying=frozenset({"no-next"})))

    assert ids(pages) == whole()
    assert pages[-1].complete


@pytest.mark.parametrize("lie", ["stuck", "ignores-start"])
async def test_a_position_that_does_not_move_ends_the_walk_incomplete(lie: str) -> None:
    portal = filled(lying=frozenset({lie}))

    pages = await listed(portal)

    assert ids(pages) == whole(2)
    assert not pages[-1].complete
    assert len(portal.requests) <= 3


async def test_a_total_larger_than_the_records_is_incomplete() -> None:
    pages = await listed(filled(lying=frozenset({"total"})))

    assert [page.complete for page in pages] == [True, True, False]


async def test_a_page_that_holds_less_than_it_passes_is_incomplete() -> None:
    pages = await listed(filled(lying=frozenset({"swallows"})))

    assert not any(page.complete for page in pages)
    assert "manquent" in pages[0].warnings[0]


async def test_a_walk_resumes_after_its_cursor() -> None:
    portal = filled()
    first = (await listed(portal))[0]
    before = len(portal.requests)

    rest = await listed(portal, cursor=first.cursor)

    assert ids([first, *rest]) == whole()
    assert rest[-1].complete
    assert len(portal.requests) - before == 2


async def test_services_are_set_aside_with_the_reason() -> None:
    portal = filled(2)
    portal.add_dataset("s", "Service WMS", level="service")

    pages = await listed(portal)

    [rejected] = [entry for page in pages for entry in page.rejected]
    assert (rejected.remote_id, rejected.title) == ("s", "Service WMS")
    assert all(page.complete for page in pages)


@pytest.mark.parametrize("lie", ["control-characters", "undeclared", "open-tag"])
async def test_faulty_xml_loses_no_page_and_marks_only_the_faulty_record(lie: str) -> None:
    pages = await listed(filled(lying=frozenset({lie})))

    assert ids(pages) == whole()
    assert pages[0].records[1].title == "Jeu 2"
    assert not pages[0].records[1].warnings
    assert bool(pages[0].records[0].warnings) == (lie != "control-characters")


async def test_a_cut_page_is_no_shorter_page() -> None:
    portal = filled(lying=frozenset({"truncated"}))

    with pytest.raises(PortalUnreachable, match="incomplet"):
        await listed(portal)


async def test_a_document_type_is_refused() -> None:
    with pytest.raises(PortalUnreachable, match="DOCTYPE"):
        await listed(filled(lying=frozenset({"entities"})))


async def test_the_kind_is_found_from_the_service_or_any_page_of_a_geonetwork() -> None:
    portal = filled()
    portal.root = "http://geo.test/geonetwork"
    getter = MemoryGetter(portal)

    for url in (portal.url, f"{portal.root}/srv/fre/catalog.search", f"{portal.url}?service=CSW"):
        connector = await detect(Site(url, NOW), getter, (CONNECTOR,))
        assert connector.kind == "csw"
    assert not await CONNECTOR.recognises(
        Site("http://v.test/", NOW), Answer(200, HTML), MemoryGetter()
    )


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://g.fr/geonetwork", "https://g.fr/geonetwork/srv/fre/csw"),
        ("https://g.fr/geonetwork/srv/eng/catalog.search#/home",
         "https://g.fr/geonetwork/srv/eng/csw"),
        ("https://g.fr/geonetwork/srv/fre/csw-open?service=CSW&request=GetCapabilities",
         "https://g.fr/geonetwork/srv/fre/csw-open"),
        ("https://g.fr/cgi-bin/mapserv?map=/a/b.map&SERVICE=CSW",
         "https://g.fr/cgi-bin/mapserv?map=%2Fa%2Fb.map"),
    ],
)  # fmt: skip
def test_the_service_behind_an_address(url: str, endpoint: str) -> None:
    assert endpoint_of(url) == endpoint
