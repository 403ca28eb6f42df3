"""A resource as dcat:Distribution."""

from collections.abc import Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from services.catalogue.adapters.dcat import vocabularies
from services.catalogue.adapters.dcat.quality import describe_file_quality
from services.catalogue.adapters.dcat.terms import Statements, iri, moment, name, text, typed
from services.catalogue.models.dataset import Dataset, Resource
from services.catalogue.quality.mqa import NO_LICENCE
from shared.contracts.records import Checksum

_REGISTER = "https://schema.data.gouv.fr/schemas"


def describe_distribution(
    said: Statements,
    base: str,
    dataset_node: NamedNode,
    dataset: Dataset,
    resource: Resource,
    checksum: Checksum | None,
) -> None:
    """A file with its download address, a service with its access; both with the licence."""
    node = NamedNode(f"{dataset_node.value}#ressource-{resource.id}")
    said.say(dataset_node, "dcat:distribution", node)
    said.is_a(node, "dcat:Distribution")
    said.say(node, "dct:identifier", Literal(str(resource.id)))
    said.texts(node, "dct:title", [resource.title])
    said.texts(node, "dct:description", [resource.description])
    address = iri(resource.url) or dataset_node
    said.say(node, "dcat:accessURL", address)
    if resource.kind == "api":
        _service(said, node, dataset, address)
    elif address is not dataset_node:
        said.say(node, "dcat:downloadURL", address)
    _format(said, node, resource)
    if resource.size is not None:
        said.say(node, "dcat:byteSize", typed(str(resource.size), "xsd:nonNegativeInteger"))
    if checksum is not None:
        _checksum(said, node, checksum)
    said.say(node, "dct:issued", moment(resource.issued) if resource.issued else None)
    said.say(node, "dct:modified", moment(resource.modified) if resource.modified else None)
    describe_licence(said, node, dataset)
    _conformance(said, node, resource)
    describe_file_quality(said, base, node, resource)


def describe_licence(said: Statements, node: NamedNode, dataset: Dataset) -> None:
    """dct:license by address, dct:rights in words; a licence we do not know in words only."""
    known = vocabularies.licence(dataset.license)
    if known is not None:
        licence, title = known
        said.say(node, "dct:license", licence)
        said.is_a(licence, "dct:LicenseDocument")
        said.say(licence, "dct:title", text(title))
        _rights(said, node, title, f"d{dataset.id.hex}l")
    elif dataset.license != NO_LICENCE and (said_so := dataset.license_raw or dataset.license):
        document = BlankNode(f"d{dataset.id.hex}licence")
        said.say(node, "dct:license", document)
        said.is_a(document, "dct:LicenseDocument")
        said.say(document, "dct:title", text(said_so))
        _rights(said, node, said_so, f"d{dataset.id.hex}l")


def _rights(said: Statements, node: NamedNode, words: str, label: str) -> None:
    rights = BlankNode(f"{label}droits")
    said.say(node, "dct:rights", rights)
    said.is_a(rights, "dct:RightsStatement")
    said.say(rights, "rdfs:label", text(words))


def _service(said: Statements, node: NamedNode, dataset: Dataset, address: NamedNode) -> None:
    service = NamedNode(f"{node.value}-service")
    said.say(node, "dcat:accessService", service)
    said.is_a(service, "dcat:DataService")
    said.say(service, "dct:title", text(dataset.title))
    said.say(service, "dcat:endpointURL", address)


def _format(said: Statements, node: NamedNode, resource: Resource) -> None:
    file_type = vocabularies.file_type(resource.format)
    if file_type is None and resource.format:
        other = BlankNode(f"r{resource.id.hex}format")
        said.say(node, "dct:format", other)
        said.is_a(other, "dct:MediaTypeOrExtent")
        said.say(other, "rdfs:label", Literal(resource.format))
    elif file_type is not None:
        said.say(node, "dct:format", file_type)
        said.is_a(file_type, "dct:MediaTypeOrExtent")
    media_type = vocabularies.media_type(resource.mime, resource.format)
    if media_type is not None:
        said.say(node, "dcat:mediaType", media_type)
        said.is_a(media_type, "dct:MediaType")


def _checksum(said: Statements, node: NamedNode, checksum: Checksum) -> None:
    summed = NamedNode(f"{node.value}-somme")
    said.say(node, "spdx:checksum", summed)
    said.is_a(summed, "spdx:Checksum")
    algorithm = checksum.algorithm.lower().replace("-", "")
    said.say(summed, "spdx:algorithm", iri(f"{name('spdx:').value}checksumAlgorithm_{algorithm}"))
    said.say(summed, "spdx:checksumValue", typed(checksum.value, "xsd:hexBinary"))


def _conformance(said: Statements, node: NamedNode, resource: Resource) -> None:
    """The schema that the file was checked with, else the one that is declared."""
    declared: Mapping[str, Any] = resource.declared_schema or {}
    schema = resource.schema_name or declared.get("name")
    version = resource.schema_version or declared.get("version")
    standard = iri(schema_address(schema, version) if schema else declared.get("url"))
    if standard is None:
        return
    said.say(node, "dct:conformsTo", standard)
    said.is_a(standard, "dct:Standard")
    if schema and "://" not in schema:
        said.say(standard, "dct:title", Literal(schema))
        said.say(standard, "owl:versionInfo", Literal(version) if version else None)


def schema_address(schema: str, version: str | None) -> str:
    """Where the national register publishes a schema."""
    if "://" in schema:
        return schema
    return f"{_REGISTER}/{schema}/{version or 'latest'}/schema.json"
