"""ArcGIS Hub: the feed, the search where there is none, the index of the whole world."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.arcgis_hub import ArcgisHubConnector
from services.harvester.connectors.arcgis_hub.parser import parse_feature
from services.harvester.connectors.contract import Page, Rejected, Site
from services.harvester.connectors.detect import detect
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord
from tests.support.golden import accounts, check
from tests.support.portals.arcgis_hub import FEED, SEARCH, HubPortal
from tests.support.portals.base import MemoryGetter
from tests.support.reference import reference_dir

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONNECTOR = ArcgisHubConnector(pauses=(0, 0))
ROOT = "https://hub.ville.fr"


def filled(count: int = 5, **options: Any) -> HubPortal:
    portal = HubPortal(**options)
    for number in range(count):
        portal.add_dataset(f"Jeu {number}", layer=number)
    return portal


async def listed(portal: HubPortal, cursor: str | None = None, **config: Any) -> list[Page]:
    site = Site(portal.root, NOW, config)
    return [page async for page in CONNECTOR.pages(site, MemoryGetter(portal), cursor=cursor)]


def titles(pages: list[Page]) -> list[str]:
    return sorted(record.title for page in pages for record in page.records)


def whole(count: int = 5) -> list[str]:
    return [f"Jeu {number}" for number in range(count)]


@pytest.mark.parametrize("sample", ["arcgis_items.json", "mock-dataset.json"])
def test_a_sample_gives_the_records_we_say(sample: str) -> None:
    path = reference_dir("portals", "arcgis-hub") / sample
    decoded = json.loads(path.read_text("utf-8"))

    parsed = [
        parse_feature(feature, root=ROOT, now=NOW) for feature in decoded.get("features", [decoded])
    ]

    kept = [record for record in parsed if isinstance(record, DatasetRecord)]
    check(sample, accounts(kept, [entry for entry in parsed if isinstance(entry, Rejected)]))


async def test_the_feed_brings_everything_in_one_request() -> None:
    portal = filled()

    [page] = await listed(portal)

    assert titles([page]) == whole()
    assert page.complete
    assert portal.requests == [FEED]
    assert {record.license for record in page.records} == {"fr-lo"}


async def test_a_site_without_a_feed_is_searched_with_the_same_keys() -> None:
    portal = filled()
    [feed] = await listed(portal)
    portal.lying = {"no-feed"}

    pages = await listed(portal)

    assert titles(pages) == whole()
    assert all(page.complete for page in pages)
    found = {record.remote_id for page in pages for record in page.records}
    assert found == {record.remote_id for record in feed.records}
    csv = {r.url for p in pages for d in p.records for r in d.resources if r.format == "csv"}
    assert csv == {r.url for d in feed.records for r in d.resources if r.format == "csv"}


@pytest.mark.parametrize("lie", ["pending", "html", "truncated", "forbidden-feed"])
async def test_a_feed_that_fails_for_now_is_not_replaced_by_the_search(lie: str) -> None:
    portal = filled(lying=frozenset({lie}))

    with pytest.raises((PortalUnreachable, PortalRefusedError)):
        await listed(portal)

    assert not any(request.startswith(SEARCH) for request in portal.requests)


@pytest.mark.parametrize("lie", ["silent-cap", "shuffle"])
async def test_short_pages_and_a_moving_order_lose_nothing(lie: str) -> None:
    pages = await listed(filled(lying=frozenset({"no-feed", lie})))

    assert titles(pages) == whole()
    assert pages[-1].complete


async def test_a_search_resumes_after_its_cursor() -> None:
    portal = filled(lying=frozenset({"no-feed", "silent-cap"}))
    first = (await listed(portal))[0]

    rest = await listed(portal, cursor=first.cursor)

    assert titles([first, *rest]) == whole()
    assert rest[-1].complete


@pytest.mark.parametrize("lie", ["total", "repeat"])
async def test_a_search_that_gives_less_than_its_total_is_incomplete(lie: str) -> None:
    portal = filled(lying=frozenset({"no-feed", lie}))

    pages = await listed(portal)

    assert not pages[-1].complete
    assert len(portal.requests) < 15


@pytest.mark.parametrize("more", [set(), {"no-feed"}])
async def test_the_index_of_the_whole_world_is_refused(more: set[str]) -> None:
    with pytest.raises(PortalRefusedError, match="catalogue mondial"):
        await listed(filled(40, lying=frozenset({"world", *more})))


@pytest.mark.parametrize("more", [set(), {"no-feed"}])
async def test_a_source_may_be_limited_to_organisations(more: set[str]) -> None:
    portal = filled(40, lying=frozenset({"world", *more}))

    pages = await listed(portal, organizations=[portal.items[3]["orgId"]])

    assert titles(pages) == ["Jeu 3"]


@pytest.mark.parametrize(
    ("lies", "read", "obeys"),
    [
        (set(), ["Jeu 2", "Jeu 3", "Jeu 4", "Jeu 5"], True),
        ({"unsorted"}, whole(9), False),
    ],
)
async def test_what_changed_since_is_read_from_the_newest_down_or_everything_is(
    lies: set[str], read: list[str], *, obeys: bool
) -> None:
    portal = filled(9, lying=frozenset({"no-feed", "silent-cap", *lies}))
    since = datetime(2026, 11, 22, 10, tzinfo=UTC)
    for place, hours in ((2, 0), (3, 2), (4, -0.5), (5, -2)):
        portal.items[place]["modified"] = int((since.timestamp() + 3600 * hours) * 1000)
    site = Site(portal.root, NOW, since=since)

    pages = [page async for page in CONNECTOR.pages(site, MemoryGetter(portal))]

    # An hour of overlap, and the rest of its page; nobody may take the others for gone.
    assert titles(pages) == read
    assert all(page.complete for page in pages)
    assert all(page.selective for page in pages) is obeys


async def test_a_list_of_changes_resumes_after_its_cursor() -> None:
    portal = filled(9, lying=frozenset({"no-feed", "silent-cap"}))
    since = datetime(2026, 11, 22, tzinfo=UTC)
    for item in portal.items[:5]:
        item["modified"] = int(since.timestamp() * 1000)
    site = Site(portal.root, NOW, since=since)
    first = await anext(CONNECTOR.pages(site, MemoryGetter(portal)))

    rest = [p async for p in CONNECTOR.pages(site, MemoryGetter(portal), cursor=first.cursor)]

    assert titles([first, *rest]) == whole(6)
    assert all(page.selective and page.complete for page in rest)


async def test_a_site_whose_last_known_change_is_gone_is_read_whole() -> None:
    portal = filled(5, lying=frozenset({"no-feed", "silent-cap"}))
    site = Site(portal.root, NOW, since=datetime(2026, 11, 22, tzinfo=UTC))

    pages = [page async for page in CONNECTOR.pages(site, MemoryGetter(portal))]

    assert titles(pages) == whole()
    assert not any(page.selective for page in pages)


async def test_a_total_that_jumps_ends_the_walk() -> None:
    pages = await listed(filled(lying=frozenset({"no-feed", "jump"})))

    assert [page.complete for page in pages] == [True, False]
    assert "passé de 5 à 10000" in pages[-1].warnings[0]


async def test_the_kind_is_found_from_the_site_or_its_feed() -> None:
    portal = filled()
    getter = MemoryGetter(portal)

    assert (await detect(Site(f"{portal.root}/", NOW), getter)).kind == "arcgis-hub"
    assert (await detect(Site(f"{portal.root}{FEED}", NOW), getter)).kind == "arcgis-hub"


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({}, "properties"),
        ({"title": "T"}, "pas d'identifiant"),
        ({"id": "i", "title": " "}, "pas de titre"),
        ({"id": "i", "title": "T", "access": "org"}, "pas public"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(
    properties: dict[str, Any], reason: str
) -> None:
    parsed = parse_feature({"properties": properties}, root=ROOT, now=NOW)

    assert isinstance(parsed, Rejected)
    assert reason in parsed.reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
MEMBERS = [
    "id", "title", "name", "type", "url", "description", "tags", "categories", "license", "extent",
    "licenseInfo", "created", "modified", "size", "additionalResources", "orgId", "source",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON), JSON)
def test_no_shape_of_a_member_raises(properties: dict[str, Any], geometry: object) -> None:
    feature = {"properties": {"id": "i", **properties}, "geometry": geometry}
    parse_feature(feature, root=ROOT, now=NOW)
