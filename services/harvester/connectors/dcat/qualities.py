"""Licence, frequency, period, place and schema of a DCAT node. Pure."""

from pyoxigraph import NamedNode

from services.harvester.connectors.dcat import terms
from services.harvester.connectors.dcat.graph import Graph, Node, Term, best_text, value_of
from services.harvester.connectors.values.addresses import is_web_address
from services.harvester.connectors.values.dates import parse_interval, parse_period
from services.harvester.connectors.values.frequencies import resolve_frequency
from services.harvester.connectors.values.licences import Licence, resolve_licence
from services.harvester.connectors.values.places import (
    is_zone,
    normalise_zone,
    read_geometry,
    spatial_of,
)
from services.harvester.connectors.values.schemas import (
    is_register_name,
    names_a_schema,
    schema_reference,
)
from services.harvester.connectors.values.texts import clean_line
from shared.contracts.records import Period, SchemaReference, Spatial


def licence_of(graph: Graph, dataset: Node) -> Licence:
    """dct:license, dct:rights, those of the distributions, dct:accessRights at last."""
    found = [*_licence_texts(graph, dataset, terms.LICENSE, terms.RIGHTS)]
    for term in graph.values(dataset, *terms.DISTRIBUTIONS):
        node = graph.node(term)
        if node is not None:
            found += _licence_texts(graph, node, terms.LICENSE, terms.RIGHTS)
    found += _licence_texts(graph, dataset, terms.ACCESS_RIGHTS)
    return resolve_licence(found)


def frequency_of(graph: Graph, dataset: Node, warnings: list[str]) -> str | None:
    """dct:accrualPeriodicity: an address of a vocabulary, a node with a label, a word."""
    first = None
    for term in graph.values(dataset, terms.PERIODICITY):
        for text in (value_of(term), graph.label(term, *terms.LABELS)):
            frequency = resolve_frequency(text)
            if frequency and frequency != "unknown":
                return frequency
            first = first or (text if frequency else None)
    if first and not first.upper().endswith("UNKNOWN"):
        warnings.append(f"Fréquence de mise à jour non reconnue : « {clean_line(first)} ».")
    return "unknown" if first else None


def temporal_in(graph: Graph, dataset: Node, warnings: list[str]) -> Period | None:
    """dct:temporal in its five ways; the first that can be read."""
    found = graph.values(dataset, terms.TEMPORAL)
    for term in found:
        node = graph.node(term)
        period = _period_of(graph, node) if node is not None else parse_interval(term.value)
        if period:
            return period
    if found:
        warnings.append("Couverture temporelle illisible : elle est laissée de côté.")
    return None


def spatial_in(graph: Graph, dataset: Node, warnings: list[str]) -> Spatial | None:
    """Zones, the first geometry that can be read, and a name, of every dct:spatial."""
    zones: list[str] = []
    geometry: dict[str, object] | None = None
    name: str | None = None
    unreadable = False
    for term in graph.values(dataset, terms.SPATIAL):
        for literal in _geometries(graph, term):
            found = read_geometry(literal)
            unreadable = unreadable or found is None
            geometry = geometry or found
        label = clean_line(graph.label(term, *terms.LABELS))
        if label and not read_geometry(label):
            name = name or label
        named = [zone for zone in map(normalise_zone, _place_names(graph, term)) if is_zone(zone)]
        zones += filter(None, named)
        if named:
            continue
        if isinstance(term, NamedNode) and is_web_address(term.value):
            name = name or term.value
    if unreadable and geometry is None:
        warnings.append("Emprise géographique illisible : elle est laissée de côté.")
    return spatial_of(zones, geometry, name)


def schema_of(graph: Graph, node: Node) -> SchemaReference | None:
    """The table schema among all that dct:conformsTo may name, in sorted order."""
    found = [_standard(graph, term) for term in graph.values(node, terms.CONFORMS_TO)]
    return min(filter(None, found), key=lambda ref: (ref.name or "", ref.url or ""), default=None)


def _standard(graph: Graph, term: Term) -> SchemaReference | None:
    node = graph.node(term)
    if node is None:
        text = clean_line(value_of(term))
        return schema_reference(name=text) if text and _names_one(text) else None
    title = clean_line(best_text(graph.values(node, terms.TITLE)))
    version = best_text(graph.values(node, terms.VERSION_INFO))
    addresses = [node.value if isinstance(node, NamedNode) else None]
    addresses += [value_of(term) for term in graph.values(node, terms.IDENTIFIER)]
    address = next((a for a in addresses if a and is_web_address(a) and names_a_schema(a)), None)
    name = title if is_register_name(title) else None
    return schema_reference(name, version, address) if name or address else None


def _names_one(text: str) -> bool:
    return names_a_schema(text) if is_web_address(text) else is_register_name(text)


def _licence_texts(graph: Graph, node: Node, *predicates: str) -> list[str]:
    texts = []
    for term in graph.values(node, *predicates):
        texts += [text for text in (value_of(term), graph.label(term, *terms.LABELS)) if text]
    return texts


def _period_of(graph: Graph, node: Node) -> Period | None:
    start = best_text(graph.values(node, *terms.STARTS)) or _instant(graph, node, terms.BEGINNING)
    end = best_text(graph.values(node, *terms.ENDS)) or _instant(graph, node, terms.ENDING)
    if start or end:
        return parse_period(start, end)
    label = graph.text(node, *terms.LABELS)
    return parse_interval(label) if label else None


def _instant(graph: Graph, node: Node, predicate: str) -> str | None:
    for term in graph.values(node, predicate):
        instant = graph.node(term)
        if instant is None:
            return value_of(term)
        if found := best_text(graph.values(instant, *terms.INSTANTS)):
            return found
    return None


def _place_names(graph: Graph, term: Term) -> list[str | None]:
    """The address of a place, then its identifiers."""
    node = graph.node(term)
    identifiers = graph.values(node, terms.IDENTIFIER) if node is not None else []
    return [value_of(each) for each in (term, *identifiers)]


def _geometries(graph: Graph, term: Term) -> list[str]:
    """Literals that claim to be a geometry; GML, which nobody here reads, left out."""
    node = graph.node(term)
    if node is None:
        text = (value_of(term) or "").strip()
        return [text] if read_geometry(text) else []
    texts = [value_of(literal) for literal in graph.values(node, *terms.GEOMETRIES)]
    return [text for text in texts if text and not text.lstrip().startswith("<gml:")]
