"""The other catalogues that know a dataset, and the one that it was taken from. Pure."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from services.harvester.connectors.dcat import terms
from services.harvester.connectors.dcat.graph import Graph, Node, value_of
from services.harvester.connectors.values.addresses import is_web_address
from services.harvester.connectors.values.texts import clean_id
from shared.contracts.records import Provenance


def provenance_in(graph: Graph, node: Node, url: str) -> tuple[Provenance, ...]:
    """Other identifiers (`adms:identifier`), and where the catalogue at `url` has it from.

    data.gouv.fr exports what it harvested under the address of the portal that it comes from,
    with its own page as the other identifier: so the node is at home elsewhere. A DOI is an
    identifier only, and says nothing of where a dataset comes from.
    """
    aliases = tuple(_aliases(graph, node))
    here = _host(url)
    home = _host(value_of(node))
    if home is None or home == here or here not in {alias.domain for alias in aliases}:
        return aliases
    origin = Provenance(kind="harvest", domain=home, url=value_of(node))
    return (origin, *aliases)


def _aliases(graph: Graph, node: Node) -> Iterator[Provenance]:
    for term in graph.values(node, terms.OTHER_IDENTIFIER):
        other = graph.node(term)
        notations = graph.values(other, terms.NOTATION) if other is not None else [term]
        for notation in notations:
            identifier = clean_id(value_of(notation))
            if identifier is None:
                continue
            address = identifier if is_web_address(identifier) else None
            yield Provenance(
                kind="identifier",
                domain=_host(address),
                remote_id=None if address else identifier,
                url=address,
                title=graph.label(other, terms.CREATOR) if other is not None else None,
            )


def _host(address: str | None) -> str | None:
    try:
        return urlsplit(address or "").hostname
    except ValueError:
        return None
