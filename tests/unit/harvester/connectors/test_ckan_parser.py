"""The shapes of a package of CKAN or DKAN, and every sample of the reference."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.ckan.fields import localised, moment_of
from services.harvester.connectors.ckan.parser import parse_package
from services.harvester.connectors.contract import Rejected
from shared.contracts.records import DatasetRecord, Provenance
from tests.support.golden import accounts, check
from tests.support.reference import reference_dir

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROOT = "https://portail.example.fr"
SAMPLES = [
    "ckan_package_search.json",
    "ckanDatasetAspect.json",
    "ckan_full_dataset_dcat_ap.json",
    "dkan-french-w-license.json",
]


def packages_of(sample: Any) -> list[Any]:
    """The packages of a sample: a page, a list of one, a registry's record, or bare."""
    if "records" in sample:
        return [record["aspects"]["ckan-dataset"] for record in sample["records"]]
    result = sample.get("result", [sample])
    return result["results"] if isinstance(result, dict) else list(result)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_gives_the_records_we_say(sample: str) -> None:
    text = (reference_dir("portals", "ckan") / sample).read_text("utf-8")

    parsed = [parse_package(item, root=ROOT, now=NOW) for item in packages_of(json.loads(text))]

    check(
        f"ckan-{sample}",
        accounts(
            [each for each in parsed if isinstance(each, DatasetRecord)],
            [each for each in parsed if isinstance(each, Rejected)],
        ),
    )


def package(**fields: Any) -> DatasetRecord:
    parsed = parse_package({"id": "1", "name": "jeu", "title": "T", **fields}, root=ROOT, now=NOW)
    assert isinstance(parsed, DatasetRecord)
    return parsed


def pairs(**extras: Any) -> list[dict[str, Any]]:
    return [{"key": key.replace("__", "-"), "value": value} for key, value in extras.items()]


@pytest.mark.parametrize("missing", [None, [], "", {}])
def test_members_that_are_null_or_empty_are_nothing(missing: object) -> None:
    record = package(
        organization=missing, groups=missing, tags=missing, extras=missing, resources=missing
    )

    assert (record.resources, record.keywords, record.themes) == ((), (), ())


@pytest.mark.parametrize(
    "members",
    [
        {"extras": pairs(frequency="annual", theme='["eau"]', issued="2024-02-03")},
        {"extras": {"frequency": "annual", "theme": ["eau"], "issued": "2024-02-03"}},
        {"frequency": "annual", "theme": ["eau"], "issued": "2024-02-03"},
        {"frequency": "annual", "extras": pairs(theme="[&quot;eau&quot;]", issued="2024-02-03")},
    ],
)
def test_extras_are_read_as_pairs_as_an_object_and_lifted(members: dict[str, Any]) -> None:
    record = package(metadata_created="2020-01-01T00:00:00", **members)

    assert (record.frequency, record.themes) == ("annual", ("eau",))
    assert record.issued == datetime(2024, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"title": {"en": "Water", "fr": "Eau"}}, "Eau"),
        ({"title": {"en": "Water", "it": "Acqua"}}, "Water"),
        ({"title": '{"en": "Water", "fr": "Eau"}'}, "Eau"),
        ({"title": "Water", "title_translated": {"en": "Water", "fr_FR": "Eau"}}, "Eau"),
        ({"title": "Water", "title_translated": {"en": "Watter"}}, "Watter"),
        ({"title": {"en": "Water", "fr": " "}}, "Water"),
        ({"title": None}, "jeu"),
    ],
)
def test_a_title_is_taken_in_french_where_there_is_a_choice(
    fields: dict[str, Any], title: str
) -> None:
    assert package(**fields).title == title


def test_an_object_that_is_not_by_language_is_left_as_it_is() -> None:
    assert localised({"type": "Point", "coordinates": [1, 2]}) == {
        "type": "Point",
        "coordinates": [1, 2],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jeu, 19/12/2019 - 03:00", datetime(2019, 12, 19, 3, tzinfo=UTC)),
        ("Date changed  jeu, 19/12/2019 - 03:00", datetime(2019, 12, 19, 3, tzinfo=UTC)),
        ("Thu, 12/19/2019 - 03:00", datetime(2019, 12, 19, 3, tzinfo=UTC)),
        ("2019-09-30 22:00:00", datetime(2019, 9, 30, 22, tzinfo=UTC)),
        ("2018-07-19T23:56:15.464718", datetime(2018, 7, 19, 23, 56, 15, 464718, tzinfo=UTC)),
        ("2031-01-01", None),
        ("jeu, 39/12/2019 - 03:00", None),
        ("", None),
    ],
)
def test_dates_are_read_as_ckan_and_dkan_write_them(text: str, expected: datetime | None) -> None:
    assert moment_of(text, NOW) == expected


def test_the_schema_of_the_dataset_is_among_what_it_conforms_to() -> None:
    record = package(
        extras=pairs(
            conforms_to='["Standard 1", "https://schema.data.gouv.fr/schemas/scdl/budget/1.0.0/schema.json"]'
        )
    )

    assert record.schema_ref is not None
    assert (record.schema_ref.name, record.schema_ref.version) == ("scdl/budget", "1.0.0")


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"license_id": "lov2"}, "lov2"),
        ({"license_id": "notspecified", "license_title": "ODbL"}, "odc-odbl"),
        ({"license_title": "Licence Ouverte v2.0"}, "lov2"),
        ({"extras": pairs(licence='["Licence Ouverte 2.0"]')}, "lov2"),
        ({"license_id": "notspecified"}, "notspecified"),
        ({"resources": [{"license": "http://creativecommons.org/licenses/by/3.0/"}]}, "cc-by"),
    ],
)  # fmt: skip
def test_the_licence_is_looked_for_wherever_it_may_be(fields: dict[str, Any], licence: str) -> None:
    assert package(**fields).license == licence


def test_a_place_is_a_geometry_an_address_a_name_or_a_box() -> None:
    point = {"type": "Point", "coordinates": [2.45, 48.79]}
    as_text = package(extras=pairs(spatial=json.dumps(point)))
    as_object = package(extras=pairs(spatial=point))
    named = package(extras=pairs(spatial="Créteil"))
    zoned = package(extras=pairs(spatial_uri="http://id.insee.fr/geo/commune/94028"))
    sides = {"west__long": "2", "east__long": "3", "south__lat": "48", "north__lat": "49"}
    box = package(extras=pairs(**{f"bbox__{side}": value for side, value in sides.items()}))
    broken = package(extras=pairs(spatial='{"type": "Point", "coordinates": [200, 48]}'))

    assert as_text.spatial is not None
    assert as_text.spatial == as_object.spatial
    assert as_text.spatial.geometry == point
    assert named.spatial is not None
    assert (named.spatial.name, named.warnings) == ("Créteil", ())
    assert zoned.spatial is not None
    assert zoned.spatial.zones == ("fr:commune:94028",)
    assert box.spatial is not None
    assert box.spatial.geometry is not None
    assert broken.spatial is None
    assert "Emprise" in broken.warnings[0]


def test_the_chain_of_a_harvested_package_is_kept() -> None:
    record = package(
        extras=pairs(
            harvest_source_id="s",
            harvest_source_title="Ville de X",
            harvest_source_url="https://Data.Ville-X.fr/catalog",
            guid="g-1",
            uri="https://data.ville-x.fr/d/1",
        )
    )

    assert record.uri == "https://data.ville-x.fr/d/1"
    assert record.provenance == (
        Provenance(
            kind="harvest",
            domain="data.ville-x.fr",
            remote_id="g-1",
            catalogue="https://Data.Ville-X.fr/catalog",
            title="Ville de X",
        ),
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None, "name": ""}, "identifiant"),
        ({"private": True}, "pas public"),
        ({"state": "deleted"}, "supprimé"),
        ({"state": "draft"}, "brouillon"),
    ],
)
def test_a_package_that_cannot_be_imported_says_why(fields: dict[str, Any], reason: str) -> None:
    parsed = parse_package({"id": "1", "name": "n", "title": "T", **fields}, root=ROOT, now=NOW)

    assert isinstance(parsed, Rejected)
    assert reason in parsed.reason


def test_a_private_dkan_dataset_is_public_and_its_group_publishes_it() -> None:
    record = package(
        type="Dataset", state="Active", private=True, groups=[{"id": "g", "title": "Région"}]
    )

    assert (record.publisher.name, record.themes) == ("Région", ())


def test_resources_that_repeat_are_named_and_kept_once() -> None:
    record = package(
        resources=[
            {"id": "a", "url": "/a.csv"},
            {"id": "a", "url": "/b.csv"},
            {"id": "c", "url": "/a.csv"},
            {"id": "d", "url": "/d.csv", "state": "deleted"},
            {"name": "rien"},
            "texte",
        ]
    )

    assert [each.remote_id for each in record.resources] == ["a"]
    assert len(record.warnings) == 4


def test_a_modification_in_the_future_is_not_believed() -> None:
    record = package(extras=pairs(modified="2031-01-01"), metadata_modified="2024-01-01T00:00:00")

    assert record.modified == datetime(2024, 1, 1, tzinfo=UTC)
    assert "futur" in record.warnings[0]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
_FIELDS = st.sampled_from(
    ["id", "name", "title", "title_translated", "notes", "organization", "groups", "tags", "extras",
     "license_id", "license_title", "frequency", "spatial", "spatial_coverage", "temporal_coverage",
     "contact", "publisher", "resources", "conforms_to", "theme", "language", "modified", "state",
     "responsible-party", "dataset-reference-date", "harvest_source_url", "url", "type", "uri"]
)  # fmt: skip


@given(st.dictionaries(_FIELDS, _JSON))
def test_no_package_raises_whatever_its_members_are(fields: dict[str, object]) -> None:
    parsed = parse_package({"id": "1", **fields}, root=ROOT, now=NOW)

    if isinstance(parsed, DatasetRecord):
        assert parsed.model_dump_json()
