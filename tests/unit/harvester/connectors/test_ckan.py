"""CKAN and DKAN: finding the API, paging, lost pages, lies."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from services.harvester.connectors.ckan import CkanConnector
from services.harvester.connectors.ckan.site import wanted_of
from services.harvester.connectors.contract import Page, Site
from services.harvester.connectors.detect import detect
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from tests.support.portals.base import MemoryGetter
from tests.support.portals.ckan import CkanPortal
from tests.support.portals.udata import UdataPortal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONNECTOR = CkanConnector(pauses=(0, 0, 0, 0))
EVERYONE = [f"Jeu {number}" for number in range(7)]


def filled(**switches: object) -> CkanPortal:
    portal = CkanPortal(**switches)  # type: ignore[arg-type]
    portal.add_organization("creteil", "Ville de Créteil")
    portal.add_organization("perigny", "Ville de Périgny")
    for number in range(7):
        owner = "perigny" if number == 6 else "creteil"
        package = portal.add_package(f"jeu-{number}", f"Jeu {number}", owner)
        portal.add_resource(package, f"f{number}.csv", "a;b\n1;2\n")
    return portal


async def listed(
    portal: CkanPortal, path: str = "", cursor: str | None = None, **config: str
) -> list[Page]:
    pages = CONNECTOR.pages(
        Site(f"{portal.root}{path}", NOW, config), MemoryGetter(portal), cursor=cursor
    )
    return [page async for page in pages]


def titles(pages: list[Page]) -> list[str]:
    return sorted(record.title for page in pages for record in page.records)


def asked(portal: CkanPortal, text: str) -> int:
    return sum(text in request for request in portal.requests)


async def test_a_small_site_costs_one_request() -> None:
    portal = filled()

    pages = await listed(portal)

    assert titles(pages) == EVERYONE
    assert pages[0].records[0].resources[0].url is not None
    assert [(page.complete, page.cursor) for page in pages] == [(True, None)]
    assert pages[0].declared_total == 7
    assert len(portal.requests) == 1


@pytest.mark.parametrize("cap", [1, 2, 3, 7])
async def test_a_page_that_is_capped_silently_is_not_the_last(cap: int) -> None:
    portal = filled(cap=cap)

    pages = await listed(portal)

    assert titles(pages) == EVERYONE
    assert all(page.complete for page in pages)


@pytest.mark.parametrize("lie", ["text-total", "bom", "no-id-sort", "ignores-filter"])
async def test_a_listing_survives_what_it_can(lie: str) -> None:
    pages = await listed(filled(cap=3, lying=frozenset({lie})))

    assert titles(pages) == EVERYONE
    assert all(page.complete for page in pages)


async def test_a_total_that_is_too_small_does_not_end_a_full_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.harvester.connectors.ckan.search.SIZES", (3, 2, 1))
    portal = filled(lying=frozenset({"low-total"}))

    assert titles(await listed(portal)) == EVERYONE


async def test_a_total_that_is_too_large_makes_the_listing_incomplete() -> None:
    pages = await listed(filled(cap=3, lying=frozenset({"total"})))

    assert titles(pages) == EVERYONE
    assert not pages[-1].complete
    assert "annonce 10 jeux de données et n'en liste que 7" in pages[-1].warnings[0]


async def test_pages_that_repeat_end_the_listing() -> None:
    portal = filled(cap=2, lying=frozenset({"repeat"}))

    pages = await listed(portal)

    assert len(titles(pages)) == 2
    assert not pages[-1].complete
    assert len(portal.requests) < 12


async def test_an_order_that_changes_is_mended_by_a_second_pass() -> None:
    portal = filled(cap=2, lying=frozenset({"shuffle", "no-id-sort"}))

    pages = await listed(portal)

    assert titles(pages) == EVERYONE  # each of them once
    assert pages[-1].complete
    assert asked(portal, "start=0&") > 2


async def test_a_flaky_site_is_listed_whole() -> None:
    pages = await listed(filled(flaky=True, cap=2))

    assert titles(pages) == EVERYONE
    assert all(page.complete for page in pages)


@pytest.mark.parametrize("lie", ["html", "truncated", "redirect-loop"])
async def test_a_site_without_a_first_page_is_unreachable(lie: str) -> None:
    with pytest.raises((PortalUnreachable, PortalRefusedError)):
        await listed(filled(lying=frozenset({lie})))


async def test_a_package_that_breaks_its_page_costs_its_neighbours_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.harvester.connectors.ckan.search.SIZES", (3, 2, 1))
    portal = filled()
    spoiled = sorted(portal.packages, key=lambda package: str(package["id"]))[4]
    portal.spoiled.add(spoiled["id"])

    pages = await listed(portal)

    assert titles(pages) == [title for title in EVERYONE if title != spoiled["title"]]
    assert not all(page.complete for page in pages)
    assert any("à partir du 5e" in warning for page in pages for warning in page.warnings)


async def test_a_site_that_dies_in_the_middle_gives_a_partial_listing() -> None:
    portal, getter = filled(cap=2), None
    getter = MemoryGetter(portal)
    pages = []

    async for page in CONNECTOR.pages(Site(portal.root, NOW), getter):
        pages.append(page)
        portal.lying.add("html")

    assert len(titles(pages)) == 2
    assert not pages[-1].complete
    assert pages[-1].cursor is None


async def test_a_listing_resumes_after_its_cursor() -> None:
    portal = filled(cap=3)
    first = (await listed(portal))[0]
    portal.requests.clear()

    rest = await listed(portal, cursor=first.cursor)

    assert titles([first, *rest]) == EVERYONE
    assert rest[-1].complete
    assert not asked(portal, "start=0&")


async def test_an_empty_site_is_a_complete_listing_of_nothing() -> None:
    pages = await listed(CkanPortal())

    assert [(page.complete, page.declared_total, page.records) for page in pages] == [(True, 0, ())]


@pytest.mark.parametrize(
    ("path", "config"),
    [
        ("", {"organization": "creteil"}),
        ("/organization/creteil", {}),
        ("/fr/dataset/?organization=creteil", {}),
    ],
)
@pytest.mark.parametrize("lying", [frozenset(), frozenset({"ignores-filter"})])
async def test_one_organisation_is_listed_though_the_filter_is_ignored(
    path: str, config: dict[str, str], lying: frozenset[str]
) -> None:
    pages = await listed(filled(lying=lying), path, **config)

    assert titles(pages) == EVERYONE[:6]
    assert bool(pages[0].warnings) == bool(lying)


@pytest.mark.parametrize(("lying", "obeys"), [((), True), (("ignores-filter",), False)])
async def test_what_changed_since_is_selected_by_the_site_or_everything_is_listed(
    lying: tuple[str, ...], *, obeys: bool
) -> None:
    portal = filled(lying=frozenset(lying))
    portal.packages[2]["metadata_modified"] = "2026-11-22T09:30:00"
    site = Site(portal.root, NOW, since=datetime(2026, 11, 22, 10, tzinfo=UTC))

    pages = [page async for page in CONNECTOR.pages(site, MemoryGetter(portal))]

    # An hour of overlap; and nobody may take the others for gone.
    assert titles(pages) == (["Jeu 2"] if obeys else EVERYONE)
    assert all(page.complete and page.selective is obeys for page in pages)


async def test_one_dataset_is_listed_by_its_page() -> None:
    pages = await listed(filled(), "/dataset/jeu-3")

    assert titles(pages) == ["Jeu 3"]


@pytest.mark.parametrize("api", ["/api/action", "/data/api/3/action"])
async def test_the_api_is_found_where_some_sites_have_it(api: str) -> None:
    portal = filled(api=api)

    assert titles(await listed(portal)) == EVERYONE


async def test_sources_of_harvesting_are_no_datasets_and_no_holes() -> None:
    portal = filled()
    portal.add_package("source", "Une source", "creteil", type="harvest")

    pages = await listed(portal)

    assert titles(pages) == EVERYONE
    assert pages[-1].complete
    assert not pages[-1].rejected


async def test_an_id_used_twice_and_one_that_is_missing_do_not_look_like_holes() -> None:
    portal = filled(cap=3)
    portal.add_package("double", "Double", "creteil", id=portal.packages[0]["id"])
    nameless = portal.add_package("sans", "Sans", "creteil", id=None)
    nameless["name"] = " "

    pages = await listed(portal)

    assert len(titles(pages)) == 7
    assert [r.remote_id for page in pages for r in page.rejected] == [None]
    assert pages[-1].complete
    assert "répètent un identifiant déjà lu : 1" in pages[-1].warnings[0]


async def test_dkan_is_listed_name_by_name() -> None:
    portal = filled(software="dkan")

    pages = await listed(portal)

    assert titles(pages) == EVERYONE
    assert pages[-1].complete
    record = next(r for page in pages for r in page.records if r.title == "Jeu 0")
    assert record.publisher.name == "Ville de Créteil"
    assert record.modified == datetime(2024, 5, 2, 3, tzinfo=UTC)
    assert asked(portal, "package_show") == 7


async def test_dkan_is_filtered_here_and_resumed_after_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.harvester.connectors.ckan.names.BATCH", 2)
    portal = filled(software="dkan")

    pages = await listed(portal, organization="creteil")
    portal.requests.clear()
    rest = await listed(portal, cursor=pages[1].cursor, organization="creteil")

    assert titles(pages) == EVERYONE[:6]
    assert titles([*pages[:2], *rest]) == EVERYONE[:6]
    assert asked(portal, "package_show") == 3


async def test_what_dkan_hides_is_gone_and_what_it_breaks_is_lost() -> None:
    hiding, breaking = filled(software="dkan"), filled(software="dkan")
    hiding.hidden.add(hiding.packages[1]["id"])
    breaking.spoiled.add(breaking.packages[1]["id"])

    gone, lost = await listed(hiding), await listed(breaking)

    assert titles(gone) == titles(lost) == [EVERYONE[0], *EVERYONE[2:]]
    assert gone[-1].complete
    assert not lost[-1].complete
    assert "jeu-1" in lost[-1].warnings[0]


async def test_ckan_and_dkan_are_found_from_the_address_alone() -> None:
    ckan, dkan, other = filled(), filled(software="dkan"), UdataPortal()
    ckan.root, dkan.root = "http://ckan.test", "http://dkan.test"
    getter = MemoryGetter(ckan, dkan, other)

    assert (await detect(Site(ckan.root, NOW), getter)).kind == "ckan"
    assert (
        await detect(Site(f"{ckan.root}/api/3/action/package_list", NOW), getter)
    ).kind == "ckan"
    assert (await detect(Site(f"{dkan.root}/", NOW), getter)).kind == "ckan"
    assert not await CONNECTOR.recognises(
        Site(other.root, NOW), await getter.get(other.root), getter
    )


@pytest.mark.parametrize(
    ("url", "root", "api", "query"),
    [
        ("https://p.fr", "https://p.fr", "/api/3/action", ""),
        ("https://p.fr/data/api/3/action/package_list", "https://p.fr/data", "/api/3/action", ""),
        ("https://p.fr/api/action", "https://p.fr", "/api/action", ""),
        ("https://p.fr/ckan/dataset", "https://p.fr/ckan", "/api/3/action", ""),
        ("https://p.fr/group/eau", "https://p.fr", "/api/3/action", "groups:(eau)"),
        (
            "https://p.fr/dataset?organization=Ville de X, cc-y",
            "https://p.fr",
            "/api/3/action",
            'organization:("Ville de X" OR cc-y)',
        ),
        (
            "https://p.fr/api/3/action/package_search?fq=tags:a&organization=x",
            "https://p.fr",
            "/api/3/action",
            "(organization:(x)) AND (tags:a)",
        ),
    ],
)
def test_the_site_and_the_filter_are_read_from_the_address(
    url: str, root: str, api: str, query: str
) -> None:
    wanted = wanted_of(Site(url, NOW))
    sent = dict(parse_qsl(wanted.search(start=0, rows=1, sort="")))

    assert (wanted.root, wanted.apis[0].removeprefix(wanted.root)) == (root, api)
    assert sent.get("fq", "") == query
