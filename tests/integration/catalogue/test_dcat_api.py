"""The DCAT export over HTTP: pages, filters, one dataset, whole; harvested by our connector."""

import pytest
from shapely.geometry import shape
from sqlalchemy import text

from services.catalogue.operations.import_contours import import_contours
from services.catalogue.operations.load_contours import load_contours
from services.harvester.connectors.dcat.paging import next_page
from services.harvester.connectors.dcat.parser import parse_graph
from services.harvester.connectors.dcat.reading import read_document
from tests.integration.catalogue.builders import (
    LIMEIL,
    NOW,
    checked,
    covering,
    dataset,
    key,
    verdict,
)

API = "/api/catalogue/v1"
PUBLIC = "https://donnees.exemple.fr"


@pytest.fixture
async def filled(client, keys):
    sets = [
        dataset(f"jeu {number}", themes=["Culture"], resources=[checked(f"jeu {number}")])
        for number in range(4)
    ]
    sets.append(dataset("ailleurs", LIMEIL, spatial=covering("fr:commune:94044")))
    body = {"datasets": [each.model_dump(mode="json") for each in sets]}
    assert (
        await client.post(f"{API}/datasets/batch", json=body, headers=keys["syndicate"])
    ).status_code == 200
    told = {"verdicts": [verdict("jeu 0", rows=10, rows_with_errors=1).model_dump(mode="json")]}
    await client.post(f"{API}/verdicts", json=told, headers=keys["syndicate"])


def records(answer, url=PUBLIC):
    reading = read_document(answer.content, url=url, content_type=answer.headers["content-type"])
    return reading.graph, {r.title: r for r in parse_graph(reading.graph, url=url, now=NOW).records}


@pytest.mark.parametrize("syntax", ["ttl", "jsonld", "rdf"])
async def test_pages_lead_to_every_dataset_once(client, filled, syntax):
    address = f"{PUBLIC}{API}/catalog.{syntax}?page_size=2"
    titles: list[str] = []
    pages = 0
    while address:
        answer = await client.get(address.removeprefix(PUBLIC))
        graph, found = records(answer)
        titles += found
        pages += 1
        address, _ = next_page(graph, address)

    assert pages == 3
    assert sorted(titles) == ["ailleurs", "jeu 0", "jeu 1", "jeu 2", "jeu 3"]


async def test_the_filters_of_the_search_apply(client, filled):
    answer = await client.get(f"{API}/catalog.ttl", params={"territory": "94044"})

    _, found = records(answer)

    assert list(found) == ["ailleurs"]
    assert found["ailleurs"].spatial.zones == ("fr:commune:94044",)


@pytest.mark.parametrize("syntax", ["ttl", "jsonld", "rdf"])
async def test_the_whole_catalogue_comes_in_one_document_when_asked(client, filled, syntax):
    answer = await client.get(f"{API}/catalog.{syntax}", params={"whole": "true"})

    graph, found = records(answer)

    assert len(found) == 5
    assert next_page(graph, PUBLIC) == (None, None)


@pytest.fixture
async def drawn(database):
    """Limeil-Brévannes with a contour of the operator's own file; then the shipped set again."""
    ring = [[2.47, 48.73], [2.5, 48.73], [2.5, 48.76], [2.47, 48.76], [2.47, 48.73]]
    town = {"type": "Feature", "properties": {"code": "94044", "nom": "Limeil-Brévannes"},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    document = {"type": "FeatureCollection", "features": [town]}
    await import_contours(database, document, source="communes.geojson")
    yield
    async with database.begin() as session:
        await session.execute(text("delete from catalogue.contours"))
        await session.execute(text("delete from catalogue.loaded_data where name = 'contours'"))
    await load_contours(database)


@pytest.mark.parametrize("syntax", ["ttl", "jsonld", "rdf"])
@pytest.mark.parametrize("zone", ["fr:commune:94044", "fr:departement:94"])
async def test_a_territory_with_an_outline_is_exported_with_its_geometry(
    client, keys, drawn, zone, syntax
):
    told = dataset("dessiné", LIMEIL, spatial=covering(zone))
    body = {"datasets": [told.model_dump(mode="json")]}
    await client.post(f"{API}/datasets/batch", json=body, headers=keys["syndicate"])

    answer = await client.get(f"{API}/catalog.{syntax}", params={"territory": "94"})

    _, found = records(answer)
    assert found["dessiné"].spatial.zones == (zone,)
    middle = shape(found["dessiné"].spatial.geometry).centroid
    assert (2.2 < middle.x < 2.7, 48.6 < middle.y < 48.9) == (True, True)


async def test_one_dataset_has_its_verdict_and_its_schema(client, filled):
    answer = await client.get(f"{API}/datasets/{key('jeu 0')}.ttl")

    _, found = records(answer)

    assert found["jeu 0"].uri == f"{PUBLIC}/jeux/{key('jeu 0')}"
    assert found["jeu 0"].resources[0].schema_ref.name == "scdl/deliberations"
    assert '"0.9"^^xsd:double' in answer.text


async def test_an_unknown_dataset_or_syntax_is_not_found(client, filled):
    missing = await client.get(f"{API}/datasets/{key('rien')}.ttl")
    odd = await client.get(f"{API}/catalog.docx")

    assert (missing.status_code, odd.status_code) == (404, 422)
