"""Listed folders: three servers, bounds, robots.txt, one account per sample."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.contract import Page, Site
from services.harvester.connectors.crawl import ForbiddenByRobots
from services.harvester.connectors.detect import detect
from services.harvester.connectors.listing import ListingConnector
from services.harvester.connectors.listing.folder import is_listing, read_folder, root_of
from services.harvester.connectors.listing.parser import parse_folder
from services.harvester.errors import PortalUnreachable
from tests.support.golden import accounts, check
from tests.support.portals.base import MemoryGetter
from tests.support.portals.listing import ListingPortal, Server
from tests.support.reference import reference_dir

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONNECTOR = ListingConnector(pauses=(0, 0))
FILES = ["budget-2024.csv", "budget-2024.xlsx", "deliberations.csv", "2023/subventions.csv"]
SAMPLES = {
    "apache-folder.html": "https://w.fr/apache-folder/",
    "apache-subfolder.html": "https://w.fr/apache-folder/subfolder/",
    "apache-noaa-waf.html": "https://w.fr/waf/NOAA/nmfs/garfo/iso/xml/",
    "bts-waf.html": "https://w.fr/NTADmetadata/",
    "nginx-folder.html": "https://w.fr/nginx/",
    "nginx-subfolder.html": "https://w.fr/nginx/subfolder/",
}


def filled(server: Server = "apache", **options: Any) -> ListingPortal:
    portal = ListingPortal(server=server, **options)
    for name in FILES:
        portal.put(f"/data/{name}", "a;b\n1;2\n")
    return portal


async def listed(portal: ListingPortal, cursor: str | None = None, **config: Any) -> list[Page]:
    site = Site(portal.url, NOW, config)
    return [page async for page in CONNECTOR.pages(site, MemoryGetter(portal), cursor=cursor)]


def ids(pages: list[Page]) -> list[str]:
    return sorted(record.remote_id for page in pages for record in page.records)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_gives_the_entries_we_say(sample: str) -> None:
    body = (reference_dir("portals", "listing") / sample).read_bytes()
    url = SAMPLES[sample]

    assert is_listing(body)
    entries = read_folder(body, url)
    assert entries is not None
    folders = [entry.url for entry in entries if entry.is_folder]
    records = parse_folder(entries, folder=url, root=url, config={}, now=NOW)
    check(sample, accounts(records, folders=folders))


@pytest.mark.parametrize("server", ["apache", "apache-table", "nginx", "iis", "bare"])
async def test_every_server_gives_the_same_datasets(server: Server) -> None:
    portal = filled(server)

    pages = await listed(portal)

    assert ids(pages) == ["2023/subventions", "budget-2024", "deliberations"]
    assert all(page.complete for page in pages)
    records = {record.remote_id: record for page in pages for record in page.records}
    budget = records["budget-2024"]
    assert (budget.title, [r.format for r in budget.resources]) == ("Budget 2024", ["csv", "xlsx"])
    assert records["2023/subventions"].keywords == ("2023",)
    dated = None if server == "bare" else datetime(2024, 11, 7, 15, tzinfo=UTC)
    assert budget.modified == dated
    assert budget.resources[0].size == (8 if server in {"nginx", "iis"} else None)


async def test_what_a_listing_cannot_say_comes_from_the_source() -> None:
    pages = await listed(
        filled(), license="lov2", publisher="Ville", siret="219400280 00013", group="folder",
        title="Données de la ville",
    )  # fmt: skip

    root, inner = (page.records[0] for page in pages)
    assert (root.title, len(root.resources)) == ("Données de la ville", 3)
    assert (inner.title, inner.remote_id) == ("2023", "2023")
    assert (root.license, root.publisher.name, root.publisher.siret) == (
        "lov2", "Ville", "21940028000013",
    )  # fmt: skip


async def test_nothing_outside_the_first_folder_is_followed() -> None:
    portal = filled(lying=frozenset({"outside"}))

    pages = await listed(portal)

    assert ids(pages) == ["2023/subventions", "budget-2024", "deliberations"]
    assert portal.requests == ["/robots.txt", "/data/", "/data/2023/"]


async def test_names_cut_short_are_read_from_the_address() -> None:
    assert "deliberations" in ids(await listed(filled(lying=frozenset({"cut-names"}))))


async def test_folders_without_end_are_left_at_a_depth_and_incomplete() -> None:
    portal = filled(lying=frozenset({"endless"}))

    pages = await listed(portal)

    assert len(portal.requests) < 40
    assert not all(page.complete for page in pages)


async def test_a_folder_that_fails_makes_the_listing_incomplete() -> None:
    portal = filled()
    portal.fail_folders = {"/data/2023/"}

    pages = await listed(portal)

    assert ids(pages) == ["budget-2024", "deliberations"]
    assert [page.complete for page in pages] == [True, False]


async def test_a_first_folder_that_fails_is_said_so() -> None:
    portal = filled()
    portal.fail_folders = {"/data/"}

    with pytest.raises(PortalUnreachable):
        await listed(portal)


async def test_a_walk_resumes_after_its_cursor() -> None:
    portal = filled()
    first = (await listed(portal))[0]
    portal.requests.clear()

    rest = await listed(portal, cursor=first.cursor)

    assert ids(rest) == ["2023/subventions"]
    assert portal.requests == ["/robots.txt", "/data/2023/"]


async def test_robots_txt_is_obeyed_inside_and_at_the_door() -> None:
    portal = filled()
    portal.robots = "User-agent: *\nDisallow: /data/2023/\n"
    pages = await listed(portal)
    assert ids(pages) == ["budget-2024", "deliberations"]
    assert all(page.complete for page in pages)
    assert "/data/2023/" not in portal.requests

    portal.robots = "User-agent: socle\nDisallow: /data/\n\nUser-agent: *\nAllow: /\n"
    with pytest.raises(ForbiddenByRobots, match=r"robots\.txt"):
        await listed(portal)


async def test_while_robots_txt_cannot_be_had_nothing_is_read() -> None:
    portal = filled()
    portal.fail_folders = {"/robots.txt"}

    with pytest.raises(PortalUnreachable, match=r"robots\.txt a répondu 500"):
        await listed(portal)

    assert set(portal.requests) == {"/robots.txt"}


async def test_pages_and_hidden_files_are_no_data() -> None:
    portal = filled()
    for name in (".htaccess", "index.html", "voir.php", "LISEZMOI.pdf"):
        portal.put(f"/data/{name}", "x")

    [page, _] = await listed(portal)

    assert [record.title for record in page.records] == ["LISEZMOI", "Budget 2024", "Deliberations"]
    assert page.records[0].resources[0].kind == "documentation"


@pytest.mark.parametrize("server", ["apache", "apache-table", "nginx", "iis"])
async def test_the_kind_is_found_from_the_address_alone(server: Server) -> None:
    portal = filled(server)

    assert (await detect(Site(portal.url, NOW), MemoryGetter(portal))).kind == "listing"
    assert portal.requests == ["/data/"]


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://v.fr/data", "https://v.fr/data/"),
        ("https://v.fr/data/?C=N;O=D", "https://v.fr/data/"),
        ("https://v.fr/data/index.html", "https://v.fr/data/"),
        ("https://v.fr", "https://v.fr/"),
    ],
)
def test_the_folder_behind_an_address(url: str, root: str) -> None:
    assert root_of(url) == root


@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda t: f"<a href='{t}'>".encode()))
def test_no_page_raises(body: bytes) -> None:
    is_listing(body)
    entries = read_folder(body, "https://v.fr/d/") or []
    url = "https://v.fr/d/"
    assert all(entry.url.startswith(url) for entry in entries)
    parse_folder(entries, folder=url, root=url, config={}, now=NOW)
