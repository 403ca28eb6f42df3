"""The shapes of an Opendatasoft dataset, and every sample of the reference."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.opendatasoft.parser import parse_dataset
from services.harvester.connectors.opendatasoft.versions import VERSIONS
from shared.contracts.records import Contact, DatasetRecord, Period, Provenance
from tests.support.golden import accounts, check
from tests.support.reference import reference_dir

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROOT = "https://portail.example.fr"
NEWEST, OLDEST = VERSIONS[0], VERSIONS[-1]


@pytest.mark.parametrize(
    ("sample", "version"),
    [
        ("opendatasoft_catalog.json", NEWEST),
        ("no-data.json", OLDEST),
        ("test-a.json", OLDEST),
        ("test-b.json", OLDEST),
        ("test-shp-limit.json", OLDEST),
    ],
)
def test_a_sample_gives_the_records_we_say(sample: str, version: Any) -> None:
    decoded = json.loads((reference_dir("portals", "opendatasoft") / sample).read_text("utf-8"))

    items = decoded.get("results", decoded.get("datasets", [decoded]))
    parsed = [parse_dataset(item, root=ROOT, version=version, now=NOW) for item in items]

    check(
        f"opendatasoft-{sample}",
        accounts(
            [each for each in parsed if isinstance(each, DatasetRecord)],
            [each for each in parsed if isinstance(each, Rejected)],
        ),
    )


def dataset(
    groups: dict[str, Any] | None = None, *, identifier: str = "jeu", **members: Any
) -> DatasetRecord:
    metas = {"title": "Jeu", **members.pop("metas", {})}
    item = {"dataset_id": identifier, "metas": {"default": metas, **(groups or {})}, **members}
    parsed = parse_dataset(item, root=ROOT, version=NEWEST, now=NOW)
    assert isinstance(parsed, DatasetRecord)
    return parsed


def test_one_csv_is_the_main_file_and_the_other_exports_repeat_it() -> None:
    record = dataset(features=["geo"], fields=[{"type": "geo_shape"}], has_records=True)

    kinds = [(each.format, each.kind) for each in record.resources]
    assert kinds == [
        ("csv", "main"),
        ("json", "other"),
        ("xlsx", "other"),
        ("geojson", "other"),
        ("shp", "other"),
    ]
    assert [each.title for each in record.resources][:2] == ["jeu.csv", "jeu.json"]


@pytest.mark.parametrize(
    ("features", "field", "count", "formats"),
    [
        (["geo"], "geo_point_2d", 50_000, {"geojson", "shp"}),
        (["geo"], "geo_point_2d", "50001", {"geojson"}),
        (["geo"], "text", 1, set()),
        ([], "geo_point_2d", 1, set()),
    ],
)
def test_geographic_exports_need_a_geographic_field_and_shapefiles_few_records(
    features: list[str], field: str, count: object, formats: set[str]
) -> None:
    record = dataset(features=features, fields=[{"type": field}], metas={"records_count": count})

    assert {each.format for each in record.resources} - {"csv", "json", "xlsx"} == formats


def test_without_records_the_attached_files_are_the_data() -> None:
    attachments = [
        {
            "id": "notice",
            "title": "Notice",
            "mimetype": "application/pdf",
            "url": "odsfile://n.pdf",
        },
        {"id": "budget", "title": "Budget", "url": "odsfile://budget.csv"},
    ]
    without = dataset(has_records=False, attachments=attachments)
    beside = dataset(has_records=True, attachments=attachments)

    assert [(each.title, each.format, each.kind) for each in without.resources] == [
        ("Notice", "pdf", "documentation"),
        ("Budget", "csv", "main"),
    ]
    assert without.resources[1].url == (
        f"{ROOT}/api/explore/v2.1/catalog/datasets/jeu/attachments/budget"
    )
    assert beside.resources[-1].kind == "other"


def test_data_that_are_not_shown_are_not_offered() -> None:
    record = dataset(has_records=True, data_visible=False)

    assert record.resources == ()
    assert "ne montre pas les données" in record.warnings[0]


def test_attached_files_that_repeat_or_have_no_name_are_set_aside() -> None:
    twice = {"id": "a", "title": "A", "url": "https://e.org/a.csv"}
    nameless = {"url": "odsfile://x"}
    record = dataset(
        has_records=False, attachments=[twice, twice, nameless], alternative_exports=[twice]
    )

    assert len(record.resources) == 1
    assert len(record.warnings) == 3


@pytest.mark.parametrize(
    ("value", "keywords"),
    [
        (["arbres", "Arbres", "nature"], ("arbres", "nature")),
        ("arbres; nature", ("arbres", "nature")),
        (None, ()),
        ("", ()),
    ],
)
def test_keywords_are_a_list_a_text_or_nothing(value: object, keywords: tuple[str, ...]) -> None:
    assert dataset(metas={"keyword": value}).keywords == keywords


def test_a_theme_with_commas_is_one_theme() -> None:
    assert dataset(metas={"theme": "Culture, Heritage"}).themes == ("Culture, Heritage",)


@pytest.mark.parametrize(
    ("metas", "expected"),
    [
        ({"data_processed": "2024-05-01", "modified": "2025-01-01"}, (2024, 5)),
        ({"data_processed": None, "modified": "2025-01-01"}, (2025, 1)),
        ({"data_processed": "2031-05-01", "modified": "2025-01-01"}, (2025, 1)),
    ],
)
def test_the_data_count_before_their_description(
    metas: dict[str, Any], expected: tuple[int, int]
) -> None:
    modified = dataset(metas=metas).modified

    assert modified is not None
    assert (modified.year, modified.month) == expected


@pytest.mark.parametrize(
    ("identifier", "metas", "expected"),
    [
        ("jeu", {"federated": False, "source_domain": None}, ()),
        (
            "arbres@ville",
            {
                "federated": True,
                "source_domain_address": "data.ville.fr",
                "source_dataset": "arbres",
                "source_domain_title": "Ville de X",
            },
            (
                Provenance(
                    kind="federation",
                    domain="data.ville.fr",
                    remote_id="arbres",
                    url="https://data.ville.fr/explore/dataset/arbres/",
                    catalogue="https://data.ville.fr",
                    title="Ville de X",
                ),
            ),
        ),
        (
            "arbres@Ville",
            {},
            (Provenance(kind="federation", domain="ville", remote_id="arbres"),),
        ),
    ],
)
def test_the_portal_that_a_federated_dataset_comes_from_is_kept(
    identifier: str, metas: dict[str, Any], expected: tuple[Provenance, ...]
) -> None:
    assert dataset(identifier=identifier, metas=metas).provenance == expected


@pytest.mark.parametrize(
    ("groups", "metas", "name"),
    [
        ({"custom": {"schema": "scdl/budget"}}, {}, "scdl/budget"),
        ({"custom": {"conforme-a": ["inconnu/x"]}}, {}, "inconnu/x"),
        ({}, {"keyword": ["budget", "scdl/subventions"]}, "scdl/subventions"),
        (
            {"custom": {"note": "https://schema.data.gouv.fr/schemas/scdl/menus-collectifs/latest/s.json"}},
            {},
            "scdl/menus-collectifs",
        ),
        ({}, {"keyword": ["eau/assainissement"]}, None),
        ({"custom": {"note": "https://ville.fr/page"}}, {}, None),
    ],
)  # fmt: skip
def test_a_schema_is_looked_for_among_custom_metas_and_keywords(
    groups: dict[str, Any], metas: dict[str, Any], name: str | None
) -> None:
    found = dataset(groups, metas=metas).schema_ref

    assert (found and found.name) == name


def test_a_place_is_names_a_box_and_codes_kept_as_they_are() -> None:
    inspire = {
        "bounding_box_westbound_longitude": "2.4",
        "bounding_box_eastbound_longitude": "2.5",
        "bounding_box_southbound_latitude": "48.7",
        "bounding_box_northbound_latitude": "48.8",
    }
    spatial = dataset(
        {"inspire": inspire},
        metas={"territory": ["Créteil", "Périgny"], "geographic_reference": ["fr", "fr_60_94028"]},
    ).spatial

    assert spatial is not None
    assert spatial.name == "Créteil, Périgny"
    assert spatial.zones == ("country:fr", "ods:fr_60_94028")
    assert spatial.geometry is not None


def test_the_other_metas_are_read() -> None:
    record = dataset(
        {
            "dcat": {
                "creator": "Direction",
                "temporal": "2019-01-01/2020-12-31",
                "accrualperiodicity": "parfois",
                "contact_name": "DSI",
                "contact_email": "dsi@ville.fr",
            }
        },
        metas={"publisher": " ", "license": "Licence Ouverte v2.0"},
    )

    assert record.publisher.name == "Direction"
    assert record.temporal == Period(start=date(2019, 1, 1), end=date(2020, 12, 31))
    assert record.frequency == "unknown"
    assert "parfois" in record.warnings[0]
    assert record.contact == Contact(name="DSI", email="dsi@ville.fr")
    assert record.license == "lov2"


@pytest.mark.parametrize(
    "item",
    [
        {"datasetid": "x", "metas": {"title": "T", "publisher": "V"}},
        {"dataset": {"dataset_id": "x", "metas": {"default": {"title": "T", "publisher": "V"}}}},
        {"dataset_id": "x", "default.title": "T", "default.publisher": "V"},
        {"dataset_id": "x", "metas.default.title": "T", "metas.default.publisher": "V"},
    ],
)  # fmt: skip
def test_every_generation_is_brought_to_one_form(item: dict[str, Any]) -> None:
    record = parse_dataset(item, root=ROOT, version=NEWEST, now=NOW)

    assert isinstance(record, DatasetRecord)
    assert (record.remote_id, record.title, record.publisher.name) == ("x", "T", "V")


@pytest.mark.parametrize("item", [{}, {"dataset_id": " "}, "texte", None, []])
def test_what_has_no_identifier_is_rejected(item: object) -> None:
    rejected = parse_dataset(item, root=ROOT, version=NEWEST, now=NOW)

    assert isinstance(rejected, Rejected)
    assert "identifiant" in rejected.reason


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
_METAS = st.dictionaries(
    st.sampled_from(
        ["title", "description", "publisher", "keyword", "theme", "license", "license_url",
         "modified", "data_processed", "territory", "geographic_area", "geographic_reference",
         "records_count", "federated", "source_domain", "source_domain_address", "source_dataset",
         "language", "references", "temporal", "spatial", "contact_email", "accrualperiodicity"]
    ),
    _JSON,
)  # fmt: skip


@given(
    _METAS,
    st.dictionaries(
        st.sampled_from(
            ["has_records", "features", "fields", "attachments", "alternative_exports", "metas",
             "interop_metas", "dataset", "default.title"]
        ),
        _JSON,
    ),
    st.sampled_from(VERSIONS),
)  # fmt: skip
def test_no_dataset_raises_whatever_its_members_are(
    metas: dict[str, object], members: dict[str, object], version: Any
) -> None:
    nested = {"default": metas, "dcat": metas, "inspire": metas, "custom": metas}
    item = {"dataset_id": "x", "metas": nested, **members}

    parsed = parse_dataset(item, root=ROOT, version=version, now=NOW)

    assert isinstance(parsed, Rejected) or parsed.model_dump_json()
