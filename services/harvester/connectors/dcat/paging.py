"""Hydra paging in its dialects: where the next page is, how many datasets are claimed."""

from services.harvester.connectors.dcat import terms
from services.harvester.connectors.dcat.graph import Graph, Node, value_of
from services.harvester.connectors.values.addresses import clean_url, on_host_of, same_host


def next_page(graph: Graph, url: str) -> tuple[str | None, str | None]:
    """Address of the next page and a warning, from the node typed as a view of the list.

    The view is found by its type: `hydra:view` often names an address that no node has.
    The value may be an IRI or a literal, absolute or relative. One on another host is
    tried on ours: behind a reverse proxy portals name themselves by an inner address.
    """
    for view in _views(graph, url):
        for term in graph.values(view, *terms.NEXTS):
            address = clean_url(value_of(term), url)
            if address is not None:
                return on_our_host(address, url)
    return None, None


def on_our_host(address: str, url: str) -> tuple[str, str | None]:
    """The next page as it is asked for after `url`, and a warning when its host was left."""
    if same_host(address, url):
        return address, None
    return on_host_of(address, url), (
        f"La page suivante annoncée est sur un autre serveur ({address}) : elle est "
        "demandée au même serveur que la première."
    )


def declared_total(graph: Graph) -> int | None:
    """`hydra:totalItems`, a number or a text; the largest when several collections say one."""
    totals = []
    for node in graph.with_any(terms.TOTAL_ITEMS):
        for term in graph.values(node, terms.TOTAL_ITEMS):
            text = (value_of(term) or "").strip()
            if text.isascii() and text.isdigit():
                totals.append(int(text))
    return max(totals, default=None)


def _views(graph: Graph, url: str) -> list[Node]:
    typed = list(graph.of_type(terms.PARTIAL_VIEW, terms.PAGED_COLLECTION))
    views = typed or list(graph.with_any(*terms.NEXTS))
    # Several views may be described: the one of this very page first.
    return sorted(views, key=lambda node: value_of(node) != url)
