"""udata: listing, organisations, lost pages, lies; and the shapes of one dataset."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.contract import Page, Rejected, Site
from services.harvester.connectors.udata import UdataConnector
from services.harvester.connectors.udata.parser import parse_dataset, parse_resource, parse_schema
from services.harvester.connectors.udata.site import api_of, wanted_organization
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord
from tests.support.portals.base import MemoryGetter
from tests.support.portals.udata import UdataPortal, hex_id

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONNECTOR = UdataConnector(pauses=(0, 0, 0, 0))
CRETEIL_SIREN = "219400280"
CRETEIL_SIRET = "21940028000018"


def site(portal: UdataPortal, path: str = "", **config: str) -> Site:
    return Site(f"{portal.root}{path}", NOW, config)


async def listed(
    portal: UdataPortal, wanted: Site | None = None, cursor: str | None = None
) -> list[Page]:
    pages: AsyncIterator[Page] = CONNECTOR.pages(
        wanted or site(portal), MemoryGetter(portal), cursor=cursor
    )
    return [page async for page in pages]


def titles(pages: list[Page]) -> list[str]:
    return sorted({record.title for page in pages for record in page.records})


@pytest.fixture
def portal() -> UdataPortal:
    portal = UdataPortal()
    creteil = portal.add_organization("Ville de Créteil", CRETEIL_SIRET)
    portal.add_organization("Ville de Périgny", "21940056100012")
    for number in range(5):
        portal.add_dataset(f"Jeu {number}", creteil)
    portal.add_dataset("Autre", hex_id("Ville de Périgny"))
    return portal


async def test_a_whole_site_is_listed_with_the_siret_of_each_organisation(
    portal: UdataPortal,
) -> None:
    pages = await listed(portal)

    assert len(titles(pages)) == 6
    assert all(page.complete for page in pages)
    assert pages[-1].cursor is None
    assert {r.publisher.siret for r in pages[0].records} == {CRETEIL_SIRET, "21940056100012"}
    # One request for the list, one per organisation: never one per dataset.
    assert len(portal.requests) == 3


@pytest.mark.parametrize(
    "organization",
    [hex_id("Ville de Créteil"), "ville-de-créteil", CRETEIL_SIREN, CRETEIL_SIRET],
)
async def test_an_organisation_is_found_by_id_slug_siren_or_siret(
    portal: UdataPortal, organization: str
) -> None:
    pages = await listed(portal, site(portal, organization=organization))

    assert titles(pages) == [f"Jeu {number}" for number in range(5)]


async def test_a_site_that_ignores_the_siret_filter_is_not_believed(portal: UdataPortal) -> None:
    portal.lying.add("ignores-filter")

    found = await listed(portal, site(portal, organization=CRETEIL_SIREN))
    with pytest.raises(PortalRefusedError, match="Aucune organisation"):
        await listed(portal, site(portal, organization="213105554"))

    assert titles(found) == [f"Jeu {number}" for number in range(5)]


@pytest.mark.parametrize("lie", ["silent-cap", "text-total", "bom"])
async def test_a_listing_survives_what_it_can(portal: UdataPortal, lie: str) -> None:
    portal.lying.add(lie)

    pages = await listed(portal)

    assert len(titles(pages)) == 6
    assert all(page.complete for page in pages)


async def test_a_flaky_site_is_listed_whole(portal: UdataPortal) -> None:
    portal.flaky = True

    pages = await listed(portal)

    assert len(titles(pages)) == 6
    assert all(page.complete for page in pages)


async def test_an_order_that_changes_is_mended_by_a_second_pass(portal: UdataPortal) -> None:
    portal.lying.add("shuffle")

    pages = await listed(portal)

    assert len(titles(pages)) == 6
    assert pages[-1].complete
    assert any("page=1&" in request for request in portal.requests[1:])


async def test_pages_that_repeat_end_the_listing(portal: UdataPortal) -> None:
    portal.lying |= {"repeat"}

    pages = await listed(portal)

    assert len(titles(pages)) == 6
    assert len([r for r in portal.requests if "/datasets/" in r]) < 12


async def test_a_total_larger_than_the_list_makes_it_incomplete(portal: UdataPortal) -> None:
    portal.lying.add("total")

    pages = await listed(portal)

    assert not pages[-1].complete
    assert "annonce 9 jeux de données" in pages[-1].warnings[0]


@pytest.mark.parametrize("lie", ["html", "truncated", "redirect-loop"])
async def test_a_site_without_a_first_page_is_unreachable(portal: UdataPortal, lie: str) -> None:
    portal.lying.add(lie)

    with pytest.raises((PortalUnreachable, PortalRefusedError)):
        await listed(portal)


async def test_a_page_lost_in_the_middle_makes_the_listing_partial(portal: UdataPortal) -> None:
    portal.lying.add("silent-cap")
    portal.fail_pages = {3}

    pages = await listed(portal)

    assert len(titles(pages)) == 4
    assert not pages[-1].complete
    assert "page 3" in pages[-1].warnings[0]
    # The page was tried five times before it was given up.
    assert len([r for r in portal.requests if "page=3&" in r]) == 5


async def test_a_listing_resumes_after_its_cursor(portal: UdataPortal) -> None:
    portal.lying.add("silent-cap")
    first = (await listed(portal))[0]
    portal.requests.clear()

    rest = await listed(portal, cursor=first.cursor)

    assert titles([first, *rest]) == [*["Autre"], *[f"Jeu {n}" for n in range(5)]]
    assert rest[-1].complete
    assert not any("page=1&" in request for request in portal.requests)


async def test_several_organisations_of_one_siren_are_listed_one_after_the_other(
    portal: UdataPortal,
) -> None:
    portal.lying.add("ignores-filter")
    ccas = portal.add_organization("CCAS de Créteil", "21940028000021")
    portal.add_dataset("Repas", ccas)

    pages = await listed(portal, site(portal, organization=CRETEIL_SIREN))
    rest = await listed(portal, site(portal, organization=CRETEIL_SIREN), pages[0].cursor)

    assert titles(pages) == [*[f"Jeu {number}" for number in range(5)], "Repas"]
    assert titles(rest) == ["Repas"]


async def test_a_udata_site_is_recognised_and_an_empty_one_too() -> None:
    portal, getter = UdataPortal(), None
    getter = MemoryGetter(portal)
    probe = await getter.get(portal.root)

    assert await CONNECTOR.recognises(site(portal), probe, getter)
    portal.lying.add("html")
    assert not await CONNECTOR.recognises(site(portal), probe, getter)


@pytest.mark.parametrize(
    ("url", "root", "organization"),
    [
        ("https://www.data.gouv.fr", "https://www.data.gouv.fr", None),
        (
            "https://www.data.gouv.fr/fr/organizations/creteil/",
            "https://www.data.gouv.fr",
            "creteil",
        ),
        ("https://x.fr/api/1/datasets/?organization=abc", "https://x.fr", "abc"),
        ("http://127.0.0.1:9/creteil/", "http://127.0.0.1:9/creteil", None),
        ("http://h/creteil/organizations/ville", "http://h/creteil", "ville"),
    ],
)
def test_the_root_and_the_organisation_are_read_from_the_address(
    url: str, root: str, organization: str | None
) -> None:
    assert api_of(url).root == root
    assert wanted_organization(Site(url, NOW)) == organization


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ({}, None),
        ({"name": None, "url": None, "version": None}, None),
        ({"name": "etalab/x", "version": "2.2.1", "url": None}, ("etalab/x", "2.2.1", None)),
        ({"name": "etalab/x", "version": None}, ("etalab/x", None, None)),
        (
            {"name": None, "version": None, "url": "https://e.org/s.json"},
            (None, None, "https://e.org/s.json"),
        ),
    ],
)
def test_a_schema_is_read_in_its_five_shapes(
    value: object, expected: tuple[str | None, ...] | None
) -> None:
    found = parse_schema(value)

    assert (found and (found.name, found.version, found.url)) == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "identifiant"),
        ({"id": "  "}, "identifiant"),
        ({"title": ""}, "titre"),
        ({"private": True}, "pas public"),
        ({"deleted": "2024-01-01"}, "supprimé"),
    ],
)
def test_an_entry_that_cannot_be_imported_is_rejected_with_its_reason(
    changes: dict[str, object], reason: str
) -> None:
    item = {"id": "1", "title": "T", **changes}

    rejected = parse_dataset(item, base="https://x.fr", now=NOW)

    assert isinstance(rejected, Rejected)
    assert reason in rejected.reason


def test_a_harvested_dataset_keeps_the_address_of_the_town_portal() -> None:
    record = parse_dataset(
        {
            "id": "1",
            "title": "T",
            "uri": "https://www.data.gouv.fr/x",
            "harvest": {"uri": "https://ville.fr/d/1", "modified_at": "2019-04-19"},
            "spatial": {"zones": ["fr:commune:92075@1943-01-01"], "geom": None},
            "archived": "2022-01-30T01:11:38",
        },
        base="https://x.fr",
        now=NOW,
    )

    assert isinstance(record, DatasetRecord)
    assert record.uri == "https://ville.fr/d/1"
    assert record.modified == datetime(2019, 4, 19, tzinfo=UTC)
    assert record.spatial is not None
    assert record.spatial.zones == ("fr:commune:92075",)
    assert record.archived


def test_odd_resources_are_named_and_the_others_kept() -> None:
    record = parse_dataset(
        {
            "id": "1",
            "title": "T",
            "last_update": "2031-01-01",
            "resources": [
                {"id": "a", "url": "/x y.csv", "filesize": "1024.0"},
                {"id": "a", "url": "/x.csv"},
                {"url": None},
                "texte",
            ],
        },
        base="https://x.fr",
        now=NOW,
    )

    assert isinstance(record, DatasetRecord)
    assert [r.url for r in record.resources] == ["https://x.fr/x%20y.csv"]
    assert record.resources[0].size == 1024
    assert len(record.warnings) == 4
    assert record.modified is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
_FIELDS = st.sampled_from(
    ["title", "description", "organization", "owner", "license", "frequency", "harvest", "uri",
     "temporal_coverage", "spatial", "tags", "created_at", "last_update", "contact_points",
     "schema", "resources", "archived"]
)  # fmt: skip


@given(st.dictionaries(_FIELDS, _JSON))
def test_no_entry_raises_whatever_its_members_are(fields: dict[str, object]) -> None:
    parsed = parse_dataset({"id": "1", **fields}, base="https://x.fr", now=NOW)

    parsed_json = parsed.model_dump_json() if isinstance(parsed, DatasetRecord) else parsed.reason
    assert parsed_json


@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "url", "mime", "format", "checksum", "filesize", "type", "schema", "harvest"]
        ),
        _JSON,
    )
)
def test_no_resource_raises_whatever_its_members_are(fields: dict[str, object]) -> None:
    parse_resource(fields, base="https://x.fr", now=NOW)
