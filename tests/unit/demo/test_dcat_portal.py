"""The towns' own catalogues are RDF that a parser takes, page after page."""

import httpx2
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from demo import manifest

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
DCAT_SOURCES = [one for one in manifest("http://demo.test") if one.kind == "dcat"]


def _triples(answer: httpx2.Response) -> list[Triple]:
    form = RdfFormat.from_media_type(answer.headers["content-type"])
    return [quad.triple for quad in parse(answer.content, format=form)]


def _objects(triples: list[Triple], predicate: str) -> list[str]:
    return [one.object.value for one in triples if one.predicate.value == predicate]


@pytest.mark.parametrize("source", DCAT_SOURCES, ids=lambda one: one.url.rsplit("/", 1)[1])
async def test_following_hydra_gives_the_datasets_of_the_manifest(
    portal: httpx2.AsyncClient, source
) -> None:
    url: str | None = source.url
    triples: list[Triple] = []
    pages = 0
    while url:
        page = _triples(await portal.get(url))
        triples += page
        pages += 1
        url = next(iter(_objects(page, f"{HYDRA}next")), None)

    datasets = {one.subject for one in triples if one.object == NamedNode(f"{DCAT}Dataset")}
    identifiers = {
        one.object.value
        for one in triples
        if one.subject in datasets and one.predicate.value == f"{DCT}identifier"
    }
    assert pages >= 2
    assert identifiers == {one.remote_id for one in source.expected}
    assert set(_objects(triples, f"{DCAT}downloadURL")) == {one.url for one in source.resources}


async def test_a_distribution_names_its_schema_as_a_standard(portal: httpx2.AsyncClient) -> None:
    triples = _triples(await portal.get("/nogent/catalog.rdf?page_size=50"))

    standards = {one.subject for one in triples if one.object == NamedNode(f"{DCT}Standard")}
    declared = set(_objects(triples, f"{DCT}conformsTo"))
    titles = {
        one.object.value
        for one in triples
        if one.subject in standards and one.predicate.value == f"{DCT}title"
    }
    assert {one.value for one in standards} == declared
    assert "etalab/schema-irve-statique" in titles


async def test_titles_are_in_french_and_the_same_catalogue_is_the_same_bytes(
    portal: httpx2.AsyncClient,
) -> None:
    first, again = [await portal.get("/joinville/catalog.jsonld?page=2") for _ in range(2)]

    titles = [one.object for one in _triples(first) if one.predicate.value == f"{DCT}title"]
    assert Literal("Subventions aux associations de Joinville-le-Pont", language="fr") in titles
    assert first.content == again.content


@pytest.mark.parametrize("path", ["/nogent/catalog.doc", "/nogent/catalog.ttl?page=9"])
async def test_an_unknown_form_or_page_is_not_found(portal: httpx2.AsyncClient, path: str) -> None:
    assert (await portal.get(path)).status_code == 404
