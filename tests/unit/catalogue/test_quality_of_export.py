"""The 405 points that we give are those of the RDF that we export, criterion by criterion."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.namespace import DCAT, DCTERMS

from services.catalogue.adapters.dcat.catalogue import CatalogueFacts, PageLinks
from services.catalogue.adapters.dcat.writing import Syntax
from services.catalogue.models.publication import PublishedDataset
from services.catalogue.operations.export_dcat import page_document
from services.catalogue.quality.criteria import CRITERIA, Score
from services.catalogue.quality.facts import QualityFacts, ResourceFacts
from services.catalogue.quality.score import assess
from tests.unit.catalogue.publications import NOW, complete, publications

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
BASE = "https://donnees.exemple.fr"
EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
OPEN = {"CSV", "JSON", "JSON_LD", "GEOJSON", "XML", "ODS", "WMS_SRVC"}
MACHINE = {"CSV", "JSON", "JSON_LD", "GEOJSON", "XML", "ODS", "XLSX"}


def facts_of(published: PublishedDataset, reachable: frozenset[int]) -> QualityFacts:
    """What the catalogue would have stored of the dataset."""
    dataset = published.dataset
    files = [
        ResourceFacts(
            url=one.url,
            format=one.format,
            mime=one.mime,
            size=one.size,
            kind=one.kind,
            description=one.description,
            modified=one.modified,
            availability="available" if place in reachable else "unavailable",
            verdict=one.verdict,
            schema_name=one.schema_name,
        )
        for place, one in enumerate(published.resources)
    ]
    return QualityFacts(
        description=dataset.description,
        keywords=dataset.keywords,
        themes=dataset.themes,
        license=dataset.license,
        license_raw=dataset.license_raw,
        frequency=dataset.frequency,
        dated=dataset.temporal is not None,
        spatial=published.spatial is not None,
        placed=published.spatial is not None,
        contact=bool(dataset.contact_name or dataset.contact_email),
        issued=dataset.issued,
        modified=dataset.modified,
        first_seen=dataset.created_at,
        resources=files,
    )


def from_rdf(published: PublishedDataset, reachable: frozenset[int]) -> dict[str, int]:
    """The points by indicator, read off the export alone."""
    facts = CatalogueFacts(BASE, "Données", "Syndicat", NOW)
    page = f"{BASE}/catalog.ttl"
    document = page_document(facts, [published], PageLinks(page, page, None, 1), Syntax.TURTLE)
    graph = rdflib.Graph().parse(data=document, format="turtle")
    node = rdflib.URIRef(f"{BASE}/jeux/{published.dataset.id}")
    order = {str(one.id): place for place, one in enumerate(published.resources)}
    files = sorted(
        graph.objects(node, DCAT.distribution),
        key=lambda file: order[str(graph.value(file, DCTERMS.identifier))],
    )
    alive = {file for place, file in enumerate(files) if place in reachable}

    def has(holder: rdflib.term.Node, name: rdflib.URIRef) -> bool:
        return graph.value(holder, name) is not None

    def share(points: int, met: Callable[[rdflib.term.Node], bool]) -> int:
        return points * sum(map(met, files)) // len(files) if files else 0

    def interoperability(file: rdflib.term.Node) -> tuple[int, ...]:
        stated = str(graph.value(file, DCTERMS.format) or "")
        code = stated.removeprefix(f"{EU}file-type/") if stated.startswith(EU) else None
        media = str(graph.value(file, DCAT.mediaType) or "")
        return (
            20 * bool(stated),
            10 * bool(media),
            10 * (code is not None),
            20 * (code in OPEN),
            20 * (code in MACHINE),
        )

    best = max(map(interoperability, files), key=sum, default=(0,) * 5)
    licensed = share(1, lambda file: has(file, DCTERMS.license))
    known = share(
        1, lambda file: str(graph.value(file, DCTERMS.license)).startswith(f"{EU}licence/")
    )
    return {
        "keywordAvailability": 30 * has(node, DCAT.keyword),
        "categoryAvailability": 30 * has(node, DCAT.theme),
        "spatialAvailability": 20 * has(node, DCTERMS.spatial),
        "temporalAvailability": 20 * has(node, DCTERMS.temporal),
        "accessUrlStatusCode": share(50, lambda f: f in alive and has(f, DCAT.accessURL)),
        "downloadUrlAvailability": share(20, lambda f: has(f, DCAT.downloadURL)),
        "downloadUrlStatusCode": share(30, lambda f: f in alive and has(f, DCAT.downloadURL)),
        "formatAvailability": best[0],
        "mediaTypeAvailability": best[1],
        "formatMediaTypeVocabularyAlignment": best[2],
        "formatMediaTypeNonProprietary": best[3],
        "formatMediaTypeMachineInterpretable": best[4],
        "licenceAvailability": 20 * licensed,
        "knownLicence": 10 * known,
        "accessRightsAvailability": 10 * has(node, DCTERMS.accessRights),
        "contactPointAvailability": 20 * has(node, DCAT.contactPoint),
        "publisherAvailability": 10 * has(node, DCTERMS.publisher),
        "rightsAvailability": 5 * share(1, lambda f: has(f, DCTERMS.rights)),
        "byteSizeAvailability": share(5, lambda f: has(f, DCAT.byteSize)),
        "dateIssuedAvailability": 5 * has(node, DCTERMS.issued),
        "dateModifiedAvailability": 5 * has(node, DCTERMS.modified),
    }


def scored(published: PublishedDataset, reachable: frozenset[int]) -> dict[str, int | None]:
    earned = assess(facts_of(published, reachable), NOW).earned
    return {
        criterion.code: points
        for criterion, points in zip(CRITERIA, earned, strict=True)
        if criterion.score is Score.MQA
    }


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(publications(), st.frozensets(st.integers(0, 2)))
def test_each_indicator_has_the_points_that_the_export_earns(
    published: PublishedDataset, reachable: frozenset[int]
) -> None:
    schemas = sorted({one.schema_name for one in published.resources if one.schema_name})
    dataset = replace(published.dataset, schemas=tuple(schemas))
    published = replace(published, dataset=dataset)

    wanted = from_rdf(published, reachable)
    found = scored(published, reachable)

    assert {code: found[code] for code in wanted} == wanted
    # What is left is always met: validated by the shapes elsewhere, and said of all.
    assert set(found) - set(wanted) == {"dcatApCompliance", "accessRightsVocabularyAlignment"}


def test_no_licence_is_not_exported_as_one() -> None:
    dataset = replace(
        complete().dataset, license="notspecified", license_raw="License Not Specified"
    )
    published = replace(complete(), dataset=dataset)

    assert from_rdf(published, frozenset({0}))["licenceAvailability"] == 0
    assert scored(published, frozenset({0}))["licenceAvailability"] == 0
