"""A catalogue in RDF: Turtle, RDF/XML, JSON-LD and N-Triples, page by page (Hydra)."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize
from starlette.responses import Response

from demo.catalogue import FICTITIOUS, Dataset, Resource
from demo.plan import Portal
from demo.portals.addresses import base_of
from demo.portals.holdings import Library

PAGE_SIZE: Final = 3
"""Datasets a page of a town's own catalogue: few, so that every harvest has to turn pages."""

_PREFIXES: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_FORMATS: Final = {
    "ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML, "xml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD, "json": RdfFormat.JSON_LD, "nt": RdfFormat.N_TRIPLES,
}  # fmt: skip
_LICENSES: Final = {
    "lov2": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "odc-odbl": "http://opendatacommons.org/licenses/odbl/summary/",
}
_FREQUENCIES: Final = "http://publications.europa.eu/resource/authority/frequency/"
_EU_FREQUENCY: Final = {
    "annual": "ANNUAL", "semiannual": "ANNUAL_2", "quarterly": "QUARTERLY",
    "monthly": "MONTHLY", "weekly": "WEEKLY", "irregular": "IRREG", "punctual": "AS_NEEDED",
}  # fmt: skip

Term = NamedNode | BlankNode | Literal


def dcat_router(library: Library, portal: Portal) -> APIRouter:
    """The catalogue at `/<portal>/catalog.<extension>?page=`."""
    router = APIRouter(prefix=f"/{portal.slug}")

    @router.get("/catalog.{extension}")
    async def catalog(
        request: Request,
        extension: str,
        page: Annotated[int, Query(ge=1)] = 1,
        page_size: Annotated[int, Query(ge=1)] = PAGE_SIZE,
    ) -> Response:
        listed = library.datasets(portal.slug)
        return catalog_response(
            request, listed, extension=extension, page=page, page_size=page_size
        )

    return router


def catalog_response(
    request: Request, listed: list[Dataset], *, extension: str, page: int, page_size: int
) -> Response:
    """One page of a catalogue in the form that the extension names; 404 for an unknown one."""
    form = _FORMATS.get(extension)
    if form is None:
        raise HTTPException(404)
    last = max(1, -(-len(listed) // page_size))
    if page > last:
        raise HTTPException(404)
    own = str(request.url.replace(query=""))
    triples = list(_hydra(request, own, total=len(listed), page=page, last=last))
    for dataset in listed[(page - 1) * page_size : page * page_size]:
        triples += _dataset(base_of(request), own, dataset)
    items = [Quad(*one) for one in triples] if form == RdfFormat.JSON_LD else triples
    body = serialize(items, format=form, prefixes=_PREFIXES)
    return Response(body, media_type=form.media_type)


def _name(prefixed: str) -> NamedNode:
    prefix, local = prefixed.split(":", 1)
    return NamedNode(_PREFIXES[prefix] + local)


def _french(text: str) -> Literal:
    return Literal(text, language="fr")


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_name("xsd:integer"))


def _all(subject: NamedNode | BlankNode, pairs: Sequence[tuple[str, Term]]) -> list[Triple]:
    return [Triple(subject, _name(predicate), value) for predicate, value in pairs]


def _hydra(request: Request, own: str, *, total: int, page: int, last: int) -> Iterator[Triple]:
    def at(number: int) -> NamedNode:
        return NamedNode(str(request.url.include_query_params(page=number)))

    catalog, view = NamedNode(own), at(page)
    yield from _all(catalog, [
        ("rdf:type", _name("dcat:Catalog")),
        ("rdf:type", _name("hydra:Collection")),
        ("dct:title", _french("Catalogue de la démonstration")),
        ("dct:description", _french(FICTITIOUS)),
        ("hydra:totalItems", _number(total)),
        ("hydra:view", view),
    ])  # fmt: skip
    yield from _all(view, [
        ("rdf:type", _name("hydra:PartialCollectionView")),
        ("hydra:first", at(1)),
        ("hydra:last", at(last)),
    ])  # fmt: skip
    if page < last:
        yield Triple(view, _name("hydra:next"), at(page + 1))
    if page > 1:
        yield Triple(view, _name("hydra:previous"), at(page - 1))


def _dataset(base: str, catalog: str, dataset: Dataset) -> list[Triple]:
    page = f"{base}/{dataset.portal.slug}/datasets/{dataset.slug}/"
    node = NamedNode(page)
    # Named, so that the same catalogue is the same bytes each time it is asked for.
    publisher, contact, period = (
        BlankNode(f"{part}-{dataset.id}") for part in ("publisher", "contact", "period")
    )
    first, last = dataset.years
    pairs: list[tuple[str, Term]] = [
        ("rdf:type", _name("dcat:Dataset")),
        ("dct:identifier", Literal(dataset.id)),
        ("dct:title", _french(dataset.title)),
        ("dct:description", _french(dataset.description)),
        ("dct:issued", _moment(dataset.created.isoformat())),
        ("dct:modified", _moment(dataset.modified.isoformat())),
        ("dct:language", Literal("fr")),
        ("dct:accrualPeriodicity",
         NamedNode(_FREQUENCIES + _EU_FREQUENCY[dataset.subject.frequency])),
        ("dct:publisher", publisher),
        ("dct:temporal", period),
        ("dcat:landingPage", node),
        ("dcat:contactPoint", contact),
        ("dcat:theme", _french(dataset.subject.theme)),
    ]  # fmt: skip
    pairs += [("dcat:keyword", _french(word)) for word in dataset.keywords]
    if license_url := _LICENSES.get(dataset.publication.license):
        pairs.append(("dct:license", NamedNode(license_url)))
    triples = [Triple(NamedNode(catalog), _name("dcat:dataset"), node), *_all(node, pairs)]
    triples += _all(publisher, [
        ("rdf:type", _name("foaf:Organization")),
        ("foaf:name", Literal(dataset.member.body)),
    ])  # fmt: skip
    triples += _all(contact, [
        ("rdf:type", _name("vcard:Organization")),
        ("vcard:fn", Literal("Service numérique")),
        ("vcard:hasEmail", NamedNode(f"mailto:opendata@{dataset.member.web_domain}")),
    ])  # fmt: skip
    triples += _all(period, [
        ("rdf:type", _name("dct:PeriodOfTime")),
        ("dcat:startDate", Literal(f"{first}-01-01", datatype=_name("xsd:date"))),
        ("dcat:endDate", Literal(f"{last}-12-31", datatype=_name("xsd:date"))),
    ])  # fmt: skip
    for resource in dataset.resources:
        triples += _distribution(base, node, resource)
    return triples


def _moment(text: str) -> Literal:
    return Literal(text, datatype=_name("xsd:dateTime"))


def _distribution(base: str, dataset: NamedNode, resource: Resource) -> list[Triple]:
    node = NamedNode(f"{dataset.value}#resource-{resource.id}")
    pairs: list[tuple[str, Term]] = [
        ("rdf:type", _name("dcat:Distribution")),
        ("dct:identifier", Literal(resource.id)),
        ("dct:title", Literal(resource.name)),
        ("dct:description", _french(FICTITIOUS)),
        ("dcat:downloadURL", NamedNode(resource.url(base))),
        ("dcat:accessURL", dataset),
        ("dct:format", Literal(resource.extension.upper())),
        ("dcat:mediaType", Literal(resource.media_type)),
        ("dct:modified", _moment(resource.modified.isoformat())),
    ]
    triples = [Triple(dataset, _name("dcat:distribution"), node)]
    if resource.schema is not None and resource.declares_schema:
        standard = NamedNode(resource.schema.url)
        pairs.append(("dct:conformsTo", standard))
        triples += _all(standard, [
            ("rdf:type", _name("dct:Standard")),
            ("dct:title", Literal(resource.schema.name)),
            ("owl:versionInfo", Literal(resource.schema.version)),
        ])  # fmt: skip
    return triples + _all(node, pairs)
