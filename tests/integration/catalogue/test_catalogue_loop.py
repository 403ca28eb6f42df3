"""We publish to portals that we harvest: our own catalogue, read back by our own connectors."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from services.harvester.connectors.dcat.parser import parse_graph
from services.harvester.connectors.dcat.reading import read_document
from services.harvester.connectors.udata.parser import parse_dataset
from shared.contracts.catalogue import DatasetUpsert, ResourceUpsert, SourcePortal
from shared.contracts.records import DatasetRecord, Publisher
from shared.db import Database
from tests.integration.catalogue.builders import (
    CRETEIL,
    NOGENT,
    NOW,
    SYNDICATE,
    dataset,
    key,
    put,
    resource,
)

API = "/api/catalogue/v1"
FORMS = {"jsonld": "application/ld+json", "ttl": "text/turtle", "rdf": "application/rdf+xml"}


def town(name: str, **values: Any) -> DatasetUpsert:
    given: dict[str, Any] = {
        "title": name.capitalize(),
        "publisher": Publisher(name="Nogent-sur-Marne"),
        "resources": [resource(name, url=f"https://data.nogent.fr/{name}.csv")],
        "source_id": key("nogent"),
        "portal": SourcePortal(kind="dcat", url="https://data.nogent.fr", name="Nogent"),
    }
    return dataset(name, NOGENT, **{**given, **values})


def read_back(record: DatasetRecord, source: str, days: int = 1) -> DatasetUpsert:
    """As the harvester would send it, from a source of that name."""
    facts = record.model_dump(exclude={"resources", "warnings", "schema_ref", "provenance"})
    return DatasetUpsert(
        **facts,
        id=key(source, record.remote_id),
        organization_id=SYNDICATE.id,
        source_id=key(source),
        revision=NOW + timedelta(days=days),
        portal=SourcePortal(kind="dcat", url=f"https://{source}.fr", name=source),
        provenance=list(record.provenance),
        resources=[
            ResourceUpsert(
                id=key(source, record.remote_id, each.remote_id),
                **each.model_dump(exclude={"schema_ref", "alternative_of"}),
            )
            for each in record.resources
        ],
    )


async def exported(client: httpx2.AsyncClient, form: str = "jsonld") -> list[DatasetRecord]:
    path = f"{API}/catalog.{form}"
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    url = f"https://donnees.exemple.fr{path}"
    reading = read_document(answer.content, url=url)
    return list(parse_graph(reading.graph, url=url, now=datetime.now(UTC)).records)


async def shown(client: httpx2.AsyncClient) -> tuple[int, int]:
    """Datasets that are counted, and those that we export."""
    stats = (await client.get(f"{API}/stats")).json()
    return stats["datasets"], len(await exported(client))


@pytest.mark.parametrize("form", sorted(FORMS))
async def test_our_own_export_harvested_again_and_again_does_not_multiply(
    database: Database, client: httpx2.AsyncClient, form: str
) -> None:
    await put(database, town("arbres"), town("budget"), dataset("menus", CRETEIL))

    for turn in range(1, 4):
        records = await exported(client, form)
        assert len(records) == 3
        await put(database, *(read_back(each, f"tour-{turn}", turn) for each in records))
        assert await shown(client) == (3, 3)


async def test_what_data_gouv_takes_from_us_and_we_from_it_stays_one(
    database: Database, client: httpx2.AsyncClient
) -> None:
    await put(database, town("arbres"))
    (ours,) = await exported(client)

    for turn in range(1, 3):
        # As udata keeps what it harvested from a DCAT catalogue.
        item = {
            "id": "5e1f" * 6,
            "title": ours.title,
            "harvest": {
                "backend": "DCAT",
                "domain": "donnees.exemple.fr",
                "remote_id": ours.remote_id,
                "uri": ours.uri,
                "remote_url": ours.remote_url,
            },
            "resources": [
                {"id": f"r-{number}", "title": each.title, "url": each.url, "format": each.format}
                for number, each in enumerate(ours.resources)
            ],
        }
        record = parse_dataset(item, base="https://www.data.gouv.fr", now=datetime.now(UTC))
        assert isinstance(record, DatasetRecord)
        await put(database, read_back(record, "data-gouv", turn))
        assert await shown(client) == (1, 1)

    view = (await client.get(f"{API}/datasets/{key('arbres')}")).json()
    assert view["shown_because"] == "not-ours"
    assert [each["portal_name"] for each in view["provenances"]] == ["Nogent", "data-gouv"]
