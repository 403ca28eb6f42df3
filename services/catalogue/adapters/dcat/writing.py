"""Statements as a document, part by part: memory holds one part."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import orjson
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from services.catalogue.adapters.dcat.terms import PREFIXES

_XML_HEAD = re.compile(rb"\A.*?<rdf:RDF[^>]*>\s*", re.DOTALL)
_XML_FOOT = re.compile(rb"</rdf:RDF>\s*\Z")
_TYPE = PREFIXES["rdf"] + "type"
_STRING = PREFIXES["xsd"] + "string"


class Syntax(StrEnum):
    """By the extension of the document."""

    TURTLE = "ttl"
    JSON_LD = "jsonld"
    RDF_XML = "rdf"


MEDIA_TYPES = {
    Syntax.TURTLE: "text/turtle; charset=utf-8",
    Syntax.JSON_LD: "application/ld+json",
    Syntax.RDF_XML: "application/rdf+xml",
}


def head(syntax: Syntax) -> bytes:
    """What comes before the first part."""
    if syntax is Syntax.TURTLE:
        lines = (f"@prefix {prefix}: <{address}> .\n" for prefix, address in PREFIXES.items())
        return "".join(lines).encode()
    if syntax is Syntax.JSON_LD:
        return b'{"@context":' + orjson.dumps(PREFIXES) + b',"@graph":['
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in PREFIXES.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF {spaces}>\n'.encode()


def part(syntax: Syntax, triples: Iterable[Triple], *, first: bool) -> bytes:
    """Some statements; all of one subject must follow one another or repeat it."""
    if syntax is Syntax.JSON_LD:
        return _json(triples, first=first)
    if syntax is Syntax.TURTLE:
        lines = _serialized(triples, RdfFormat.TURTLE).splitlines(keepends=True)
        return b"".join(lines[_prefix_lines(lines) :])
    written = _serialized(triples, RdfFormat.RDF_XML)
    return _XML_FOOT.sub(b"", _XML_HEAD.sub(b"", written, count=1))


def foot(syntax: Syntax) -> bytes:
    """What comes after the last part."""
    return {Syntax.TURTLE: b"", Syntax.JSON_LD: b"]}", Syntax.RDF_XML: b"</rdf:RDF>\n"}[syntax]


def _serialized(triples: Iterable[Triple], syntax: RdfFormat) -> bytes:
    return serialize(triples, format=syntax, prefixes=PREFIXES) or b""


def _prefix_lines(lines: list[bytes]) -> int:
    for number, line in enumerate(lines):
        if not line.startswith(b"@prefix"):
            return number
    return len(lines)


def _json(triples: Iterable[Triple], *, first: bool) -> bytes:
    """Compact names under the context; every value as a list."""
    nodes: dict[str, dict[str, Any]] = {}
    for triple in triples:
        key = _id(triple.subject)
        node = nodes.setdefault(key, {"@id": key})
        if triple.predicate.value == _TYPE:
            node.setdefault("@type", []).append(_compact(_id(triple.object)))
        else:
            node.setdefault(_compact(triple.predicate.value), []).append(_value(triple.object))
    body = b",\n".join(map(orjson.dumps, nodes.values()))
    return body if first or not body else b",\n" + body


def _id(term: Any) -> str:
    return str(term.value) if isinstance(term, NamedNode) else f"_:{term.value}"


def _value(term: Any) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": _id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == _STRING:
        return {"@value": term.value}
    return {"@value": term.value, "@type": _compact(term.datatype.value)}


def _compact(address: str) -> str:
    for prefix, start in PREFIXES.items():
        if address.startswith(start):
            return f"{prefix}:{address[len(start) :]}"
    return address
