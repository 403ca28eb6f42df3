"""Whatever a portal does, a listing that calls itself complete has every dataset.

Each kind of portal against each way of failing and of lying that its fake knows. A dataset
that a *complete* listing does not show is on its way to the archive: so a listing that lost
something raises, or says that it is not complete, or it is whole; and it always ends.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from services.harvester.connectors.contract import Page, Site
from services.harvester.connectors.registry import connector_of, connectors
from shared.errors import ServiceError
from tests.support.portals.arcgis_hub import HubPortal
from tests.support.portals.base import FakePortal, MemoryGetter
from tests.support.portals.ckan import CkanPortal
from tests.support.portals.csw import CswPortal
from tests.support.portals.dcat import DcatPortal
from tests.support.portals.listing import ListingPortal
from tests.support.portals.opendatasoft import OpendatasoftPortal
from tests.support.portals.udata import UdataPortal
from tests.support.portals.website import Website

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KNOWN = connectors((0, 0, 0, 0))
TITLES = [f"Jeu {number}" for number in range(5)]
EVERYWHERE = ("html", "truncated", "bom", "redirect-loop")
MOST_REQUESTS = 600


def fill(add: Callable[..., object]) -> None:
    for number, title in enumerate(TITLES):
        add(f"jeu-{number}", title)


def udata(**switches: Any) -> tuple[FakePortal, str]:
    portal = UdataPortal(**switches)
    for title in TITLES:
        portal.add_dataset(title)
    return portal, portal.root


def ckan(**switches: Any) -> tuple[FakePortal, str]:
    portal = CkanPortal(cap=2, **switches)
    fill(portal.add_package)
    return portal, portal.root


def dkan(**switches: Any) -> tuple[FakePortal, str]:
    portal = CkanPortal(software="dkan", **switches)
    fill(portal.add_package)
    return portal, portal.root


def opendatasoft(**switches: Any) -> tuple[FakePortal, str]:
    portal = OpendatasoftPortal(cap=2, **switches)
    fill(portal.add_dataset)
    return portal, portal.root


def opendatasoft_window(**switches: Any) -> tuple[FakePortal, str]:
    portal = OpendatasoftPortal(cap=2, window=4, **switches)
    fill(portal.add_dataset)
    return portal, portal.root


def dcat(**switches: Any) -> tuple[FakePortal, str]:
    portal = DcatPortal(**switches)
    fill(portal.add_dataset)
    return portal, portal.url


def hub_feed(**switches: Any) -> tuple[FakePortal, str]:
    portal = HubPortal(**switches)
    for title in TITLES:
        portal.add_dataset(title)
    return portal, portal.root


def csw(**switches: Any) -> tuple[FakePortal, str]:
    portal = CswPortal(**switches)
    fill(portal.add_dataset)
    return portal, portal.url


def scdl(**switches: Any) -> tuple[FakePortal, str]:
    portal = Website(**switches)
    header = (
        "COLL_NOM;COLL_SIRET;ID;TITRE;URL;DESCRIPTION;THEME;PRODUCTEUR_NOM;LICENCE;"
        "NOMBRE_RESSOURCES"
    )
    lines = [
        f"Ville;21940028000018;jeu-{number};{title};{portal.root}/jeu-{number}.csv;"
        "Un texte assez long;Vie;Ville;lov2;1"
        for number, title in enumerate(TITLES)
    ]
    portal.pages["/catalogue.csv"] = "\r\n".join([header, *lines, ""])
    return portal, f"{portal.root}/catalogue.csv"


def schema_org(**switches: Any) -> tuple[FakePortal, str]:
    portal = Website(**switches)
    for number, title in enumerate(TITLES):
        portal.add_dataset(f"/jeu-{number}", title, identifier=f"jeu-{number}")
    return portal, portal.root


def listing(**switches: Any) -> tuple[FakePortal, str]:
    portal = ListingPortal(**switches)
    for number in range(len(TITLES)):
        portal.put(f"/data/jeu-{number}.csv", "a;b")
    return portal, portal.url


@dataclass(frozen=True)
class Case:
    """A kind with the lies that its fake knows; `harmless` ones must cost nothing at all."""

    kind: str
    make: Callable[..., tuple[FakePortal, str]]
    lies: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    config: dict[str, Any] = field(default_factory=dict)


CASES = (
    Case("udata", udata, ("total", "repeat", "endless"),
         ("text-total", "silent-cap", "shuffle", "bom")),
    Case("ckan", ckan, ("total", "repeat"),
         ("text-total", "low-total", "shuffle", "no-id-sort", "bom")),
    Case("ckan", dkan, (), ("bom",)),
    Case("opendatasoft", opendatasoft, ("total", "repeat", "no-exports"),
         ("text-total", "shuffle", "no-order", "ignores-limit", "bom")),
    Case("opendatasoft", opendatasoft_window, ("no-exports", "no-filtered-exports"),
         ("capped-total", "ignores-limit")),
    Case("dcat", dcat, ("total", "endless"), ("loop", "back", "other-host", "wrong-type", "bom")),
    Case("arcgis-hub", hub_feed, ("pending", "forbidden-feed"), ("bom",)),
    Case("arcgis-hub", hub_feed, ("total", "jump", "repeat"), ("shuffle", "silent-cap"),
         {"api": "search"}),
    Case("csw", csw, ("hits", "stuck", "ignores-start", "total", "swallows", "entities",
                      "open-tag"),
         ("refuses-iso", "refuses-sort", "no-next", "control-characters", "undeclared", "bom")),
    Case("scdl-catalogue", scdl, (), ("bom",)),
    Case("schema-org", schema_org, ("loop",), ("elsewhere",)),
    Case("listing", listing, ("endless",), ("outside", "cut-names")),
)  # fmt: skip


async def listed(case: Case, portal: FakePortal, url: str) -> list[Page]:
    site = Site(url, NOW, case.config)
    connector = connector_of(case.kind, KNOWN)
    return [page async for page in connector.pages(site, MemoryGetter(portal))]


def found(pages: list[Page]) -> set[str]:
    return {record.title.casefold() for page in pages for record in page.records}


EXPECTED = {title.casefold() for title in TITLES}
LIES = [
    pytest.param(case, lie, id=f"{case.make.__name__}-{case.config.get('api', '')}{lie}")
    for case in CASES
    for lie in dict.fromkeys((*case.lies, *case.harmless, *EVERYWHERE))
]
HARMLESS = [
    pytest.param(case, lie, id=f"{case.make.__name__}-{case.config.get('api', '')}{lie}")
    for case in CASES
    for lie in case.harmless
]
EACH = [
    pytest.param(case, id=f"{case.make.__name__}{case.config.get('api', '')}") for case in CASES
]


def test_every_kind_is_here() -> None:
    assert {case.kind for case in CASES} == {connector.kind for connector in KNOWN}


@pytest.mark.parametrize(("case", "lie"), LIES)
async def test_no_lie_makes_a_complete_listing_with_holes(case: Case, lie: str) -> None:
    portal, url = case.make(lying=frozenset({lie}))

    try:
        pages = await listed(case, portal, url)
    except ServiceError:
        pages = []  # said, with a sentence: the run fails and nothing goes missing

    if pages and all(page.complete for page in pages):
        assert found(pages) >= EXPECTED
    assert len(portal.requests) <= MOST_REQUESTS


@pytest.mark.parametrize(("case", "lie"), HARMLESS)
async def test_what_is_only_odd_costs_nothing(case: Case, lie: str) -> None:
    portal, url = case.make(lying=frozenset({lie}))

    pages = await listed(case, portal, url)

    assert found(pages) == EXPECTED
    assert all(page.complete for page in pages)


@pytest.mark.parametrize("case", EACH)
async def test_a_portal_that_fails_every_other_time_is_listed_whole(case: Case) -> None:
    portal, url = case.make(flaky=True)

    pages = await listed(case, portal, url)

    assert found(pages) == EXPECTED
    assert all(page.complete for page in pages)


@pytest.mark.parametrize("case", EACH)
async def test_a_slow_portal_is_listed_whole(case: Case) -> None:
    portal, url = case.make(slow=0.005)

    pages = await listed(case, portal, url)

    assert found(pages) == EXPECTED
    assert all(page.complete for page in pages)


async def test_a_title_that_changes_changes_no_identity() -> None:
    """Slugs and names follow titles: neither is what a dataset is known by."""
    before, url = udata()
    case = CASES[0]
    known = {
        record.remote_id for page in await listed(case, before, url) for record in page.records
    }
    assert isinstance(before, UdataPortal)
    for dataset in before.datasets:
        dataset["title"] = f"{dataset['title']} (nouveau)"
        dataset["slug"] = f"nouveau-{dataset['slug']}"

    after = await listed(case, before, url)

    assert {record.remote_id for page in after for record in page.records} == known
    assert found(after) == {f"{title} (nouveau)" for title in EXPECTED}
