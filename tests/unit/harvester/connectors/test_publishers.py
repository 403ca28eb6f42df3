"""One publisher of a portal that publishes for many, in the kinds that do not select by it."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from services.harvester.connectors.contract import Connector, Page, Site
from services.harvester.connectors.publishers import wanted_in
from services.harvester.connectors.registry import connector_of, connectors
from services.harvester.errors import PortalRefusedError
from shared.contracts.records import Publisher
from shared.errors import InvalidInputError
from tests.support.portals.arcgis_hub import HubPortal
from tests.support.portals.base import FakePortal, MemoryGetter
from tests.support.portals.csw import CswPortal
from tests.support.portals.dcat import DcatPortal
from tests.support.portals.opendatasoft import OpendatasoftPortal
from tests.support.portals.website import Website

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KNOWN = connectors((0, 0, 0, 0))
CRETEIL, CACHAN, NOBODY = "Ville de Créteil", "Ville de Cachan", None
OWNERS = [CACHAN, CRETEIL, CACHAN, CRETEIL, NOBODY]
"""Who publishes id-0, id-1 …"""

THEIRS = ["id-1", "id-3"]


@dataclass
class Shared:
    """A portal of several publishers; `lost` makes it lose its second page."""

    kind: str
    portal: FakePortal
    url: str
    untitled: Callable[[int], None]
    lost: Callable[[], None]
    others: list[FakePortal] = field(default_factory=list)

    @property
    def connector(self) -> Connector:
        return connector_of(self.kind, KNOWN)

    @property
    def getter(self) -> MemoryGetter:
        return MemoryGetter(*self.others, self.portal)

    async def listed(self, *, cursor: str | None = None, **config: Any) -> list[Page]:
        site = Site(self.url, NOW, config)
        return [page async for page in self.connector.pages(site, self.getter, cursor=cursor)]


def dcat() -> Shared:
    portal = DcatPortal(page_size=2)
    for number, owner in enumerate(OWNERS):
        said = {"dct:publisher": {"@type": "foaf:Agent", "foaf:name": owner}} if owner else {}
        portal.add_dataset(f"id-{number}", f"Jeu {number}", **said)
        portal.add_file(portal.datasets[-1], f"f-{number}.csv", "a;b")
    return Shared(
        "dcat",
        portal,
        portal.url,
        untitled=lambda n: portal.datasets[n].pop("dct:title"),
        lost=lambda: portal.fail_pages.add(2),
    )


def csw() -> Shared:
    portal = CswPortal()
    for number, owner in enumerate(OWNERS):
        portal.add_dataset(f"id-{number}", f"Jeu {number}", publisher=owner or "")
    return Shared(
        "csw",
        portal,
        portal.url,
        untitled=lambda n: portal.datasets[n].update(title=""),
        lost=lambda: portal.poisoned.update({3, 4, 5}),
    )


def schema_org() -> Shared:
    site = Website()

    def add(number: int, name: str) -> None:
        owner = OWNERS[number]
        said = {"publisher": {"@type": "Organization", "name": owner}} if owner else {}
        site.add_dataset(f"/donnees/{number}", name, identifier=f"id-{number}", **said)

    for number in range(len(OWNERS)):
        add(number, f"Jeu {number}")
    return Shared(
        "schema-org",
        site,
        f"{site.root}/",
        untitled=lambda n: add(n, ""),
        lost=lambda: site.fail_paths.add("/donnees/4"),
    )


def scdl() -> Shared:
    site = Website(sitemap="none")
    titles = {number: f"Jeu {number}" for number in range(len(OWNERS))}

    def write(tail: str = "") -> None:
        out = io.StringIO()
        out.write("COLL_NOM,COLL_SIRET,ID,TITRE,DESCRIPTION,THEME,LICENCE,DATE_MAJ,"
                  "PRODUCTEUR_NOM,PRODUCTEUR_SIRET,URL\r\n")  # fmt: skip
        for number, owner in enumerate(OWNERS):
            # A column of its own for whoever publishes the catalogue: empty, or it would stand in.
            csv.writer(out).writerow(["", "", f"id-{number}", titles[number], "D", "T", "lov2", "",
                                      owner or "", "", f"/page/{number}"])  # fmt: skip
        site.put("/catalogue.csv", out.getvalue() + tail)

    def untitled(number: int) -> None:
        titles[number] = ""
        write()

    for number in range(len(OWNERS)):
        site.add_page(f"/page/{number}", f"<a href='/f/{number}.csv'>Liste</a>")
    write()
    return Shared(
        "scdl-catalogue",
        site,
        f"{site.root}/catalogue.csv",
        untitled=untitled,
        lost=lambda: write('"' + "x" * 200_000),
    )


def opendatasoft() -> Shared:
    portal = OpendatasoftPortal()
    for number, owner in enumerate(OWNERS):
        portal.add_dataset(f"id-{number}", f"Jeu {number}", owner)

    def untitled(number: int) -> None:
        raise AssertionError("its identifier stands for a title")

    return Shared(
        "opendatasoft", portal, portal.root, untitled, lost=lambda: portal.lying.add("total")
    )


def arcgis_hub() -> Shared:
    portal = HubPortal(lying={"no-feed"})
    for number, owner in enumerate(OWNERS):
        portal.add_dataset(f"Jeu {number}", id=f"id-{number}", source=owner, orgId="", url="")
    return Shared(
        "arcgis-hub",
        portal,
        portal.root,
        untitled=lambda n: portal.items[n].update(title=""),
        lost=lambda: portal.lying.add("total"),
    )


EVERY = (arcgis_hub, csw, dcat, opendatasoft, schema_org, scdl)
SHARED = [pytest.param(make, id=make().kind) for make in EVERY]


def ids(pages: list[Page]) -> list[str]:
    return sorted(record.remote_id for page in pages for record in page.records)


@pytest.mark.parametrize("make", SHARED)
async def test_only_what_the_publisher_asked_for_publishes_is_listed(
    make: Callable[[], Shared],
) -> None:
    shared = make()

    everything = await shared.listed()
    theirs = await shared.listed(organization="VILLE DE CRETEIL")
    both = await shared.listed(organization=[CRETEIL, CACHAN])

    assert len(ids(everything)) == 5
    assert ids(theirs) == THEIRS
    assert ids(both) == ["id-0", *THEIRS[:1], "id-2", *THEIRS[1:]]
    assert all(page.complete and not page.rejected and not page.warnings for page in theirs)
    # What the portal says it holds is everybody's, and would be waited for in vain.
    assert {page.declared_total for page in theirs} == {None}


@pytest.mark.parametrize("make", [make for make in SHARED if make.id != "opendatasoft"])
async def test_an_entry_set_aside_is_told_to_its_own_publisher_alone(
    make: Callable[[], Shared],
) -> None:
    shared = make()
    for number in (0, 1, 4):
        shared.untitled(number)

    rejected = [e for page in await shared.listed(organization=CRETEIL) for e in page.rejected]

    assert [entry.remote_id for entry in rejected] == ["id-1"]


@pytest.mark.parametrize("make", SHARED)
async def test_a_publisher_that_is_not_there_is_told_with_those_that_are(
    make: Callable[[], Shared],
) -> None:
    shared = make()

    with pytest.raises(PortalRefusedError) as told:
        await shared.listed(organization="Crétei")

    said = told.value.message
    assert f"Aucun jeu de données de {shared.url} n'a « Crétei » pour producteur (5 lus)" in said
    # The likest name comes first.
    assert f"On y trouve : « {CRETEIL} », « {CACHAN} ». Donnez à l'option « organization »" in said


@pytest.mark.parametrize("make", SHARED)
async def test_while_a_part_of_the_portal_is_lost_the_publisher_may_be_there(
    make: Callable[[], Shared],
) -> None:
    shared = make()
    shared.lost()

    try:
        pages = await shared.listed(organization="Crétei")
    except PortalRefusedError:
        pytest.fail("the portal was not read to its end")

    assert not all(page.complete for page in pages)
    assert any("« Crétei » pour producteur" in said for page in pages for said in page.warnings)


@pytest.mark.parametrize("make", [make for make in SHARED if make.id in {"dcat", "csw"}])
async def test_a_listing_that_is_resumed_comes_to_the_same_end(make: Callable[[], Shared]) -> None:
    shared = make()
    first, second, _ = await shared.listed(organization=CRETEIL)

    rest = await shared.listed(organization=CRETEIL, cursor=first.cursor)
    last = await shared.listed(organization=CRETEIL, cursor=second.cursor)

    assert ids([first, *rest]) == THEIRS
    # Nothing of theirs is on the last page: it was met on those before.
    assert (ids(last), last[-1].complete) == ([], True)


async def test_who_was_not_met_before_a_listing_was_cut_is_told_after_it() -> None:
    shared = dcat()
    site = Site(shared.url, NOW, {"organization": "Crétei"})
    async for page in shared.connector.pages(site, shared.getter):
        cursor = page.cursor
        break

    with pytest.raises(PortalRefusedError, match=r"\(5 lus\).*Créteil.*Cachan"):
        await shared.listed(organization="Crétei", cursor=cursor)


async def test_a_list_of_changes_need_not_hold_anything_of_the_publisher() -> None:
    shared = csw()
    assert isinstance(shared.portal, CswPortal)
    shared.portal.datasets[0]["changed"] = "2026-11-22"
    shared.portal.datasets[1]["changed"] = "2026-11-21"
    since = datetime(2026, 11, 22, tzinfo=UTC)

    async def changed(owner: str) -> list[Page]:
        site = Site(shared.url, NOW, {"organization": owner}, since=since)
        return [page async for page in shared.connector.pages(site, shared.getter)]

    cachan, creteil, nobody = [await changed(n) for n in (CACHAN, CRETEIL, "Autre")]

    assert (ids(cachan), ids(creteil), ids(nobody)) == (["id-0"], ["id-1"], [])
    # By the changes of others it would be asked for what is newer than anything of theirs.
    assert [list(page.moments) for page in creteil] == [["id-1"]]
    assert all(page.complete and page.selective for page in (*cachan, *creteil, *nobody))


async def test_files_of_others_are_not_looked_for() -> None:
    shared = scdl()

    pages = await shared.listed(organization=CRETEIL)

    asked = [request for request in shared.portal.requests if request.startswith("/page/")]
    assert asked == ["/page/1", "/page/3"]
    assert all(record.resources for page in pages for record in page.records)


async def test_a_portal_that_names_no_publisher_is_told_as_such() -> None:
    shared = dcat()
    assert isinstance(shared.portal, DcatPortal)
    for dataset in shared.portal.datasets:
        dataset.pop("dct:publisher", None)

    with pytest.raises(PortalRefusedError, match="Aucun n'indique son producteur : retirez"):
        await shared.listed(organization=CRETEIL)


async def test_an_empty_portal_is_no_reason_to_doubt_the_publisher() -> None:
    [page] = await Shared(
        "dcat", portal := DcatPortal(), portal.url, lambda _: None, lambda: None
    ).listed(organization=CRETEIL)

    assert (page.records, page.complete) == ((), True)


TOWN = Publisher(
    name="Ville de L’Haÿ-les-Roses (Val-de-Marne)",
    siret="21940038900017",
    remote_id="https://data.test/Organization/lhay/",
)


@pytest.mark.parametrize(
    "asked",
    [
        "Ville de L’Haÿ-les-Roses (Val-de-Marne)",
        "VILLE DE L'HAY LES ROSES – VAL DE MARNE",
        "219 400 389 00017",
        "219400389",
        219400389,
        "https://data.test/Organization/lhay/",
        "http://www.data.test/organization/lhay",
        ["Ville de Cachan", "219400389"],
    ],
)
def test_a_publisher_is_known_by_name_number_or_address(asked: object) -> None:
    wanted = wanted_in({"organization": asked})

    assert wanted is not None
    assert wanted.includes(TOWN)


@pytest.mark.parametrize(
    "asked",
    ["L'Haÿ-les-Roses", "Ville", "219400380", "21940038900025", "2194003", "https://data.test/",
     "https://", "…"],
)  # fmt: skip
def test_a_part_of_a_name_or_of_a_number_is_nobody(asked: str) -> None:
    wanted = wanted_in({"organization": asked})

    assert wanted is not None
    assert not wanted.includes(TOWN)
    assert not wanted.includes(Publisher())
    assert not wanted.includes(Publisher(name="日本"))


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("https://annuaire.test/entreprise/219400389", True),
        ("urn:siret:21940038900017", True),
        ("https://data.test/id/9219400389", False),
    ],
)
def test_an_address_may_hold_the_number(address: str, *, known: bool) -> None:
    wanted = wanted_in({"organization": "219400389"})

    assert wanted is not None
    assert wanted.includes(Publisher(remote_id=address)) is known


def test_a_portal_of_many_names_the_ten_that_are_likest() -> None:
    wanted = wanted_in({"organization": "Créteil"})
    assert wanted is not None
    others = [f"Commune n° {number}" for number in range(50)]

    named = wanted.likest([*others, "Mairie de Creteil", "Ville de Créteil", *others])

    assert named[:2] == ("Ville de Créteil", "Mairie de Creteil")
    assert (len(named), len(set(named))) == (10, 10)


@pytest.mark.parametrize("empty", ["", " ", [], None, True, {"name": "Ville"}])
def test_an_option_that_names_nobody_brings_in_nobody(empty: object) -> None:
    with pytest.raises(InvalidInputError, match="est vide"):
        wanted_in({"organization": empty})
