"""Names of the vocabularies that an export uses, and the building of statements."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

PREFIXES: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
EU: Final = "http://publications.europa.eu/resource/authority/"
WKT: Final = NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
GEOJSON: Final = NamedNode("http://www.opengis.net/ont/geosparql#geoJSONLiteral")
FRENCH: Final = "fr"
_IN_AN_IRI = ":/?#[]@!$&'()*+,;=%~-._"
_known: dict[str, NamedNode] = {}


def name(compact: str) -> NamedNode:
    """The node of `dct:title`."""
    node = _known.get(compact)
    if node is None:
        prefix, _, local = compact.partition(":")
        node = _known[compact] = NamedNode(PREFIXES[prefix] + local)
    return node


def iri(text: str | None) -> NamedNode | None:
    """The node of a stranger's address, its odd characters encoded; None when it is none."""
    if not text or "://" not in text:
        return None
    for written in (text, quote(text, safe=_IN_AN_IRI)):
        try:
            return NamedNode(written)
        except ValueError:
            continue
    return None


def text(value: str) -> Literal:
    """A French text."""
    return Literal(value, language=FRENCH)


def typed(value: str, kind: str) -> Literal:
    """A value of `xsd:…`."""
    return Literal(value, datatype=name(kind))


def moment(value: datetime) -> Literal:
    """A moment with its zone."""
    return typed(value.isoformat(), "xsd:dateTime")


def day(value: date) -> Literal:
    """A day."""
    return typed(value.isoformat(), "xsd:date")


class Statements:
    """Triples in the order in which they are said; what is absent is not said."""

    def __init__(self) -> None:
        self._triples: dict[Triple, None] = {}

    def __iter__(self) -> Iterator[Triple]:
        return iter(self._triples)

    def __len__(self) -> int:
        return len(self._triples)

    def say(self, subject: Subject, predicate: str, *values: Term | None) -> None:
        """One statement for each value that is there; each is said once."""
        verb = name(predicate)
        for value in values:
            if value is not None:
                self._triples[Triple(subject, verb, value)] = None

    def texts(self, subject: Subject, predicate: str, values: Iterable[str | None]) -> None:
        """French texts."""
        self.say(subject, predicate, *(text(value) for value in values if value))

    def is_a(self, subject: Subject, *types: str) -> None:
        """Its classes."""
        self.say(subject, "rdf:type", *map(name, types))
