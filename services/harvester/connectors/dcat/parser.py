"""The datasets of a DCAT graph as target records. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import BlankNode, NamedNode

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.dcat import terms
from services.harvester.connectors.dcat.distributions import parse_distributions
from services.harvester.connectors.dcat.graph import Graph, Node, Term, best_text, value_of
from services.harvester.connectors.dcat.provenance import provenance_in
from services.harvester.connectors.dcat.qualities import (
    frequency_of,
    licence_of,
    schema_of,
    spatial_in,
    temporal_in,
)
from services.harvester.connectors.refusals import NO_TITLE, SAME_ID
from services.harvester.connectors.values.addresses import clean_url, is_web_address
from services.harvester.connectors.values.dates import parse_moment, past_moment
from services.harvester.connectors.values.texts import (
    clean_id,
    clean_keywords,
    clean_line,
    clean_text,
)
from shared.contracts.records import Contact, DatasetRecord, Publisher

_SIRET = re.compile(r"[0-9]{14}")


@dataclass(frozen=True)
class Parsed:
    """What a graph holds. `named` counts datasets that are only named, not described."""

    records: tuple[DatasetRecord, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    named: int = 0


def parse_graph(graph: Graph, *, url: str, now: datetime) -> Parsed:
    """Every dataset that the graph describes.

    A dataset counts when it has a title of its own: a page of a collection may name all
    of them, and services name those of others.
    """
    records: dict[str, DatasetRecord] = {}
    rejected: list[Rejected] = []
    named = 0
    for node in graph.of_type(*terms.DATASET_TYPES):
        if not graph.values(node, terms.TITLE) and not graph.values(node, *terms.DISTRIBUTIONS):
            named += 1
            continue
        parsed = parse_dataset(graph, node, url=url, now=now)
        if isinstance(parsed, Rejected):
            rejected.append(parsed)
        elif parsed.remote_id in records:
            rejected.append(
                Rejected(
                    SAME_ID,
                    remote_id=parsed.remote_id,
                    title=parsed.title,
                    publisher=parsed.publisher,
                )
            )
        else:
            records[parsed.remote_id] = parsed
    return Parsed(tuple(records.values()), tuple(rejected), named)


def parse_dataset(graph: Graph, node: Node, *, url: str, now: datetime) -> DatasetRecord | Rejected:
    """One dataset, or why it cannot be imported."""
    title = clean_line(best_text(graph.values(node, terms.TITLE)))
    remote_id = _remote_id(graph, node, url)
    publisher = _publisher(graph, node)
    if remote_id is None:
        return Rejected(
            "Le jeu de données n'a ni identifiant, ni adresse, ni page d'accueil : il ne "
            "peut pas être suivi d'un moissonnage à l'autre. Donnez-lui l'un d'eux.",
            title=title,
            publisher=publisher,
        )
    if title is None:
        return Rejected(NO_TITLE, remote_id=remote_id, publisher=publisher)
    warnings: list[str] = []
    licence = licence_of(graph, node)
    landing_page = _first_url(graph.values(node, terms.LANDING_PAGE), url)
    return DatasetRecord(
        remote_id=remote_id,
        uri=node.value if isinstance(node, NamedNode) and is_web_address(node.value) else None,
        remote_url=landing_page,
        title=title,
        description=clean_text(graph.text(node, *terms.DESCRIPTIONS)),
        publisher=publisher,
        license=licence.id,
        license_raw=clean_line(licence.raw),
        frequency=frequency_of(graph, node, warnings),
        temporal=temporal_in(graph, node, warnings),
        spatial=spatial_in(graph, node, warnings),
        keywords=clean_keywords(_texts(graph, node, terms.KEYWORD)),
        themes=clean_keywords(_texts(graph, node, terms.THEME)),
        language=_language(graph, node),
        issued=_first_moment(graph, node, terms.ISSUED, now),
        modified=_modified(graph, node, now, warnings),
        contact=_contact(graph, node),
        schema_ref=schema_of(graph, node),
        resources=parse_distributions(graph, node, url=url, now=now, warnings=warnings),
        provenance=provenance_in(graph, node, url),
        warnings=tuple(warnings),
    )


def _remote_id(graph: Graph, node: Node, url: str) -> str | None:
    """dct:identifier (the first in sorted order of a list), the node, the landing page."""
    values = [clean_id(value_of(term)) for term in graph.values(node, terms.IDENTIFIER)]
    if identifiers := sorted(filter(None, values)):
        return identifiers[0]
    if isinstance(node, NamedNode):
        return clean_id(node.value)
    return clean_id(_first_url(graph.values(node, terms.LANDING_PAGE), url))


def _publisher(graph: Graph, node: Node) -> Publisher:
    for term in graph.values(node, *terms.PUBLISHERS):
        name = clean_line(graph.label(term, *terms.NAMES))
        uri = value_of(term) if isinstance(term, NamedNode) else None
        if name or uri:
            return Publisher(name=name, siret=_siret(graph, term), remote_id=clean_line(uri))
    return Publisher()


def _siret(graph: Graph, publisher: Term) -> str | None:
    """dct:identifier of the publisher, where that is a SIRET."""
    node = graph.node(publisher)
    found = graph.values(node, terms.IDENTIFIER) if node is not None else []
    texts = (clean_line(value_of(term)) or "" for term in found)
    return next((text for text in texts if _SIRET.fullmatch(text)), None)


def _contact(graph: Graph, node: Node) -> Contact | None:
    for term in graph.values(node, terms.CONTACT):
        name = clean_line(graph.label(term, *terms.CONTACT_NAMES))
        contact = graph.node(term)
        emails = graph.values(contact, *terms.CONTACT_EMAIL) if contact is not None else []
        email = next(filter(None, map(_email, emails)), None)
        if name or email:
            return Contact(name=name, email=email)
    return None


def _email(term: Term) -> str | None:
    """`mailto:x@y`, also with a space after the colon."""
    text = clean_line(value_of(term)) or ""
    address = text.removeprefix("mailto:").strip()
    return address if "@" in address else None


def _texts(graph: Graph, node: Node, predicate: str) -> list[object]:
    """Labels in French or without language where there are any, else all of them.

    A concept without a label is named by its address.
    """
    labelled = [
        (graph.label(term, *terms.LABELS) or value_of(term), getattr(term, "language", None))
        for term in graph.values(node, predicate)
    ]
    french = [text for text, lang in labelled if not lang or lang.lower().startswith("fr")]
    return list(french or [text for text, _ in labelled])


def _language(graph: Graph, node: Node) -> str | None:
    """The last part of an address (`FRE`), or the text, in lower case; French first."""
    found = []
    for term in graph.values(node, terms.LANGUAGE):
        text = value_of(term)
        if text and text.strip():
            found.append(text.strip().rstrip("/").rsplit("/", 1)[-1].lower()[:20])
    french = [code for code in found if code.startswith("fr")]
    return next(iter(french or found), None)


def _modified(graph: Graph, node: Node, now: datetime, warnings: list[str]) -> datetime | None:
    moments = [parse_moment(value_of(t)) for t in graph.values(node, *terms.MODIFIED)]
    if any(moments) and _first_moment(graph, node, terms.MODIFIED, now) is None:
        warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return _first_moment(graph, node, terms.MODIFIED, now)


def _first_moment(
    graph: Graph, node: Node, predicates: tuple[str, ...], now: datetime
) -> datetime | None:
    for predicate in predicates:
        for term in graph.values(node, predicate):
            if moment := past_moment(value_of(term), now):
                return moment
    return None


def _first_url(found: list[Term], base: str) -> str | None:
    for term in found:
        if not isinstance(term, BlankNode) and (address := clean_url(term.value, base)):
            return address
    return None
