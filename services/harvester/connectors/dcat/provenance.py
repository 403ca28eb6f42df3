"""The other catalogues that know a dataset: `adms:identifier`. Pure."""

from urllib.parse import urlsplit

from services.harvester.connectors.dcat import terms
from services.harvester.connectors.dcat.graph import Graph, Node, value_of
from services.harvester.connectors.values.addresses import is_web_address
from services.harvester.connectors.values.texts import clean_id
from shared.contracts.records import Provenance


def provenance_in(graph: Graph, node: Node) -> tuple[Provenance, ...]:
    """Each second identifier with the catalogue that gave it.

    data.gouv.fr writes its own page there, in what it exports of a harvested dataset; the
    node keeps the address of the portal that it was harvested from.
    """
    links = []
    for term in graph.values(node, terms.OTHER_IDENTIFIER):
        other = graph.node(term)
        notations = graph.values(other, terms.NOTATION) if other is not None else [term]
        for notation in notations:
            identifier = clean_id(value_of(notation))
            if identifier is None:
                continue
            address = identifier if is_web_address(identifier) else None
            links.append(
                Provenance(
                    kind="catalog",
                    domain=urlsplit(address or "").hostname,
                    remote_id=None if address else identifier,
                    url=address,
                    title=graph.label(other, terms.CREATOR) if other is not None else None,
                )
            )
    return tuple(links)
