"""Opendatasoft: generations of the API, paging, the window, exports, quotas, lies."""

from datetime import UTC, datetime

import pytest

from services.harvester.connectors.contract import Page, Site
from services.harvester.connectors.detect import detect
from services.harvester.connectors.opendatasoft import OpendatasoftConnector
from services.harvester.connectors.opendatasoft.site import wanted_of
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from tests.support.portals.base import MemoryGetter
from tests.support.portals.ckan import CkanPortal
from tests.support.portals.opendatasoft import OpendatasoftPortal, asked_for

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONNECTOR = OpendatasoftConnector(pauses=(0, 0, 0, 0))
EVERYONE = [f"Jeu {number}" for number in range(7)]
LARGE = 230
WINDOW = 210


def filled(**switches: object) -> OpendatasoftPortal:
    portal = OpendatasoftPortal(**switches)  # type: ignore[arg-type]
    for number in range(7):
        publisher = "Périgny" if number == 6 else "Ville de Créteil"
        portal.add_dataset(f"jeu-{number}", f"Jeu {number}", publisher)
    return portal


def large(size: int = LARGE, **switches: object) -> OpendatasoftPortal:
    portal = OpendatasoftPortal(**{"window": WINDOW, **switches})  # type: ignore[arg-type]
    for number in range(size):
        portal.add_dataset(f"jeu-{number:05}", f"Jeu {number}")
    return portal


async def listed(
    portal: OpendatasoftPortal, path: str = "", cursor: str | None = None, **config: object
) -> list[Page]:
    pages = CONNECTOR.pages(
        Site(f"{portal.root}{path}", NOW, config), MemoryGetter(portal), cursor=cursor
    )
    return [page async for page in pages]


def titles(pages: list[Page]) -> list[str]:
    return sorted(record.title for page in pages for record in page.records)


def asked(portal: OpendatasoftPortal, text: str) -> int:
    return sum(text in request for request in portal.requests)


@pytest.mark.parametrize(
    ("versions", "address"),
    [
        (("v2.1", "v2.0", "v1"), "/api/explore/v2.1/catalog/datasets/jeu-0/exports/csv"),
        (("v2.0", "v1"), "/api/explore/v2.0/catalog/datasets/jeu-0/exports/csv"),
        (("v1",), "/explore/dataset/jeu-0/download?format=csv"),
    ],
)
async def test_the_newest_api_that_answers_is_used(versions: tuple[str, ...], address: str) -> None:
    pages = await listed(filled(versions=versions))

    assert titles(pages) == EVERYONE
    assert [(page.complete, page.cursor, page.declared_total) for page in pages] == [
        (True, None, 7)
    ]
    record = next(each for each in pages[0].records if each.remote_id == "jeu-0")
    assert record.resources[0].url is not None
    assert address in record.resources[0].url
    assert record.frequency == "annual"


async def test_a_small_site_costs_one_request() -> None:
    portal = filled()

    await listed(portal)

    assert len(portal.requests) == 1


@pytest.mark.parametrize("versions", [("v2.1",), ("v2.0",), ("v1",)])
@pytest.mark.parametrize("cap", [1, 2, 3, 7])
async def test_a_page_that_is_capped_silently_is_not_the_last(
    versions: tuple[str, ...], cap: int
) -> None:
    pages = await listed(filled(versions=versions, cap=cap))

    assert titles(pages) == EVERYONE
    assert all(page.complete for page in pages)


@pytest.mark.parametrize("lie", ["text-total", "bom", "no-order", "ignores-where"])
async def test_a_listing_survives_what_it_can(lie: str) -> None:
    pages = await listed(filled(cap=3, lying=frozenset({lie})))

    assert titles(pages) == EVERYONE
    assert all(page.complete for page in pages)


async def test_a_total_that_is_too_large_makes_the_listing_incomplete() -> None:
    pages = await listed(filled(cap=3, lying=frozenset({"total"})))

    assert titles(pages) == EVERYONE
    assert not pages[-1].complete


async def test_pages_that_repeat_end_the_listing() -> None:
    portal = filled(cap=2, lying=frozenset({"repeat"}))

    pages = await listed(portal)

    assert len(titles(pages)) == 2
    assert not pages[-1].complete
    assert len(portal.requests) < 12


async def test_an_order_that_changes_is_mended_by_a_second_pass() -> None:
    pages = await listed(filled(cap=2, lying=frozenset({"shuffle"})))

    assert titles(pages) == EVERYONE
    assert pages[-1].complete


async def test_a_flaky_site_is_listed_whole() -> None:
    pages = await listed(filled(flaky=True, cap=2))

    assert titles(pages) == EVERYONE
    assert all(page.complete for page in pages)


@pytest.mark.parametrize("lie", ["html", "truncated", "redirect-loop"])
async def test_a_site_without_a_first_page_is_unreachable(lie: str) -> None:
    with pytest.raises((PortalUnreachable, PortalRefusedError)):
        await listed(filled(lying=frozenset({lie})))


async def test_a_page_lost_in_the_middle_makes_the_listing_partial() -> None:
    portal = filled(cap=2)
    pages = []

    async for page in CONNECTOR.pages(Site(portal.root, NOW), MemoryGetter(portal)):
        pages.append(page)
        portal.lying.add("html")

    assert len(titles(pages)) == 2
    assert not pages[-1].complete
    assert "jusqu'au bout" in pages[-1].warnings[0]


async def test_a_listing_resumes_after_its_cursor() -> None:
    portal = filled(cap=3)
    first = (await listed(portal))[0]
    portal.requests.clear()

    rest = await listed(portal, cursor=first.cursor)

    assert titles([first, *rest]) == EVERYONE
    assert rest[-1].complete
    assert not asked(portal, "offset=0&")


async def test_an_empty_site_is_a_complete_listing_of_nothing() -> None:
    pages = await listed(OpendatasoftPortal())

    assert [(page.complete, page.declared_total, page.records) for page in pages] == [(True, 0, ())]


async def test_ten_thousand_datasets_and_more_are_exported_in_parts() -> None:
    portal = large(10_450, window=10_000)

    pages = await listed(portal)

    assert len(set(titles(pages))) == len(titles(pages)) == 10_450
    assert all(page.complete for page in pages)
    assert all(len(page.records) <= 500 for page in pages)
    assert len(portal.requests) < 15
    assert asked_for(portal.requests[1])["limit"] == "1000"


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window of 210 and exports of 20, so that a large site is a small one."""
    package = "services.harvester.connectors.opendatasoft"
    monkeypatch.setattr(f"{package}.versions.WINDOW", WINDOW)
    monkeypatch.setattr(f"{package}.listing.WINDOW", WINDOW)
    monkeypatch.setattr(f"{package}.listing._LAST_START", WINDOW - 1)
    monkeypatch.setattr(f"{package}.exports.EXPORTED", 20)
    monkeypatch.setattr(f"{package}.exports._PAGE", 50)


@pytest.mark.usefixtures("narrow")
async def test_a_total_that_is_the_window_itself_is_a_limit_and_no_count() -> None:
    pages = await listed(large(lying=frozenset({"capped-total"})))

    assert len(titles(pages)) == LARGE
    assert all(page.complete for page in pages)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("lie", ["ignores-limit", "ignores-where", "no-filtered-exports"])
async def test_exports_that_know_no_parts_are_taken_whole(lie: str) -> None:
    portal = large(lying=frozenset({lie}))

    pages = await listed(portal)

    assert len(titles(pages)) == LARGE
    assert pages[-1].complete
    assert len(portal.requests) < 15
    # A listing that stops before its last page is not over.
    assert [page.cursor is None for page in pages] == [False] * (len(pages) - 1) + [True]


@pytest.mark.usefixtures("narrow")
async def test_an_export_that_holds_less_than_announced_is_incomplete() -> None:
    pages = await listed(large(lying=frozenset({"total"})))

    assert len(titles(pages)) == LARGE
    assert not pages[-1].complete
    assert "n'en exporte que 230" in pages[-1].warnings[0]


@pytest.mark.usefixtures("narrow")
async def test_an_export_resumes_after_its_cursor() -> None:
    portal = large()
    pages = await listed(portal)
    portal.requests.clear()

    rest = await listed(portal, cursor=pages[3].cursor)

    assert len(titles([*pages[:4], *rest])) == LARGE
    assert rest[-1].complete
    assert asked_for(portal.requests[0])["where"] == 'dataset_id > "jeu-00079"'


@pytest.mark.usefixtures("narrow")
async def test_an_export_that_breaks_off_makes_the_listing_partial() -> None:
    portal = large()
    pages = []

    async for page in CONNECTOR.pages(Site(portal.root, NOW), MemoryGetter(portal)):
        pages.append(page)
        portal.lying.add("html")

    assert len(titles(pages)) == 20
    assert not pages[-1].complete
    assert "interrompu" in pages[-1].warnings[0]


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize(
    ("versions", "lying"), [(("v2.1",), frozenset({"no-exports"})), (("v1",), frozenset())]
)
async def test_without_exports_the_window_is_all_that_can_be_had(
    versions: tuple[str, ...], lying: frozenset[str]
) -> None:
    pages = await listed(large(versions=versions, lying=lying))

    assert len(titles(pages)) == WINDOW - 1
    assert not pages[-1].complete
    assert f"{WINDOW - 1} premiers" in pages[-1].warnings[0]


async def test_a_window_smaller_than_documented_is_left_for_the_exports() -> None:
    pages = await listed(large())

    assert len(titles(pages)) == LARGE
    assert pages[-1].complete


async def test_a_spent_quota_ends_the_listing_at_once() -> None:
    portal = filled(cap=2, quota=2)

    pages = await listed(portal)

    assert len(titles(pages)) == 4
    assert not pages[-1].complete
    assert "2026-11-24" in pages[-1].warnings[0]
    assert len(portal.requests) == 2


async def test_a_quota_spent_before_the_first_page_is_a_refusal_asked_once() -> None:
    portal = filled(quota=0)

    with pytest.raises(PortalRefusedError, match="2026-11-24T00:00:00Z"):
        await listed(portal)

    assert len(portal.requests) == 1


@pytest.mark.parametrize(
    ("path", "config"),
    [
        ("", {"publisher": "Ville de Créteil"}),
        ("/explore/?refine.publisher=Ville+de+Cr%C3%A9teil", {}),
        ("/api/explore/v2.1/catalog/datasets?refine=publisher:Ville de Créteil", {}),
    ],
)
@pytest.mark.parametrize("versions", [("v2.1",), ("v1",)])
@pytest.mark.parametrize("lying", [frozenset(), frozenset({"ignores-where"})])
async def test_one_publisher_is_listed_though_the_filter_is_ignored(
    path: str, config: dict[str, str], versions: tuple[str, ...], lying: frozenset[str]
) -> None:
    pages = await listed(filled(lying=lying, versions=versions), path, **config)

    assert titles(pages) == EVERYONE[:6]


@pytest.mark.parametrize(
    ("switches", "obeys"),
    [({}, True), ({"lying": frozenset({"ignores-where"})}, False), ({"versions": ("v1",)}, False)],
)
async def test_what_changed_since_is_selected_by_the_site_or_everything_is_listed(
    switches: dict[str, object], *, obeys: bool
) -> None:
    portal = filled(**switches)
    portal.datasets[2]["metas"]["default"]["modified"] = "2026-11-22T09:30:00+00:00"
    site = Site(portal.root, NOW, since=datetime(2026, 11, 22, 10, tzinfo=UTC))

    pages = [page async for page in CONNECTOR.pages(site, MemoryGetter(portal))]

    assert titles(pages) == (["Jeu 2"] if obeys else EVERYONE)
    assert all(page.complete and page.selective is obeys for page in pages)


async def test_a_condition_that_the_old_api_cannot_express_is_refused() -> None:
    with pytest.raises(PortalRefusedError, match="ancienne API"):
        await listed(filled(versions=("v1",)), where="modified > date'2026-01-01'")


@pytest.mark.parametrize("versions", [("v2.1",), ("v1",)])
async def test_one_dataset_is_listed_by_its_page(versions: tuple[str, ...]) -> None:
    pages = await listed(filled(versions=versions), "/explore/dataset/jeu-3/")

    assert titles(pages) == ["Jeu 3"]


@pytest.mark.parametrize("versions", [("v2.1",), ("v1",)])
async def test_a_site_is_found_from_the_address_alone(versions: tuple[str, ...]) -> None:
    portal, other = filled(versions=versions), CkanPortal()
    portal.root, other.root = "http://ods.test", "http://ckan.test"
    getter = MemoryGetter(portal, other)

    assert (await detect(Site(f"{portal.root}/explore/", NOW), getter)).kind == "opendatasoft"
    assert (await detect(Site(other.root, NOW), getter)).kind == "ckan"
    assert not await CONNECTOR.recognises(
        Site(other.root, NOW), await getter.get(other.root), getter
    )


@pytest.mark.parametrize(
    ("url", "config", "sent"),
    [
        ("https://p.fr/", {}, {}),
        ("https://p.fr/pages/accueil/", {"where": "a = 1"}, {"where": "a = 1"}),
        (
            "https://p.fr/explore/?refine.theme=Eau&exclude.keyword=x",
            {},
            {"refine": "theme:Eau", "exclude": "keyword:x"},
        ),
        ("https://p.fr/", {"refine": {"theme": "Eau"}}, {"refine": "theme:Eau"}),
        (
            "https://p.fr/",
            {"publisher": ['Ville "X"', "Y"], "where": "a = 1"},
            {"where": '(publisher = "Ville \\"X\\"" or publisher = "Y") and (a = 1)'},
        ),
    ],
)
async def test_the_filters_are_read_from_configuration_and_address(
    url: str, config: dict[str, object], sent: dict[str, str]
) -> None:
    wanted = wanted_of(Site(url, NOW, config))
    portal = filled()

    await listed(portal, url.removeprefix("https://p.fr"), **config)

    assert wanted.root == "https://p.fr"
    query = asked_for(portal.requests[0])
    assert {k: v for k, v in query.items() if k not in {"limit", "offset", "order_by"}} == sent
