"""Every sample answer of a portal gives the record that we say it should.

The samples are read where they lie; what is kept here is our own account of them, with a
digest in place of each description. `UPDATE_GOLDEN=1` rewrites the account: read the diff.
"""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.dcat.paging import declared_total, next_page
from services.harvester.connectors.dcat.parser import parse_graph
from services.harvester.connectors.dcat.reading import read_document
from services.harvester.connectors.udata.parser import parse_dataset, parse_resource, parse_siret
from services.harvester.connectors.values.schemas import schema_reference
from shared.contracts.records import DatasetRecord, ResourceRecord
from tests.support.reference import reference_dir

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
DCAT_SAMPLES = [
    "dcat/bnodes.xml",
    "dcat/catalog.rdf",
    "dcat/catalog.xml",
    "dcat/catalog_with_at_graph.jsonld",
    "dcat/datara--5a26b0f6-0ccf-46ad-ac58-734054b91977.rdf.xml",
    "dcat/dataset.ttl",
    "dcat/flat.jsonld",
    "dcat/geonetwork.xml",
    "dcat/partial-collection-1.jsonld",
    "dcat/partial-collection-2.jsonld",
    "udata/dcat_udata_catalog.jsonld",
]


@pytest.mark.parametrize("sample", DCAT_SAMPLES)
def test_a_dcat_sample_gives_the_records_we_say(sample: str) -> None:
    path = reference_dir("portals") / sample
    url = f"http://data.test.org/{path.name}"

    reading = read_document(path.read_bytes(), url=url)
    parsed = parse_graph(reading.graph, url=url, now=NOW)

    check(
        path.name,
        {
            "faults": list(reading.faults),
            "next": next_page(reading.graph, url)[0],
            "total": declared_total(reading.graph),
            "rejected": [rejected.reason for rejected in parsed.rejected],
            "records": [account(record) for record in parsed.records],
        },
    )


def test_the_udata_dataset_gives_the_record_we_say() -> None:
    samples = reference_dir("portals", "udata")
    organization = json.loads((samples / "organization_metadata.json").read_text("utf-8"))
    dataset = json.loads((samples / "dataset_metadata.json").read_text("utf-8"))

    record = parse_dataset(
        dataset, base="https://www.data.gouv.fr", now=NOW, siret=parse_siret(organization)
    )

    assert not isinstance(record, Rejected)
    check("udata-dataset.json", account(record))


def test_the_udata_resource_gives_the_record_we_say() -> None:
    path = reference_dir("portals", "udata") / "resource_metadata_api1.json"

    resource = parse_resource(
        json.loads(path.read_text("utf-8")), base="https://www.data.gouv.fr", now=NOW
    )

    assert resource is not None
    check("udata-resource.json", account(resource))


def test_every_address_of_the_national_register_gives_its_name_and_version() -> None:
    register = json.loads((reference_dir("portals", "udata") / "schemas.json").read_text("utf-8"))

    for schema in register["schemas"]:
        latest = schema_reference(url=schema["schema_url"])
        assert latest is not None
        assert (latest.name, latest.version) == (schema["name"], None)
        for version in schema["versions"]:
            exact = schema_reference(url=version["schema_url"])
            assert exact is not None
            assert (exact.name, exact.version) == (schema["name"], version["version_name"])


def account(record: DatasetRecord | ResourceRecord) -> dict[str, Any]:
    """The record as JSON, a digest in place of what somebody else wrote at length."""
    facts = record.model_dump(mode="json", exclude_defaults=True)
    for part in (facts, *facts.get("resources", ())):
        if text := part.get("description"):
            part["description"] = f"{len(text)} {hashlib.sha256(text.encode()).hexdigest()[:12]}"
    return facts


def check(name: str, found: dict[str, Any]) -> None:
    golden = GOLDEN / f"{name}.golden.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert found == json.loads(golden.read_text("utf-8"))
