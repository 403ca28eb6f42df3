"""The DCAT export: read back without loss, valid against DCAT-AP's shapes, excellent by the MQA."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import rdflib
import rdflib.compare
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyshacl import validate
from rdflib.namespace import DCAT, DCTERMS

from services.catalogue.adapters.dcat.catalogue import CatalogueFacts, PageLinks
from services.catalogue.adapters.dcat.writing import Syntax
from services.catalogue.operations.export_dcat import page_document, whole_document
from services.harvester.connectors.dcat.paging import declared_total, next_page
from services.harvester.connectors.dcat.parser import parse_graph
from services.harvester.connectors.dcat.reading import read_document
from tests.unit.catalogue.publications import NOW, complete, publications

# Of rdflib and pyshacl about each other's names; nothing of ours.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
BASE = "https://donnees.exemple.fr"
FACTS = CatalogueFacts(BASE, "Données du Val-de-Marne", "INFOCOM’94", NOW)
PAGE = f"{BASE}/api/catalogue/v1/catalog.ttl"
SHAPES = Path(__file__).parents[2] / "data" / "dcat" / "dcat-ap-3.shapes.ttl"
RDFLIB = {Syntax.TURTLE: "turtle", Syntax.JSON_LD: "json-ld", Syntax.RDF_XML: "xml"}


def page(datasets, syntax=Syntax.TURTLE, following=None) -> bytes:
    links = PageLinks(PAGE, PAGE, following, len(datasets))
    return page_document(FACTS, datasets, links, syntax)


def graph_of(document: bytes, syntax=Syntax.TURTLE) -> rdflib.Graph:
    return rdflib.Graph().parse(data=document, format=RDFLIB[syntax])


def harvested(document: bytes):
    reading = read_document(document, url=PAGE)
    assert reading.faults == ()
    parsed = parse_graph(reading.graph, url=PAGE, now=NOW + timedelta(days=1))
    assert parsed.rejected == ()
    return {record.remote_id: record for record in parsed.records}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(publications(), max_size=3, unique_by=lambda each: each.dataset.id),
    st.sampled_from(Syntax),
)
def test_our_own_connector_reads_back_all_that_was_exported(datasets, syntax):
    records = harvested(page(datasets, syntax))

    assert set(records) == {str(each.dataset.id) for each in datasets}
    for published in datasets:
        dataset, record = published.dataset, records[str(published.dataset.id)]
        assert record.title == dataset.title
        assert record.description == (dataset.description or dataset.title)
        assert record.publisher.name == (dataset.publisher_name or "Créteil")
        assert record.publisher.siret == dataset.publisher_siret
        assert record.license == dataset.license
        if dataset.license is None:
            assert record.license_raw == dataset.license_raw
        for name in ("frequency", "temporal", "language", "issued", "modified"):
            assert getattr(record, name) == getattr(dataset, name), name
        assert set(record.keywords) >= {*dataset.keywords, *dataset.themes}
        assert set(record.themes) >= set(dataset.themes)
        contact = (record.contact.name, record.contact.email) if record.contact else (None, None)
        assert contact == (dataset.contact_name, dataset.contact_email)
        if published.spatial:
            assert set(record.spatial.zones) == set(published.spatial.zones)
            assert (
                record.spatial.geometry == published.spatial.geometry
                or not published.spatial.geometry
            )
            assert record.spatial.name == published.spatial.name or not published.spatial.name
        assert_resources_kept(published, record)


def assert_resources_kept(published, record):
    kept = {each.remote_id: each for each in record.resources}
    assert set(kept) == {str(each.id) for each in published.resources}
    for resource in published.resources:
        back = kept[str(resource.id)]
        for name in ("title", "description", "url", "size", "issued", "modified", "kind"):
            assert getattr(back, name) == getattr(resource, name), name
        if resource.format:
            assert back.format == resource.format
        if resource.mime:
            assert back.mime == resource.mime
        assert back.checksum == published.checksums.get(resource.id)
        assert (back.schema_ref and back.schema_ref.name) == resource.schema_name
        if resource.schema_name:
            assert back.schema_ref.version == resource.schema_version


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(publications(), min_size=1, max_size=2, unique_by=lambda each: each.dataset.id))
def test_every_page_is_valid_by_the_shapes_of_dcat_ap(datasets):
    conforms, _, text = validate(graph_of(page(datasets)), shacl_graph=str(SHAPES))

    assert conforms, text


@pytest.mark.parametrize("missing", ["dct:title", "dcat:accessURL", "skos:prefLabel"])
def test_the_shapes_notice_what_is_missing(missing):
    prefix, local = missing.split(":")
    document = page([complete()])
    damaged = document.replace(f"\t{prefix}:{local} ".encode(), b"\tdct:alternative ")
    assert damaged != document

    conforms, _, _ = validate(graph_of(damaged), shacl_graph=str(SHAPES))

    assert not conforms


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(publications(), max_size=2, unique_by=lambda each: each.dataset.id))
def test_the_three_syntaxes_say_the_same(datasets):
    graphs = [graph_of(page(datasets, syntax), syntax) for syntax in Syntax]
    turtle, jsonld, xml = (graph - rdflib.Graph() for graph in graphs)

    assert rdflib.compare.isomorphic(turtle, jsonld)
    assert rdflib.compare.isomorphic(turtle, xml)


async def test_a_whole_catalogue_written_in_parts_is_one_document():
    first = complete()
    second = replace(first, dataset=replace(first.dataset, id=UUID(int=6)))

    async def batches():
        yield [first]
        yield [second]

    for syntax in Syntax:
        document = b"".join([part async for part in whole_document(FACTS, batches(), syntax)])
        graph = graph_of(document, syntax)
        assert len(set(graph.subjects(rdflib.RDF.type, DCAT.Dataset))) == 2
        assert len(set(graph.objects(rdflib.URIRef(f"{BASE}/"), DCAT.dataset))) == 2


def test_pages_are_linked_as_our_connector_and_udata_follow_them():
    following = f"{PAGE}?cursor=abc"

    graph = read_document(page([complete()], following=following), url=PAGE).graph

    assert next_page(graph, PAGE) == (following, None)
    assert declared_total(graph) == 1


def test_udata_finds_a_geometry_a_theme_with_a_name_and_a_schema_with_a_title():
    graph = graph_of(page([complete()]))
    node = rdflib.URIRef(f"{BASE}/jeux/{complete().dataset.id}")

    places = set(graph.objects(node, DCTERMS.spatial))
    assert rdflib.URIRef("http://id.insee.fr/geo/commune/94028") in places
    assert any(graph.value(place, DCAT.centroid) for place in places)
    keywords = {str(word) for word in graph.objects(node, DCAT.keyword)}
    assert {"délibérations", "Gouvernement et secteur public"} <= keywords
    assert all(graph.value(t, rdflib.SKOS.prefLabel) for t in graph.objects(node, DCAT.theme))
    file = graph.value(node, DCAT.distribution)
    assert (
        str(graph.value(graph.value(file, DCTERMS.conformsTo), DCTERMS.title))
        == "scdl/deliberations"
    )


EU = "http://publications.europa.eu/resource/authority/"
MACHINE = {"CSV", "JSON", "GEOJSON", "XML", "RDF_XML", "RDF_TURTLE", "XLSX", "ODS"}
OPEN = MACHINE - {"XLSX"}


def mqa(graph: rdflib.Graph, dataset: rdflib.term.Node, *, compliant: bool) -> int:
    """The 405 points of data.europa.eu's methodology, read off the RDF; links taken as alive."""
    value = graph.value
    files = list(graph.objects(dataset, DCAT.distribution))
    has = lambda node, *ps: all(value(node, p) is not None for p in ps)  # noqa: E731

    def of_file(file) -> int:
        code = str(value(file, DCTERMS.format) or "").removeprefix(f"{EU}file-type/")
        known = str(value(file, DCTERMS.format) or "").startswith(f"{EU}file-type/")
        media = str(value(file, DCAT.mediaType) or "")
        iana = media.startswith("https://www.iana.org/assignments/media-types/")
        licence = str(value(file, DCTERMS.license) or "")
        return (
            50 * has(file, DCAT.accessURL) + 20 * has(file, DCAT.downloadURL)
            + 30 * has(file, DCAT.downloadURL) + 20 * bool(code) + 10 * bool(media)
            + 10 * (known and iana) + 20 * (code in OPEN) + 20 * (code in MACHINE)
            + 20 * bool(licence) + 10 * licence.startswith(f"{EU}licence/")
            + 5 * has(file, DCTERMS.rights) + 5 * has(file, DCAT.byteSize)
        )  # fmt: skip

    rights = str(value(dataset, DCTERMS.accessRights) or "")
    return (
        max(map(of_file, files), default=0)
        + 30 * has(dataset, DCAT.keyword) + 30 * has(dataset, DCAT.theme)
        + 20 * has(dataset, DCTERMS.spatial) + 20 * has(dataset, DCTERMS.temporal)
        + 30 * compliant + 10 * bool(rights) + 5 * rights.startswith(f"{EU}access-right/")
        + 20 * has(dataset, DCAT.contactPoint) + 10 * has(dataset, DCTERMS.publisher)
        + 5 * has(dataset, DCTERMS.issued) + 5 * has(dataset, DCTERMS.modified)
    )  # fmt: skip


@pytest.mark.parametrize(("licence", "points"), [("odc-odbl", 405), ("lov2", 395)])
def test_a_complete_dataset_is_excellent_by_the_405_points(licence, points):
    published = complete()
    dataset = replace(published.dataset, license=licence)
    graph = graph_of(page([replace(published, dataset=dataset)]))
    compliant, _, _ = validate(graph, shacl_graph=str(SHAPES))

    node = next(graph.subjects(rdflib.RDF.type, DCAT.Dataset))

    assert mqa(graph, node, compliant=compliant) == points
    graph.remove((node, DCAT.theme, None))
    graph.remove((node, DCTERMS.spatial, None))
    assert mqa(graph, node, compliant=compliant) == points - 50


def test_quality_measurements_travel_with_the_metadata():
    graph = graph_of(page([complete()]))
    dqv = rdflib.Namespace("http://www.w3.org/ns/dqv#")

    values = {
        str(graph.value(m, dqv.isMeasurementOf)).rpartition("#")[2]: graph.value(
            m, dqv.value
        ).toPython()
        for m in graph.subjects(rdflib.RDF.type, dqv.QualityMeasurement)
    }

    assert values == {
        "mesure-ressources-conformes": 1.0,
        "mesure-lignes-sans-erreur": 0.985,
        "mesure-conforme": True,
    }
