"""The shapes of a package of CKAN or DKAN, and every sample of the reference."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.ckan.fields import localised, moment_of
from services.harvester.connectors.ckan.parser import parse_package
from services.harvester.connectors.ckan.resources import absolute, parse_resource
from services.harvester.connectors.contract import Rejected
from shared.contracts.records import Checksum, DatasetRecord, Provenance, ResourceRecord
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


def resource(**fields: Any) -> ResourceRecord:
    parsed = parse_resource({"id": "r", **fields}, root=ROOT, now=NOW)
    assert parsed is not None
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


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("42 octets", 42),
        ("20480", 20480),
        ("1 024", 1024),
        (20480.0, 20480),
        ("1,2 Mo", None),
        ("", None),
        (-5, None),
        (True, None),
        ("9" * 30, None),
    ],
)
def test_a_size_is_bytes_or_nothing(value: object, expected: int | None) -> None:
    assert resource(url="/a.csv", size=value).size == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"hash": ""}, None),
        ({"hash": "a" * 32}, Checksum(algorithm="md5", value="a" * 32)),
        ({"hash": "A" * 40}, Checksum(algorithm="sha1", value="a" * 40)),
        ({"hash": "a" * 64}, Checksum(algorithm="sha256", value="a" * 64)),
        ({"hash": f"md5:{'a' * 32}"}, Checksum(algorithm="md5", value="a" * 32)),
        (
            {
                "hash": "a" * 40,
                "hash_algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha1",
            },
            Checksum(algorithm="sha1", value="a" * 40),
        ),
        ({"hash": "a" * 33}, None),
        ({"hash": "pas un condensat"}, None),
    ],
)
def test_a_checksum_is_named_by_its_prefix_or_its_length(
    fields: dict[str, str], expected: Checksum | None
) -> None:
    assert resource(url="/a.csv", **fields).checksum == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/dataset/x/a b.csv", f"{ROOT}/dataset/x/a%20b.csv"),
        ("www.ville.fr/a.csv", "https://www.ville.fr/a.csv"),
        ("data.ville.fr/a.csv", "https://data.ville.fr/a.csv"),
        ("//ville.fr/a.csv", "https://ville.fr/a.csv"),
        ("fichiers/a.csv", f"{ROOT}/fichiers/a.csv"),
        ("ftp://ville.fr/a.csv", "ftp://ville.fr/a.csv"),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        (" ", None),
    ],
)
def test_an_address_may_be_relative_or_lack_its_scheme(url: str, expected: str | None) -> None:
    assert absolute(url, ROOT) == expected


def test_rows_without_a_file_are_dumped_by_the_portal() -> None:
    dump = resource(url="", url_type="datastore", format="")

    assert (dump.url, dump.format) == (f"{ROOT}/datastore/dump/r", "csv")


def test_a_media_type_guessed_from_the_host_is_not_believed() -> None:
    guessed = resource(url="https://data.gov.au/x", mimetype="audio/basic", format="CSV")

    assert (guessed.mime, guessed.format) == (None, "csv")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"format": "CSV"}, "main"),
        ({"format": "WMS"}, "api"),
        ({"format": "HTML"}, "other"),
        ({"format": "PDF", "resource_type": "documentation"}, "documentation"),
        ({"format": "JSON", "resource_type": "api"}, "api"),
    ],
)
def test_a_resource_is_a_file_a_service_or_a_page(fields: dict[str, str], kind: str) -> None:
    assert resource(url="https://p.fr/x", **fields).kind == kind


def test_a_service_without_a_file_is_an_api() -> None:
    service = resource(access_services=[{"endpoint_url": ["https://p.fr/api"]}])

    assert (service.kind, service.url) == ("api", "https://p.fr/api")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"name": "scdl/deliberations", "url": None}, ("scdl/deliberations", None)),
        ({"url": "https://e.org/s.json"}, (None, "https://e.org/s.json")),
        ('{"name": "scdl/budget"}', ("scdl/budget", None)),
        ("scdl/subventions", ("scdl/subventions", None)),
        ({"fields": [{"name": "a"}]}, None),
        ({"name": "ma-table", "fields": []}, None),
        ("n'importe quoi", None),
        ("", None),
    ],
)
def test_a_schema_is_an_object_a_name_or_an_address(
    value: object, expected: tuple[str | None, str | None] | None
) -> None:
    found = resource(url="/a.csv", schema=value).schema_ref

    assert (found and (found.name, found.url)) == expected


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
            url="https://Data.Ville-X.fr/catalog",
            title="Ville de X",
        ),
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None, "name": ""}, "identifiant"),
        ({"private": True}, "privé"),
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


@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "url", "format", "mimetype", "size", "hash", "schema", "name", "url_type",
             "access_services", "created", "last_modified", "resource_type", "datastore_active"]
        ),
        _JSON,
    )
)  # fmt: skip
def test_no_resource_raises_whatever_its_members_are(fields: dict[str, object]) -> None:
    parsed = parse_resource(fields, root=ROOT, now=NOW)

    assert parsed is None or parsed.model_dump_json()
