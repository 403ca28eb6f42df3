"""schema.org: sitemaps, robots.txt, JSON-LD as it is really written."""

import gzip
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.contract import Page, Rejected, Site
from services.harvester.connectors.crawl import ForbiddenByRobots
from services.harvester.connectors.detect import detect
from services.harvester.connectors.schema_org import SchemaOrgConnector
from services.harvester.connectors.schema_org.blocks import read_blocks, read_document, read_page
from services.harvester.connectors.schema_org.parser import parse_dataset
from services.harvester.connectors.schema_org.sitemap import read_sitemap
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord
from tests.support.golden import accounts, check
from tests.support.portals.base import Answer, MemoryGetter
from tests.support.portals.website import Website
from tests.support.reference import reference_dir

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONNECTOR = SchemaOrgConnector(pauses=(0, 0))
PAGE = "https://ville.fr/donnees/jeu"


def filled(count: int = 3, **options: Any) -> Website:
    site = Website(**options)
    site.add_page("/", "Bienvenue")
    for number in range(count):
        site.add_dataset(
            f"/donnees/{number}",
            f"Jeu {number}",
            identifier=f"id-{number}",
            distribution={"@type": "DataDownload", "contentUrl": f"/files/{number}.csv"},
        )
    return site


async def listed(site: Website, cursor: str | None = None, **config: Any) -> list[Page]:
    at = Site(f"{site.root}/", NOW, config)
    return [page async for page in CONNECTOR.pages(at, MemoryGetter(site), cursor=cursor)]


def ids(pages: list[Page]) -> list[str]:
    return sorted(record.remote_id for page in pages for record in page.records)


def whole(count: int = 3) -> list[str]:
    return sorted(f"id-{number}" for number in range(count))


def record_of(**members: Any) -> DatasetRecord:
    parsed = parse_dataset({"@type": "Dataset", "name": "T", **members}, page=PAGE, now=NOW)
    assert isinstance(parsed, DatasetRecord)
    return parsed


@pytest.mark.parametrize(
    "sample", ["full_croissant_dataset.jsonld", "nsaqcrad1longC2.c2.swapped_scripts.html"]
)
def test_a_sample_gives_the_records_we_say(sample: str) -> None:
    body = (reference_dir("portals", "schema-org") / sample).read_bytes()

    blocks = read_document(body) if sample.endswith("ld") else read_page(body)

    parsed = [parse_dataset(d, page=PAGE, now=NOW) for d in blocks.datasets]
    kept = [record for record in parsed if isinstance(record, DatasetRecord)]
    rejected = [entry for entry in parsed if isinstance(entry, Rejected)]
    check(
        sample,
        accounts(kept, rejected, mended=blocks.mended, unreadable=blocks.unreadable),
    )


def test_the_sample_of_a_sitemap_index_names_its_two_children() -> None:
    body = (reference_dir("portals", "schema-org") / "sitemap_index_file.xml").read_bytes()

    sitemap = read_sitemap(Answer(200, body, url="https://www.archive.arm.gov/sitemap.xml"))

    root = "https://www.archive.arm.gov/metadata/adc/xml"
    assert sitemap.sitemaps == (f"{root}/sitemap1.xml.gz", f"{root}/sitemap2.xml.gz")
    assert sitemap.pages == ()


@pytest.mark.parametrize("sitemap", ["plain", "gzip", "index", "robots"])
async def test_every_kind_of_sitemap_leads_to_the_same_datasets(sitemap: str) -> None:
    site = filled(sitemap=sitemap)

    pages = await listed(site)

    assert ids(pages) == whole()
    assert all(page.complete for page in pages)
    [resource] = pages[0].records[0].resources
    assert resource.url is not None
    assert resource.url.startswith(f"{site.root}/files/")


async def test_a_page_without_a_sitemap_is_read_alone() -> None:
    site = filled(sitemap="none")
    at = Site(f"{site.root}/donnees/1", NOW)

    pages = [page async for page in CONNECTOR.pages(at, MemoryGetter(site))]

    assert ids(pages) == ["id-1"]
    with pytest.raises(PortalRefusedError, match="plan de site"):
        await listed(site)


async def test_what_robots_txt_forbids_is_not_read() -> None:
    site = filled()
    site.robots = "User-agent: *\nDisallow: /donnees/1\n"

    assert ids(await listed(site)) == ["id-0", "id-2"]
    assert "/donnees/1" not in site.requests

    site.sitemap = "none"
    site.robots = "User-agent: *\nDisallow: /\n"
    with pytest.raises(ForbiddenByRobots):
        await listed(site)


async def test_other_hosts_are_never_followed_and_loops_end() -> None:
    pages = await listed(filled(lying=frozenset({"elsewhere"})))
    assert ids(pages) == whole()
    assert all(page.complete for page in pages)

    site = filled(lying=frozenset({"loop"}))
    with pytest.raises(PortalRefusedError):
        await listed(site)
    assert len(site.requests) < 6


async def test_a_lost_page_makes_the_listing_incomplete_and_a_page_gone_does_not() -> None:
    site = filled()
    site.gone = {"/donnees/0"}
    [page] = await listed(site)
    assert page.complete
    assert "absente" in page.warnings[0]

    site.fail_paths = {"/donnees/1"}
    [page] = await listed(site)
    assert not page.complete
    assert ids([page]) == ["id-2"]

    site.fail_paths, site.forbidden = set(), {"/donnees/1"}
    [page] = await listed(site)
    assert not page.complete


async def test_a_sitemap_that_fails_is_no_empty_site() -> None:
    site = filled()
    site.fail_paths = {"/sitemap.xml"}

    with pytest.raises(PortalUnreachable):
        await listed(site)


async def test_one_child_of_the_index_that_fails_makes_the_listing_incomplete() -> None:
    site = filled(sitemap="index")
    site.fail_paths = {"/sitemap2.xml.gz"}

    pages = await listed(site)

    assert 0 < len(ids(pages)) < 3
    assert not any(page.complete for page in pages)


async def test_a_crawl_resumes_after_its_cursor() -> None:
    site = filled(50)
    first, *_ = await listed(site)
    site.requests.clear()

    rest = await listed(site, cursor=first.cursor)

    assert ids([first, *rest]) == whole(50)
    assert "/donnees/1" not in site.requests


async def test_a_crawl_may_be_limited_to_a_part_of_the_site() -> None:
    site = filled()

    assert ids(await listed(site, path="/donnees/2")) == ["id-2"]
    assert "/donnees/1" not in site.requests


async def test_the_kind_is_found_from_a_page_a_sitemap_or_the_site_itself() -> None:
    for path in ("/donnees/1", "/sitemap.xml", "/"):
        site = filled()
        connector = await detect(Site(f"{site.root}{path}", NOW), MemoryGetter(site))
        assert connector.kind == "schema-org"

    site = Website()
    for number in range(30):
        site.add_page(f"/page-{number}")
    assert not await CONNECTOR.recognises(
        Site(f"{site.root}/", NOW),
        Answer(200, site.pages["/page-0"].encode(), url=f"{site.root}/"),
        MemoryGetter(site),
    )
    assert len(site.requests) <= 7


DATASET = '{"@type": "Dataset", "name": "Jeu"'


@pytest.mark.parametrize(
    ("script", "mended"),
    [
        (DATASET + "}", 0),
        (DATASET + ', "a": [1, 2,],}', 1),
        (DATASET + ', "description": "deux\nlignes"}', 0),
        (DATASET.replace('"', "&quot;") + "}", 1),
        ("<!-- " + DATASET + "} -->", 0),
        ("//<![CDATA[\n" + DATASET + "}\n//]]>", 0),
        (DATASET + ', "description": "a, } b,] c"}', 0),
    ],
)
def test_badly_written_json_is_mended(script: str, mended: int) -> None:
    blocks = read_blocks([script])

    assert [dataset["name"] for dataset in blocks.datasets] == ["Jeu"]
    assert (blocks.mended, blocks.unreadable) == (mended, 0)


async def test_what_cannot_be_mended_is_refused_without_hiding_the_rest() -> None:
    site = filled(2)
    site.pages["/donnees/0"] = site.pages["/donnees/0"].replace('"name": "Jeu 0"', '"name": Jeu 0')

    [page] = await listed(site)

    assert ids([page]) == ["id-1"]
    [rejected] = page.rejected
    assert rejected.remote_id is None
    assert "/donnees/0" in rejected.reason


def test_datasets_are_found_in_lists_graphs_catalogues_and_under_prefixes() -> None:
    for held in (
        [{"@type": ["Thing", "Dataset"], "name": "Jeu"}],
        {"@graph": [{"@type": "WebPage"}, {"@type": "schema:Dataset", "schema:name": "Jeu"}]},
        {"@type": "DataCatalog", "dataset": [{"@type": "Dataset", "name": "Jeu"}]},
        {"@type": "https://schema.org/Dataset", "https://schema.org/name": "Jeu"},
    ):
        [dataset] = read_blocks([json.dumps(held)]).datasets
        assert dataset["name"] == "Jeu"


def test_references_inside_a_graph_are_followed_and_no_context_is_fetched() -> None:
    graph = {
        "@context": "http://169.254.169.254/context",
        "@graph": [
            {
                "@type": "Dataset",
                "name": "J",
                "distribution": {"@id": "#f"},
                "publisher": {"@id": "#p"},
            },
            {"@id": "#f", "@type": "DataDownload", "contentUrl": "f.csv"},
            {"@id": "#p", "@type": "Organization", "name": "Ville"},
        ],
    }

    [dataset] = read_blocks([json.dumps(graph)]).datasets
    record = record_of(**dataset)

    assert record.publisher.name == "Ville"
    assert record.resources[0].url == "https://ville.fr/donnees/f.csv"


@pytest.mark.parametrize(
    ("members", "remote_id"),
    [
        ({"identifier": "a"}, "a"),
        ({"identifier": {"@type": "PropertyValue", "value": "10.1/x"}}, "10.1/x"),
        ({"identifier": [None, "b"], "@id": "c"}, "b"),
        ({"@id": "c", "url": "/d"}, "c"),
        ({"url": "/d"}, "/d"),
        ({}, PAGE),
    ],
)
def test_the_id_is_the_surest_that_there_is(members: dict[str, Any], remote_id: str) -> None:
    assert record_of(**members).remote_id == remote_id


def test_two_nameless_datasets_of_one_page_are_not_confused() -> None:
    parsed = parse_dataset({"name": "T"}, page=PAGE, now=NOW, alone=False)

    assert isinstance(parsed, Rejected)
    assert "distingué" in parsed.reason


def test_places_periods_and_files_are_read() -> None:
    record = record_of(
        temporalCoverage="2020-01-01/..",
        spatialCoverage={"@type": "Place", "name": "Créteil",
                         "geo": {"@type": "GeoShape", "box": "48.7 2.4 48.8 2.5"}},
        license={"@type": "CreativeWork", "name": "?", "url": "https://spdx.org/licenses/etalab-2.0"},
        keywords="a, b",
        dateModified="2031-01-01",
        distribution=[
            {"contentUrl": "/a.csv", "encodingFormat": "csv", "fileFormat": "text/csv",
             "contentSize": "1643394"},
            {"url": "/b", "encodingFormat": "application/json", "contentSize": "1.6 MB"},
            {"name": "rien"},
        ],
    )  # fmt: skip

    assert record.temporal is not None
    assert (record.temporal.start, record.temporal.end) == (date(2020, 1, 1), None)
    assert record.spatial is not None
    assert record.spatial.geometry is not None
    assert record.spatial.geometry["coordinates"] == [
        [[2.4, 48.7], [2.5, 48.7], [2.5, 48.8], [2.4, 48.8], [2.4, 48.7]]
    ]
    assert (record.license, record.keywords, record.modified) == ("lov2", ("a", "b"), None)
    assert [(r.format, r.mime, r.size) for r in record.resources] == [
        ("csv", "text/csv", 1643394), ("json", "application/json", None),
    ]  # fmt: skip
    assert len(record.warnings) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html></html>",
        b"<urlset><url><loc>https://v.fr/a",
        b'<!DOCTYPE x [<!ENTITY a "b">]><urlset/>',
        gzip.compress(b"\x00" * 60_000_000),
        gzip.compress(b"<urlset/>")[:-6],
    ],
)
def test_what_is_no_sitemap_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(PortalUnreachable, match=r"https://v\.fr/s"):
        read_sitemap(Answer(200, body, url="https://v.fr/s"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
MEMBERS = [
    "name", "identifier", "@id", "url", "license", "publisher", "keywords", "temporalCoverage",
    "spatialCoverage", "distribution", "dateModified", "inLanguage", "description",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON), st.text(max_size=100))
def test_no_shape_of_a_member_raises(dataset: dict[str, Any], script: str) -> None:
    parse_dataset(dataset, page=PAGE, now=NOW)
    read_blocks([script, json.dumps({"@type": "Dataset", **dataset})])


REGISTER = "https://schema.data.gouv.fr/schemas/scdl/budget/0.8.3/schema.json"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (REGISTER, "scdl/budget"),
        ({"@id": REGISTER}, "scdl/budget"),
        (["http://mlcommons.org/croissant/1.0", {"url": REGISTER}], "scdl/budget"),
        ("http://mlcommons.org/croissant/1.0", None),
        ({"name": "un profil"}, None),
        (None, None),
    ],
)
def test_the_schema_is_told_from_other_standards(said: object, name: str | None) -> None:
    file = {"contentUrl": "https://x.fr/a.csv", "conformsTo": said}
    dataset = {"name": "Budget", "url": "https://x.fr/a", "conformsTo": said, "distribution": file}

    record = parse_dataset(dataset, page="https://x.fr/a", now=NOW)

    assert isinstance(record, DatasetRecord)
    for reference in (record.schema_ref, record.resources[0].schema_ref):
        assert (reference.name if reference else None) == name
