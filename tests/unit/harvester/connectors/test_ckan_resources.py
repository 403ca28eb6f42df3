"""The shapes of a resource of CKAN or DKAN."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.ckan.resources import absolute, parse_resource
from shared.contracts.records import Checksum, ResourceRecord

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROOT = "https://portail.example.fr"


def resource(**fields: Any) -> ResourceRecord:
    parsed = parse_resource({"id": "r", **fields}, root=ROOT, now=NOW)
    assert parsed is not None
    return parsed


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


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


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
