"""The SCDL catalogue: found on a site, read with its liberties, its files asked for."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.contract import Page, Rejected, Site
from services.harvester.connectors.detect import detect
from services.harvester.connectors.scdl_catalogue import ScdlCatalogueConnector
from services.harvester.connectors.scdl_catalogue.parser import parse_row
from services.harvester.connectors.scdl_catalogue.table import COLUMNS, is_catalogue, read_table
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord
from tests.support.golden import accounts, check
from tests.support.portals.base import Answer, MemoryGetter
from tests.support.portals.ckan import CkanPortal
from tests.support.portals.opendatasoft import OpendatasoftPortal
from tests.support.portals.udata import UdataPortal
from tests.support.portals.website import Website
from tests.support.reference import reference_dir

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONNECTOR = ScdlCatalogueConnector(pauses=(0, 0))
URL = "https://ville.fr/catalogue.csv"
HEADER = [
    "COLL_NOM", "COLL_SIRET", "ID", "TITRE", "DESCRIPTION", "THEME", "PRODUCTEUR_NOM",
    "PRODUCTEUR_SIRET", "COUV_SPAT_MAILLE", "COUV_SPAT_NOM", "COUV_TEMP_DEBUT", "COUV_TEMP_FIN",
    "DATE_PUBL", "FREQ_MAJ", "DATE_MAJ", "MOTS_CLES", "LICENCE", "NOMBRE_RESSOURCES",
    "FORMAT_RESSOURCES", "URL",
]  # fmt: skip
LINE = {
    "COLL_NOM": "Créteil", "COLL_SIRET": "21940028000013", "DESCRIPTION": "Une liste; et d'autres",
    "THEME": "Administration", "PRODUCTEUR_NOM": "Ville de Créteil",
    "PRODUCTEUR_SIRET": "219 400 280 00013", "COUV_SPAT_MAILLE": "Communale",
    "COUV_SPAT_NOM": "Créteil", "COUV_TEMP_DEBUT": "2024-01-01", "COUV_TEMP_FIN": "",
    "DATE_PUBL": "2024-02-01", "FREQ_MAJ": "Annuelle", "DATE_MAJ": "2024-03-01",
    "MOTS_CLES": "scdl;conseil", "LICENCE": "Licence Ouverte-LO", "NOMBRE_RESSOURCES": "1",
    "FORMAT_RESSOURCES": "csv",
}  # fmt: skip


def catalogue(*lines: Mapping[str, str], separator: str = ",", header: list[str] = HEADER) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, delimiter=separator, extrasaction="ignore")
    out.write(separator.join(header) + "\r\n")
    writer.writerows({**LINE, **line} for line in lines)
    return out.getvalue()


def town(*lines: Mapping[str, str], path: str = "/catalogue.csv") -> Website:
    site = Website(sitemap="none")
    site.add_page("/", "<a href='/actus'>Actualités</a> <a href='/opendata'>Données ouvertes</a>")
    site.add_page("/actus", "Rien")
    site.add_page("/opendata", f"<a href='{path}'>Catalogue des données (CSV)</a>")
    site.put(path, catalogue(*lines))
    return site


async def listed(
    site: Website,
    *others: Any,
    path: str = "/catalogue.csv",
    cursor: str | None = None,
    **config: Any,
) -> list[Page]:
    at = Site(f"{site.root}{path}", NOW, config)
    getter = MemoryGetter(*others, site)
    return [page async for page in CONNECTOR.pages(at, getter, cursor=cursor)]


def one(pages: list[Page]) -> DatasetRecord:
    [record] = [record for page in pages for record in page.records]
    return record


def parsed(**cells: str) -> DatasetRecord | Rejected:
    body = catalogue({"ID": "i", "TITRE": "T", **cells}).encode()
    [row] = read_table(body, URL).rows
    return parse_row(row, url=URL, now=NOW)


def test_the_sample_gives_the_record_we_say() -> None:
    body = (reference_dir("portals", "scdl-catalogue") / "catalogue-exemple.csv").read_bytes()

    table = read_table(body, URL)

    records = [parse_row(row, url=URL, now=NOW) for row in table.rows]
    kept = [record for record in records if isinstance(record, DatasetRecord)]
    check("catalogue-exemple.csv", accounts(kept, faults=list(table.faults)))


def test_the_columns_are_those_of_the_schema() -> None:
    path = reference_dir("portals", "scdl-catalogue") / "catalogue-0.1.3.schema.json"

    fields = json.loads(path.read_text("utf-8"))["fields"]

    assert {field["name"] for field in fields} == COLUMNS


def test_a_line_is_read_into_the_record() -> None:
    record = parsed(URL="https://data.ville.fr/conseil.csv")

    assert isinstance(record, DatasetRecord)
    assert (record.license, record.frequency, record.publisher.siret) == (
        "fr-lo", "annual", "21940028000013",
    )  # fmt: skip
    assert record.temporal is not None
    assert (record.temporal.start, record.temporal.end) == (date(2024, 1, 1), None)
    assert record.keywords == ("scdl", "conseil")
    assert record.themes == ("Administration",)
    assert record.uri == "https://data.ville.fr/conseil.csv"
    assert [(r.url, r.format) for r in record.resources] == [(record.uri, "csv")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_separator_and_encoding_is_read(separator: str, encoding: str) -> None:
    body = catalogue({"ID": "i", "TITRE": "Délibérations"}, separator=separator).encode(encoding)

    [row] = read_table(body, URL).rows

    assert is_catalogue(body)
    assert (row.cells["TITRE"], row.cells["DESCRIPTION"]) == (
        "Délibérations", "Une liste; et d'autres",
    )  # fmt: skip


def test_names_of_the_paper_version_and_added_columns_are_understood() -> None:
    header = [*HEADER, "BZH_CODE"]
    header[header.index("NOMBRE_RESSOURCES")] = "NB_RESSOURCES"
    header[header.index("PRODUCTEUR_NOM")] = "Producteur nom"
    line = {"ID": "i", "TITRE": "T", "Producteur nom": "Ville", "BZH_CODE": "x",
            "LICENCE": "ODbL - Open Database License", "FREQ_MAJ": "Sans régularité"}  # fmt: skip

    [row] = read_table(catalogue(line, header=header).encode(), URL).rows
    record = parse_row(row, url=URL, now=NOW)

    assert isinstance(record, DatasetRecord)
    assert (record.publisher.name, record.license, record.frequency) == (
        "Ville", "odc-odbl", "irregular",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "reason"),
    [({"ID": ""}, "colonne ID est vide"), ({"TITRE": " "}, "colonne TITRE est vide")],
)
def test_a_line_that_cannot_be_followed_is_refused_with_its_number(
    cells: dict[str, str], reason: str
) -> None:
    record = parsed(**cells)

    assert isinstance(record, Rejected)
    assert record.reason.startswith("Ligne 2 : ")
    assert reason in record.reason


def test_a_separator_in_a_text_without_quotes_is_seen() -> None:
    body = catalogue({"ID": "i", "TITRE": "T"}) + ",".join([*["x"] * 20, "y", "z"])

    rows = read_table(body.encode(), URL).rows

    assert [row.surplus for row in rows] == [False, True]
    assert isinstance(parse_row(rows[1], url=URL, now=NOW), Rejected)


@pytest.mark.parametrize("body", [b"", b"a;b\n1;2\n", b"<!DOCTYPE html><html></html>", b'"' * 9])
def test_another_file_is_refused_with_the_columns_expected(body: bytes) -> None:
    assert not is_catalogue(body)
    with pytest.raises(PortalRefusedError, match="ID, TITRE"):
        read_table(body, URL)


def test_a_quote_never_closed_makes_the_catalogue_incomplete() -> None:
    body = catalogue({"ID": "a", "TITRE": "A"}) + '"' + "x" * 200_000

    table = read_table(body.encode(), URL)

    assert [row.cells["ID"] for row in table.rows] == ["a"]
    assert "guillemets" in table.faults[0]


@pytest.mark.parametrize("path", ["/", "/opendata", "/catalogue.csv"])
async def test_the_catalogue_is_found_by_itself_on_the_site(path: str) -> None:
    site = town({"ID": "a", "TITRE": "A", "URL": "/a.csv"})

    connector = await detect(Site(f"{site.root}{path}", NOW), MemoryGetter(site))
    pages = await listed(site, path=path)

    assert connector.kind == "scdl-catalogue"
    assert one(pages).remote_id == "a"
    assert "/actus" not in site.requests


async def test_a_catalogue_that_nothing_links_to_is_found_in_its_usual_place() -> None:
    site = town({"ID": "a", "TITRE": "A", "URL": "/a.csv"})
    site.pages["/opendata"] = "<html>Rien</html>"

    assert one(await listed(site, path="/")).remote_id == "a"


async def test_robots_txt_keeps_the_search_out() -> None:
    site = town({"ID": "a", "TITRE": "A"})
    site.robots = "User-agent: *\nDisallow: /opendata\nDisallow: /catalogue.csv\n"

    with pytest.raises(PortalRefusedError, match="Aucun catalogue"):
        await listed(site, path="/")

    assert "/opendata" not in site.requests
    assert "/catalogue.csv" not in site.requests


async def test_the_search_of_a_large_site_ends() -> None:
    site = Website(sitemap="none")
    links = "".join(f"<a href='/donnees/{n}'>Jeux de données</a>" for n in range(500))
    site.add_page("/", links)
    for number in range(500):
        site.add_page(f"/donnees/{number}", links)

    with pytest.raises(PortalRefusedError, match="Aucun catalogue"):
        await listed(site, path="/")

    assert len(site.requests) < 35


async def test_files_are_asked_of_the_portal_that_a_line_leads_to() -> None:
    ods, ckan, udata = OpendatasoftPortal(), CkanPortal(), UdataPortal()
    ods.root, ckan.root, udata.root = "http://ods.test", "http://ckan.test", "http://udata.test"
    ods.add_dataset("prenoms", "Prénoms")
    package = ckan.add_package("budget", "Budget")
    ckan.add_resource(package, "budget.csv", "a;b\n")
    dataset = udata.add_dataset("Conseil")
    udata.add_resource(dataset, "conseil.csv", "a;b\n")
    one_dataset = f"/api/1/datasets/{dataset['slug']}/"
    udata.put(one_dataset, json.dumps(dataset), content_type="application/json")
    site = town(
        {"ID": "1", "TITRE": "A", "URL": "http://ods.test/explore/dataset/prenoms/"},
        {"ID": "2", "TITRE": "B", "URL": "http://ckan.test/dataset/budget"},
        {"ID": "3", "TITRE": "C", "URL": "http://udata.test/fr/datasets/conseil/"},
    )

    [page] = await listed(site, ods, ckan, udata)

    found = [[r.url for r in record.resources if r.format == "csv"] for record in page.records]
    assert all(len(urls) == 1 for urls in found)
    assert [str(urls[0]).split("/")[2] for urls in found] == ["ods.test", "ckan.test", "udata.test"]
    assert [record.title for record in page.records] == ["A", "B", "C"]


async def test_files_are_read_off_a_page_of_the_town() -> None:
    site = town(
        {"ID": "1", "TITRE": "A", "URL": "/page/1", "FORMAT_RESSOURCES": "csv;xlsx"},
        {"ID": "2", "TITRE": "B", "URL": "/page/2"},
        {"ID": "3", "TITRE": "C", "URL": "/telecharger?id=3"},
    )
    site.add_page(
        "/page/1", "<a href='/f/1.csv'>Liste</a><a href='/f/1.xlsx'>x</a><a href='/p.pdf'>p</a>"
    )
    site.add_dataset("/page/2", "B", distribution={"contentUrl": "/f/2.csv"})

    site.put("/telecharger", "a;b\n1;2\n")
    [page] = await listed(site)

    found = [[(r.url, r.format) for r in record.resources] for record in page.records]
    assert found == [
        [(f"{site.root}/f/1.csv", "csv"), (f"{site.root}/f/1.xlsx", "xlsx")],
        [(f"{site.root}/f/2.csv", "csv")],
        [(f"{site.root}/telecharger?id=3", "csv")],
    ]


async def test_lines_that_share_one_page_do_not_share_its_files() -> None:
    site = town({"ID": "1", "TITRE": "A", "URL": "/p"}, {"ID": "2", "TITRE": "B", "URL": "/p"})
    site.add_page("/p", "<a href='/1.csv'>1</a><a href='/2.csv'>2</a>")

    [page] = await listed(site)

    assert [[r.kind for r in record.resources] for record in page.records] == [
        ["documentation"]
    ] * 2
    assert [record.uri for record in page.records] == [None, None]
    assert "/p" not in site.requests


async def test_a_portal_that_fails_for_now_changes_nothing_of_what_is_known() -> None:
    site = town({"ID": "1", "TITRE": "A", "URL": "/p"}, {"ID": "2", "TITRE": "B", "URL": "/gone"})
    site.fail_paths = {"/p"}

    [page] = await listed(site)

    [rejected] = page.rejected
    assert (rejected.remote_id, "tel qu'il était" in rejected.reason) == ("1", True)
    assert page.complete
    assert "404" in one([page]).warnings[0]


async def test_addresses_may_be_left_alone() -> None:
    site = town({"ID": "1", "TITRE": "A", "URL": "/p"})

    record = one(await listed(site, follow=False))

    assert record.resources[0].kind == "documentation"
    assert "/p" not in site.requests


async def test_two_lines_of_one_id_keep_the_first() -> None:
    lines = ({"ID": "1", "TITRE": "A", "URL": "/a.csv"}, {"ID": "1", "TITRE": "B", "URL": "/b.csv"})
    [page] = await listed(town(*lines))

    assert one([page]).title == "A"
    assert "Ligne 3" in page.rejected[0].reason


async def test_a_catalogue_resumes_where_it_stood_and_begins_again_when_it_changed() -> None:
    lines = [{"ID": str(n), "TITRE": f"T{n}", "URL": f"/{n}.csv"} for n in range(30)]
    site = town(*lines)
    first, second = await listed(site)
    assert (len(first.records), len(second.records)) == (20, 10)

    [rest] = await listed(site, cursor=first.cursor)
    assert [record.remote_id for record in rest.records] == [r.remote_id for r in second.records]

    site.put("/catalogue.csv", catalogue(*lines[1:]))
    again = await listed(site, cursor=first.cursor)
    assert sum(len(page.records) for page in again) == 29


async def test_a_site_that_fails_is_said_so() -> None:
    site = town()
    site.fail_paths = {"/"}

    with pytest.raises(PortalUnreachable):
        await listed(site, path="/")


async def test_a_page_without_a_catalogue_is_not_recognised_in_a_dozen_requests() -> None:
    site = Website(sitemap="none")
    links = "".join(f"<a href='/{n}.csv'>catalogue</a><a href='/data/{n}'>d</a>" for n in range(99))
    site.add_page("/", links)

    probe = Answer(200, site.pages["/"].encode(), url=f"{site.root}/")
    assert not await CONNECTOR.recognises(Site(f"{site.root}/", NOW), probe, MemoryGetter(site))
    assert len(site.requests) <= 12


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: (catalogue() + t).encode()))
def test_no_bytes_raise_anything_else_than_a_refusal(body: bytes) -> None:
    try:
        table = read_table(body, URL)
    except PortalRefusedError:
        return
    for row in table.rows:
        parse_row(row, url=URL, now=NOW)
