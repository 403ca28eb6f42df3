"""DCAT: three syntaxes, Hydra's dialects, faults of real catalogues, nothing fetched."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.contract import Page, Site
from services.harvester.connectors.dcat import DcatConnector
from services.harvester.connectors.dcat.parser import parse_graph
from services.harvester.connectors.dcat.reading import read_document
from services.harvester.connectors.detect import detect
from services.harvester.errors import PortalUnreachable, UnknownKindError
from shared.contracts.records import DatasetRecord
from tests.support.portals.base import FakePortal, MemoryGetter
from tests.support.portals.dcat import DcatPortal, Dialect, Syntax
from tests.support.portals.udata import UdataPortal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONNECTOR = DcatConnector(pauses=(0, 0, 0, 0))
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
"""


def filled(**options: object) -> DcatPortal:
    portal = DcatPortal(**options)  # type: ignore[arg-type]
    for number in range(5):
        dataset = portal.add_dataset(f"id-{number}", f"Jeu {number}")
        portal.add_file(dataset, f"liste-{number}.csv", "a;b\n1;2\n")
    return portal


async def listed(portal: DcatPortal, cursor: str | None = None) -> list[Page]:
    pages = CONNECTOR.pages(Site(portal.url, NOW), MemoryGetter(portal), cursor=cursor)
    return [page async for page in pages]


def ids(pages: list[Page]) -> list[str]:
    return sorted(record.remote_id for page in pages for record in page.records)


def records_of(turtle: str) -> list[DatasetRecord]:
    url = "https://ville.fr/data/catalogue.ttl"
    reading = read_document((PREFIXES + turtle).encode(), url=url)
    assert not reading.faults
    return list(parse_graph(reading.graph, url=url, now=NOW).records)


def record_of(statements: str) -> DatasetRecord:
    [record] = records_of(f'<d> a dcat:Dataset ; dct:title "T" ; {statements} .')
    return record


@pytest.mark.parametrize("syntax", ["turtle", "xml", "jsonld"])
@pytest.mark.parametrize("dialect", ["partial-view", "paged-collection", "literal", "none"])
async def test_every_syntax_and_every_paging_gives_the_same_datasets(
    syntax: Syntax, dialect: Dialect
) -> None:
    portal = filled(syntax=syntax, dialect=dialect)

    pages = await listed(portal)

    assert ids(pages) == [f"id-{number}" for number in range(5)]
    assert all(page.complete for page in pages)
    assert len(pages) == (1 if dialect == "none" else 3)
    [resource] = pages[0].records[0].resources
    assert resource.url == f"{portal.root}/files/liste-0.csv"
    assert resource.format == "csv"


async def test_pages_without_end_are_left_and_the_catalogue_is_incomplete() -> None:
    portal = filled(lying=frozenset({"endless"}))

    pages = await listed(portal)

    assert ids(pages) == [f"id-{number}" for number in range(5)]
    assert len(portal.requests) == 4
    assert not pages[-1].complete


@pytest.mark.parametrize("lie", ["loop", "back"])
async def test_a_next_page_already_visited_ends_the_walk(lie: str) -> None:
    portal = filled(lying=frozenset({lie}))

    pages = await listed(portal)

    assert ids(pages) == [f"id-{number}" for number in range(5)]
    assert len(portal.requests) <= 4
    assert pages[-1].complete
    assert "déjà lue" in pages[-1].warnings[0]


async def test_a_next_page_on_an_inner_host_is_asked_of_the_same_host() -> None:
    pages = await listed(filled(lying=frozenset({"other-host"})))

    assert len(ids(pages)) == 5
    assert "autre serveur" in pages[0].warnings[0]


async def test_a_total_larger_than_the_pages_makes_the_catalogue_incomplete() -> None:
    pages = await listed(filled(lying=frozenset({"total"})))

    assert [page.complete for page in pages] == [True, True, False]


async def test_a_lost_page_makes_the_catalogue_incomplete() -> None:
    portal = filled()
    portal.fail_pages = {2}

    pages = await listed(portal)

    assert [page.complete for page in pages] == [True, False]


async def test_a_walk_resumes_after_its_cursor() -> None:
    portal = filled()
    first = (await listed(portal))[0]

    rest = await listed(portal, cursor=first.cursor)

    assert ids([first, *rest]) == [f"id-{number}" for number in range(5)]
    assert rest[-1].complete


async def test_a_wrong_media_type_does_not_matter() -> None:
    pages = await listed(filled(lying=frozenset({"wrong-type", "bom"})))

    assert len(ids(pages)) == 5


async def test_the_kind_is_found_from_the_address_alone() -> None:
    dcat, udata = filled(), UdataPortal()
    dcat.root = "http://dcat.test"
    getter = MemoryGetter(dcat, udata)

    assert (await detect(Site(dcat.url, NOW), getter)).kind == "dcat"
    assert len(dcat.requests) == 1
    assert (await detect(Site(udata.root, NOW), getter)).kind == "udata"
    assert len(udata.requests) == 2


async def test_an_address_of_no_known_kind_is_refused_with_a_sentence() -> None:
    class Website(FakePortal):
        def listing(self, path: str, query: object) -> None:
            return None

    said = r"répond par une erreur \(404\), .* aucun des types de portail connus"
    with pytest.raises(UnknownKindError, match=said):
        await detect(Site("http://portail.test/", NOW), MemoryGetter(Website()))


def test_a_remote_context_is_replaced_never_fetched() -> None:
    body = json.dumps(
        {
            "@context": ["https://ailleurs.example/contexte.jsonld", {"x": "http://x/"}],
            "@type": "Dataset",
            "@id": "/d/1",
            "title": "Jeu",
            "distribution": {
                "@context": "http://169.254.169.254/latest",
                "@type": "Distribution",
                "downloadURL": "/f.csv",
            },
        }
    ).encode()

    reading = read_document(body, url="https://ville.fr/c")
    [record] = parse_graph(reading.graph, url="https://ville.fr/c", now=NOW).records

    assert record.title == "Jeu"
    assert record.resources[0].url == "https://ville.fr/f.csv"


def test_a_plain_json_object_with_prefixed_terms_is_read_without_a_context() -> None:
    body = b'{"@type": "dcat:Dataset", "@id": "/d", "dcterms:title": "Jeu"}'

    reading = read_document(body, url="https://ville.fr/c")

    assert parse_graph(reading.graph, url="https://ville.fr/c", now=NOW).records[0].title == "Jeu"


def test_one_bad_node_of_json_ld_does_not_lose_the_others() -> None:
    good = {"@type": "dcat:Dataset", "@id": "/d", "dct:title": "Jeu"}
    bad = {"@type": "dcat:Dataset", "@id": "/e", "dct:title": {"@value": "x", "@language": 5}}

    reading = read_document(json.dumps({"@graph": [bad, good]}).encode(), url="https://v.fr/c")

    assert len(parse_graph(reading.graph, url="https://v.fr/c", now=NOW).records) == 1
    assert reading.faults[0].startswith("élément 1")


def test_a_faulty_statement_of_turtle_does_not_lose_the_others() -> None:
    body = PREFIXES + (
        '<a> a dcat:Dataset ; dct:title "A" .\n<b> x:y "?" .\n<c> a dcat:Dataset ; dct:title "C" .'
    )

    reading = read_document(body.encode(), url="https://v.fr/c")

    records = parse_graph(reading.graph, url="https://v.fr/c", now=NOW).records
    assert [record.title for record in records] == ["A", "C"]
    assert reading.faults


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html></html>",
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rdf:RDF/>',
        b'{"@graph": [{"a": ',
        b"texte libre",
        b"\x00\x01\x02",
        b'"texte"',
        b"[" * 2000,
        b'{"a":' * 5000,
    ],
)
def test_what_is_no_catalogue_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(PortalUnreachable, match=r"https://v\.fr/c"):
        read_document(body, url="https://v.fr/c")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_entities_is_refused_even_when_it_could_be_read(encoding: str) -> None:
    body = f"""<?xml version="1.0" encoding="{encoding}"?>
        <!DOCTYPE rdf:RDF [<!ENTITY a "Jeu">]>
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
          xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
          <dcat:Dataset rdf:about="/d"><dct:title>&a;</dct:title></dcat:Dataset>
        </rdf:RDF>""".encode(encoding)

    with pytest.raises(PortalUnreachable):
        read_document(body, url="https://v.fr/c")


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else_than_a_refusal(body: bytes) -> None:
    try:
        reading = read_document(body, url="https://v.fr/c")
    except PortalUnreachable:
        return
    parse_graph(reading.graph, url="https://v.fr/c", now=NOW)


def test_french_is_preferred_then_no_language() -> None:
    [record] = records_of(
        '<d> a dcat:Dataset ; dct:title "Budget"@en, "Budget primitif"@fr-FR, "B" ;'
        ' dct:description "english"@en, "sans langue" .'
    )

    assert record.title == "Budget primitif"
    assert record.description == "sans langue"


def test_a_dataset_that_is_only_named_is_somebody_elses() -> None:
    assert records_of("<s> dcat:servesDataset <d> . <d> a dcat:Dataset .") == []


def test_a_blank_dataset_is_known_by_identifier_then_landing_page_else_rejected() -> None:
    turtle = PREFIXES + (
        '[] a dcat:Dataset ; dct:title "A" ; dct:identifier "b", "a" .'
        '[] a dcat:Dataset ; dct:title "B" ; dcat:landingPage <p> .'
        '[] a dcat:Dataset ; dct:title "C" .'
    )
    url = "https://v.fr/c.ttl"

    parsed = parse_graph(read_document(turtle.encode(), url=url).graph, url=url, now=NOW)

    assert [record.remote_id for record in parsed.records] == ["a", "https://v.fr/p"]
    assert [rejected.title for rejected in parsed.rejected] == ["C"]
    assert "ne peut pas être suivi" in parsed.rejected[0].reason


def test_two_datasets_of_one_identifier_keep_the_first() -> None:
    turtle = PREFIXES + (
        '<a> a dcat:Dataset ; dct:title "A" ; dct:identifier "1" .'
        '<b> a dcat:Dataset ; dct:title "B" ; dct:identifier "1" .'
    )
    url = "https://v.fr/c.ttl"

    parsed = parse_graph(read_document(turtle.encode(), url=url).graph, url=url, now=NOW)

    assert [record.title for record in parsed.records] == ["A"]
    assert "même identifiant" in parsed.rejected[0].reason


def test_the_schema_is_told_from_other_standards() -> None:
    register = "https://schema.data.gouv.fr/schemas/scdl/deliberations/2.1.3/schema.json"
    record = record_of(
        "dct:conformsTo <http://www.opengis.net/def/crs/EPSG/0/2154>,"
        ' [ a dct:Standard ; dct:title "ISO 19115" ] ;'
        f" dcat:distribution [ dct:title 'R' ; dct:conformsTo <{register}> ],"
        " [ dct:title 'S' ; dct:conformsTo [ a dct:Standard ; dct:title 'etalab/x' ] ]"
    )

    assert record.schema_ref is None
    first, second = record.resources
    assert first.schema_ref is not None
    assert (first.schema_ref.name, first.schema_ref.version) == ("scdl/deliberations", "2.1.3")
    assert second.schema_ref is not None
    assert second.schema_ref.name == "etalab/x"


def test_a_distribution_is_read_with_all_it_says() -> None:
    record = record_of(
        """dcat:distribution [
            dct:title "Liste" ; dcat:downloadURL <f é.csv> ; dcat:accessURL <page> ;
            dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
            dcat:byteSize "1024.0"^^xsd:decimal ;
            spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha1 ; spdx:checksumValue "AB" ] ;
            dct:modified "2031-01-01"^^xsd:date ]""".replace("<f é.csv>", '"f é.csv"')
    )

    [resource] = record.resources
    assert resource.url == "https://ville.fr/data/f%20%C3%A9.csv"
    assert (resource.format, resource.size) == ("csv", 1024)
    assert resource.checksum is not None
    assert (resource.checksum.algorithm, resource.checksum.value) == ("sha1", "ab")
    assert resource.modified is None


def test_a_distribution_served_by_an_api_is_an_api() -> None:
    record = record_of(
        'dcat:distribution [ dct:title "W" ; dcat:accessURL <w> ;'
        " dcat:accessService [ a dcat:DataService ] ]"
    )

    assert record.resources[0].kind == "api"


def test_ids_of_nameless_distributions_stay_the_same_from_one_reading_to_the_next() -> None:
    statements = 'dcat:distribution [ dct:title "A" ; dcat:downloadURL <a.csv> ]'

    assert record_of(statements).resources == record_of(statements).resources


def test_a_licence_on_the_distribution_is_the_dataset_s() -> None:
    record = record_of(
        'dct:accessRights "public" ;'
        ' dcat:distribution [ dct:title "A" ; dct:license "Licence Ouverte v2.0" ]'
    )

    assert record.license == "lov2"


def test_what_a_catalogue_took_from_elsewhere_says_so_and_a_doi_does_not() -> None:
    def provenance(node: str, notation: str) -> list[tuple[str, str | None]]:
        reading = read_document(
            f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
            @prefix dct: <http://purl.org/dc/terms/> .
            @prefix adms: <http://www.w3.org/ns/adms#> .
            @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
            <{node}> a dcat:Dataset ; dct:title "Arbres" ; adms:identifier
              [ a adms:Identifier ; skos:notation "{notation}" ; dct:creator "data.gouv.fr" ] .
            """.encode(),
            url="https://www.data.gouv.fr/catalog.ttl",
        )
        (record,) = parse_graph(
            reading.graph, url="https://www.data.gouv.fr/catalog.ttl", now=NOW
        ).records
        return [(link.kind, link.domain) for link in record.provenance]

    page = "https://www.data.gouv.fr/datasets/arbres/"
    assert provenance("https://data.ville.fr/arbres", page) == [
        ("harvest", "data.ville.fr"),
        ("identifier", "www.data.gouv.fr"),
    ]
    assert provenance(page, "https://doi.org/10.1/x") == [("identifier", "doi.org")]
