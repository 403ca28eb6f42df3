"""The distributions of a DCAT dataset as resources. Pure."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from pyoxigraph import NamedNode

from services.harvester.connectors.dcat import terms
from services.harvester.connectors.dcat.graph import Graph, Node, best_text, value_of
from services.harvester.connectors.dcat.qualities import schema_of
from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.dates import past_moment
from services.harvester.connectors.values.formats import clean_mime, is_service, resolve_format
from services.harvester.connectors.values.identifiers import made_id
from services.harvester.connectors.values.texts import clean_id, clean_line, clean_text
from shared.contracts.records import Checksum, ResourceRecord

RESOURCES_LIMIT = 2_000


def parse_distributions(
    graph: Graph, dataset: Node, *, url: str, now: datetime, warnings: list[str]
) -> tuple[ResourceRecord, ...]:
    """Every distribution that the document describes, once."""
    kept: dict[str, ResourceRecord] = {}
    for node in _nodes(graph, dataset, warnings)[:RESOURCES_LIMIT]:
        resource = _parse(graph, node, url=url, now=now)
        if resource is None:
            warnings.append("Une ressource sans titre ni adresse est laissée de côté.")
        elif resource.remote_id in kept:
            warnings.append(f"Ressource en double : {resource.title or resource.remote_id}.")
        else:
            kept[resource.remote_id] = resource
    return tuple(kept.values())


def _nodes(graph: Graph, dataset: Node, warnings: list[str]) -> list[Node]:
    nodes: dict[Node, None] = {}
    for term in graph.values(dataset, *terms.DISTRIBUTIONS):
        node = graph.node(term)
        if node is None or not graph.describes(node):
            warnings.append("Une ressource citée sans être décrite est laissée de côté.")
        else:
            nodes[node] = None
    for term in graph.values(dataset, terms.HAS_PART):
        part = graph.node(term)
        # A part that is a dataset is a dataset, not a file.
        if (
            part is not None
            and graph.describes(part)
            and not graph.is_a(part, *terms.DATASET_TYPES)
        ):
            nodes[part] = None
    return list(nodes)


def _parse(graph: Graph, node: Node, *, url: str, now: datetime) -> ResourceRecord | None:
    address = _address(graph, node, url)
    title = clean_line(best_text(graph.values(node, terms.TITLE)))
    if address is None and title is None:
        return None
    mime = next(
        filter(None, (clean_mime(value_of(t)) for t in graph.values(node, terms.MEDIA_TYPE))),
        None,
    )
    declared = _declared_format(graph, node)
    format_name = resolve_format(declared, mime, address)
    service = bool(graph.values(node, terms.ACCESS_SERVICE)) or is_service(format_name, address)
    return ResourceRecord(
        remote_id=_remote_id(graph, node, address, title),
        title=title,
        description=clean_text(graph.text(node, *terms.DESCRIPTIONS)),
        url=address,
        format=format_name,
        mime=mime or clean_mime(declared),
        size=_size(graph, node),
        checksum=_checksum(graph, node),
        schema_ref=schema_of(graph, node),
        kind="api" if service else "main",
        issued=_moment(graph, node, terms.ISSUED, now),
        modified=_moment(graph, node, terms.MODIFIED, now),
    )


def _remote_id(graph: Graph, node: Node, address: str | None, title: str | None) -> str:
    values = [clean_id(value_of(term)) for term in graph.values(node, terms.IDENTIFIER)]
    if identifiers := sorted(filter(None, values)):
        return identifiers[0]
    if isinstance(node, NamedNode):
        return clean_id(node.value) or made_id(node.value)
    return made_id(f"{address or ''}\n{'' if address else title}")


def _address(graph: Graph, node: Node, url: str) -> str | None:
    for term in graph.values(node, terms.DOWNLOAD_URL, terms.ACCESS_URL):
        if found := clean_url(value_of(term), url):
            return found
    return None


def _declared_format(graph: Graph, node: Node) -> str | None:
    """dct:format, then dcat:mediaType: an address, a node with a label, a text."""
    for term in graph.values(node, terms.FORMAT, terms.MEDIA_TYPE):
        if found := graph.label(term, *terms.LABELS) or value_of(term):
            return found
    return None


def _size(graph: Graph, node: Node) -> int | None:
    """Bytes; written as a decimal, `1024.0` or text."""
    for term in graph.values(node, terms.BYTE_SIZE):
        try:
            size = int(Decimal((value_of(term) or "").strip()))
        except (InvalidOperation, ValueError, OverflowError):
            continue
        if 0 <= size < 2**62:
            return size
    return None


def _checksum(graph: Graph, node: Node) -> Checksum | None:
    for term in graph.values(node, terms.CHECKSUM):
        checksum = graph.node(term)
        if checksum is None:
            continue
        digest = best_text(graph.values(checksum, terms.CHECKSUM_VALUE))
        algorithm = next(
            filter(None, (value_of(t) for t in graph.values(checksum, terms.CHECKSUM_ALGORITHM))),
            None,
        )
        if digest and algorithm:
            name = algorithm.rsplit("#", 1)[-1].rsplit("/", 1)[-1].lower()
            return Checksum(
                algorithm=name.removeprefix("checksumalgorithm_"), value=digest.strip().lower()
            )
    return None


def _moment(
    graph: Graph, node: Node, predicates: tuple[str, ...], now: datetime
) -> datetime | None:
    for term in graph.values(node, *predicates):
        if moment := past_moment(value_of(term), now):
            return moment
    return None
