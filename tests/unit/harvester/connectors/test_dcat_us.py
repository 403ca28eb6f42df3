"""DCAT-US 1.1 and 3.0, read by the kind `dcat` when that is what answers."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.contract import Page, Rejected, Site
from services.harvester.connectors.dcat import DcatConnector
from services.harvester.connectors.dcat_us.catalogue import is_dcat_us
from services.harvester.connectors.dcat_us.parser import parse_catalogue, parse_dataset
from services.harvester.connectors.detect import detect
from shared.contracts.records import DatasetRecord
from tests.support.golden import accounts, check
from tests.support.portals.base import Answer, FakePortal, MemoryGetter
from tests.support.reference import reference_dir

NOW = datetime(2026, 11, 23, tzinfo=UTC)
URL = "https://ville.fr/data.json"
CONNECTOR = DcatConnector(pauses=(0, 0, 0, 0))
STANDARD = "https://project-open-data.cio.gov/v1.1/schema"
SAMPLES = [
    "dcat-us/catalog_pod.jsonld",
    "dcat-us/dcatus_2.json",
    "dcat-us/dcatus_same_title.json",
    "dcat-us/dcatus3_0_series_with_members.json",
    "arcgis-hub/evian.json",
]


class DataJson(FakePortal):
    """`/data.json` in pages. `how` the next page is named: a member, a link or a header."""

    def __init__(self, *, how: str = "none", total: object = None, **switches: Any) -> None:
        super().__init__(**switches)
        self.how = how
        self.total = total
        self.datasets: list[dict[str, Any]] = []

    def listing(self, path: str, query: Any) -> Answer | None:
        if path != "/data.json":
            return None
        page = int(query.get("page", 1))
        size = len(self.datasets) if self.how == "none" else 2
        feed: dict[str, Any] = {
            "conformsTo": STANDARD,
            "dataset": self.datasets[(page - 1) * size : page * size],
        }
        if self.total is not None:
            feed["total"] = self.total
        headers = {"content-type": "application/json"}
        if page * size < len(self.datasets):
            address = f"{self.root}/data.json?page={page + 1}"
            if self.how == "member":
                feed["next"] = address
            elif self.how == "links":
                feed["links"] = [{"rel": "self", "href": "/"}, {"rel": "next", "href": address}]
            elif self.how == "header":
                headers["link"] = f'<{self.root}/>; rel="first", <{address}>; rel="next"'
        return Answer(200, json.dumps(feed).encode(), headers)


def filled(**options: Any) -> DataJson:
    portal = DataJson(**options)
    portal.datasets = [
        {"identifier": f"id-{n}", "title": f"Jeu {n}", "accessLevel": "public"} for n in range(5)
    ]
    return portal


async def listed(portal: DataJson) -> list[Page]:
    site = Site(f"{portal.root}/data.json", NOW)
    return [page async for page in CONNECTOR.pages(site, MemoryGetter(portal))]


def record_of(**members: Any) -> DatasetRecord:
    parsed = parse_dataset({"identifier": "i", "title": "T", **members}, url=URL, now=NOW)
    assert isinstance(parsed, DatasetRecord)
    return parsed


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_gives_the_records_we_say(sample: str) -> None:
    path = reference_dir("portals") / sample
    feed = json.loads(path.read_text("utf-8"))

    assert is_dcat_us(feed)
    parsed = parse_catalogue(feed, url=URL, now=NOW)
    check(path.name, accounts(parsed.records, parsed.rejected))


async def test_the_kind_dcat_recognises_and_lists_a_data_json() -> None:
    portal = filled()

    connector = await detect(Site(f"{portal.root}/data.json", NOW), MemoryGetter(portal))
    [page] = await listed(portal)

    assert connector.kind == "dcat"
    assert [record.remote_id for record in page.records] == [f"id-{n}" for n in range(5)]
    assert page.complete


@pytest.mark.parametrize("how", ["member", "links", "header"])
async def test_a_feed_in_pages_is_read_to_its_end(how: str) -> None:
    pages = await listed(filled(how=how))

    assert [len(page.records) for page in pages] == [2, 2, 1]
    assert all(page.complete for page in pages)


async def test_a_feed_that_claims_more_than_it_holds_is_incomplete() -> None:
    [page] = await listed(filled(total="8"))

    assert page.declared_total == 8
    assert not page.complete


async def test_a_cut_feed_is_asked_for_again_then_given_up() -> None:
    portal = filled(lying=frozenset({"truncated"}))

    with pytest.raises(Exception, match="incomplètes ou mal formées"):
        await listed(portal)

    assert len(portal.requests) == 5


def test_json_ld_of_dcat_is_not_taken_for_dcat_us() -> None:
    assert not is_dcat_us({"@graph": [], "dataset": []})
    assert not is_dcat_us({"@context": {"a": "http://b/"}, "dataset": [{"@id": "/d"}]})
    assert not is_dcat_us([{"title": "T"}])
    assert is_dcat_us({"dataset": [{"title": "T"}]})


def test_a_dataset_inside_series_services_records_and_catalogues_comes_once() -> None:
    entry = {"identifier": "a", "title": "A"}
    feed = {
        "dataset": [entry],
        "datasetSeries": [{"seriesMember": ["https://x/named", entry], "first": entry}],
        "service": [{"servesDataset": {"identifier": "b", "title": "B"}}],
        "record": [{"primaryTopic": {"identifier": "c", "title": "C"}}],
        "catalog": [{"dataset": [{"identifier": "d", "title": "D"}]}],
    }

    parsed = parse_catalogue(feed, url=URL, now=NOW)

    assert [record.remote_id for record in parsed.records] == ["a", "b", "c", "d"]
    assert not parsed.rejected


def test_a_catalogue_within_itself_ends() -> None:
    feed: dict[str, Any] = {"dataset": [{"identifier": "a", "title": "A"}]}
    feed["catalog"] = [feed]

    assert len(parse_catalogue(feed, url=URL, now=NOW).records) == 1


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("texte", "objet JSON attendu"),
        ({"title": "T"}, "ni identifiant ni page"),
        ({"identifier": "i", "title": "  "}, "pas de titre"),
        ({"identifier": "i", "title": "T", "accessLevel": "non-public"}, "pas public"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_the_reason(entry: object, reason: str) -> None:
    parsed = parse_dataset(entry, url=URL, now=NOW)

    assert isinstance(parsed, Rejected)
    assert reason in parsed.reason


@pytest.mark.parametrize(
    ("members", "key"),
    [
        ({"identifier": f"https://www.arcgis.com/home/item.html?id={'a' * 32}&sublayer=5"}, "_5"),
        ({"identifier": f"{'a' * 32}_5", "landingPage": "https://v.hub.arcgis.com/x"}, "_5"),
        ({"identifier": f"https://v.hub.arcgis.com/datasets/{'a' * 32}"}, ""),
        (
            {
                "identifier": "ville::velos",
                "distribution": [
                    {"accessURL": f"https://v.fr/api/download/v1/items/{'a' * 32}/csv?layers=5"}
                ],
            },
            "_5",
        ),
    ],
)
def test_an_item_of_arcgis_keeps_its_key_whatever_form_its_identifier_has(
    members: dict[str, Any], key: str
) -> None:
    assert record_of(**members).remote_id == "a" * 32 + key


def test_an_identifier_of_another_portal_is_left_as_it_is() -> None:
    assert record_of(identifier=f"x-{'a' * 32}").remote_id == f"x-{'a' * 32}"


def test_version_3_says_places_periods_and_people_with_objects() -> None:
    record = record_of(
        title={"@language": "fr", "@value": "Vélos"},
        spatial=[{"prefLabel": {"fr": "Créteil"}, "bbox": "2.4,48.7,2.5,48.8"}],
        temporal=[{"startDate": "2024-01-01", "endDate": "2024-12-31"}],
        contactPoint=[{"fn": "Mairie", "hasEmail": "mailto: a@b.fr"}],
        theme=[{"prefLabel": "mobilité"}],
        distribution={
            "title": "Liste",
            "downloadURL": "/liste.csv",
            "byteSize": "12.0",
            "checksum": {"algorithm": "spdx:checksumAlgorithm_sha256", "checksumValue": "AB"},
            "conformsTo": "https://schema.data.gouv.fr/schemas/scdl/deliberations/2.1.3/schema.json",
        },
    )

    assert record.title == "Vélos"
    assert record.spatial is not None
    assert record.spatial.name == "Créteil"
    assert record.spatial.geometry is not None
    assert record.temporal is not None
    assert record.contact is not None
    assert record.contact.email == "a@b.fr"
    assert record.themes == ("mobilité",)
    [resource] = record.resources
    assert (resource.url, resource.size, resource.format) == (
        "https://ville.fr/liste.csv", 12, "csv",
    )  # fmt: skip
    assert resource.schema_ref is not None
    assert resource.schema_ref.name == "scdl/deliberations"


def test_a_repetition_in_place_of_a_date_is_a_frequency() -> None:
    record = record_of(modified="R/P1W")

    assert (record.modified, record.frequency) == (None, "weekly")


def test_a_date_to_come_is_left_aside_with_a_warning() -> None:
    record = record_of(modified="2031-01-01")

    assert record.modified is None
    assert "futur" in record.warnings[0]


def test_pages_and_services_are_told_from_files() -> None:
    record = record_of(
        distribution=[
            {"format": "Web Page", "accessURL": "https://v.fr/p"},
            {"format": "ArcGIS GeoServices REST API", "accessURL": "https://v.fr/FeatureServer/0"},
            {"title": "Shapefile", "format": "ZIP", "accessURL": "https://v.fr/s"},
            {"downloadURL": "javascript:alert(1)"},
        ]
    )

    assert [(r.kind, r.format) for r in record.resources] == [
        ("documentation", "html"),
        ("api", "arcgis geoservices rest api"),
        ("main", "shp"),
    ]
    assert "sans titre ni adresse" in record.warnings[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
MEMBERS = [
    "title", "identifier", "@id", "landingPage", "description", "publisher", "license", "spatial",
    "temporal", "keyword", "theme", "modified", "contactPoint", "conformsTo", "distribution",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON))
def test_no_shape_of_a_member_raises(entry: dict[str, Any]) -> None:
    parse_catalogue({"dataset": [entry], "catalog": [entry]}, url=URL, now=NOW)
