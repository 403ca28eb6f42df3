"""Bytes to a graph: the syntax is found in the body, faults are repaired or reported.

pyoxigraph fetches nothing; remote JSON-LD contexts are replaced by a file of ours, and
XML with a document type is refused before any parser sees it.
"""

import re
from dataclasses import dataclass

from pyoxigraph import Quad, RdfFormat, parse

from services.harvester.connectors.dcat.graph import Graph
from services.harvester.connectors.dcat.jsonld import documents
from services.harvester.connectors.dcat.xml import refuse_document_type, repaired
from services.harvester.connectors.transport import decode_text, looks_like_html
from services.harvester.errors import PortalUnreachable

_BY_TYPE = {
    "text/turtle": RdfFormat.TURTLE,
    "application/x-turtle": RdfFormat.TURTLE,
    "text/n3": RdfFormat.N3,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/trig": RdfFormat.TRIG,
}
_BY_EXTENSION = {
    ".n3": RdfFormat.N3,
    ".nt": RdfFormat.N_TRIPLES,
    ".trig": RdfFormat.TRIG,
}
_TURTLE_START = re.compile(
    rb"\s*(?:#[^\n]*\n\s*)*(?:@prefix|@base|prefix\s|base\s|<|_:|\[)", re.IGNORECASE
)
_FAULTS_LIMIT = 1_000
_FAULTS_SHOWN = 3


@dataclass(frozen=True)
class Reading:
    """A graph, and in French what of the document could not be read."""

    graph: Graph
    faults: tuple[str, ...] = ()


def read_document(body: bytes, *, url: str, content_type: str | None = None) -> Reading:
    """The graph of a document found at `url`.

    Raises `PortalUnreachable` when it is not RDF at all: a web page, an empty body, XML
    with entities, nothing readable.
    """
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise PortalUnreachable(f"{url} a répondu une page vide.")
    if looks_like_html(text):
        raise PortalUnreachable(f"{url} a répondu une page web au lieu d'un catalogue DCAT.")
    syntax = sniff(text, url=url, content_type=content_type)
    if syntax is None:
        raise PortalUnreachable(f"{url} n'est ni du Turtle, ni du RDF/XML, ni du JSON-LD.")
    faults: list[str] = []
    if syntax == RdfFormat.JSON_LD:
        quads = _read_jsonld(text, url, faults)
    elif syntax == RdfFormat.RDF_XML:
        quads = _read_xml(text, url, faults)
    else:
        quads = _read(text, syntax, url, faults)
    if not quads and faults:
        raise PortalUnreachable(f"{url} est illisible : {faults[0]}")
    return Reading(Graph(quads), tuple(faults[:_FAULTS_SHOWN]))


def sniff(text: bytes, *, url: str, content_type: str | None) -> RdfFormat | None:
    """The syntax of a body. Media types are often wrong, so the body decides between
    XML, JSON and the Turtle family; type and extension only within that family.
    """
    first = text[:1]
    if first == b"{" or (first == b"[" and not text[1:].lstrip().startswith((b"a ", b"<", b"]"))):
        return RdfFormat.JSON_LD
    if text.startswith((b"<?xml", b"<rdf:", b"<RDF", b"<!--")) or b"<rdf:RDF" in text[:2000]:
        return RdfFormat.RDF_XML
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    path = url.split("?", maxsplit=1)[0].lower()
    for extension, syntax in _BY_EXTENSION.items():
        if path.endswith(extension):
            return syntax
    return RdfFormat.TURTLE if _TURTLE_START.match(text) else None


def _read(
    text: bytes | str, syntax: RdfFormat, url: str, faults: list[str], prefix: str = ""
) -> list[Quad]:
    """Every statement that can be read; the Turtle parser goes on after a faulty one."""
    quads: list[Quad] = []
    parser = iter(parse(text, format=syntax, base_iri=url, lenient=True))
    for _ in range(_FAULTS_LIMIT):
        try:
            # Not extend(): what was read before a fault is kept.
            for quad in parser:
                quads.append(quad)  # noqa: PERF402
        except (SyntaxError, ValueError) as error:
            faults.append(f"{prefix}{_plain(error)}")
            if syntax not in {RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.N3}:
                break
        else:
            break
    return quads


def _read_jsonld(text: bytes, url: str, faults: list[str]) -> list[Quad]:
    whole, parts = documents(decode_text(text), url)
    tried: list[str] = []
    quads = _read(whole, RdfFormat.JSON_LD, url, tried)
    if not tried:
        return quads
    # One bad item makes the parser refuse the document: each one alone, then.
    quads = []
    for number, part in enumerate(parts, 1):
        quads.extend(_read(part, RdfFormat.JSON_LD, url, faults, f"élément {number} : "))
    return quads


def _read_xml(text: bytes, url: str, faults: list[str]) -> list[Quad]:
    refuse_document_type(text, url)
    try:
        return list(parse(text, format=RdfFormat.RDF_XML, base_iri=url))
    except (SyntaxError, ValueError):
        return _read(repaired(text, url), RdfFormat.RDF_XML, url, faults)


def _plain(error: Exception) -> str:
    """The parser's own words, which name the line: there is no French for them."""
    return " ".join(str(error).split())[:200]
