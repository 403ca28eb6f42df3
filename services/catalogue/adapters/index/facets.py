"""Counting the values of facets, each without its own filter."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import tantivy
from tantivy import Query

from services.catalogue.adapters.index.documents import FACET_FIELDS
from services.catalogue.models.search import Facet

SIZE = 50
"""Values given of one facet."""

Counts = Mapping[Facet, list[tuple[str, int]]]


def facet_counts(
    searcher: tantivy.Searcher,
    narrowed: Callable[[Facet | None], Query],
    filtered: Iterable[Facet],
) -> Counts:
    """The most frequent values of each facet.

    `narrowed` gives the query without the filter of a facet. One pass counts all facets
    that have no filter of their own, one more each facet that has.
    """
    own = set(filtered)
    free = [facet for facet in Facet if facet not in own]
    found = _count(searcher, narrowed(None), free)
    for facet in own:
        found.update(_count(searcher, narrowed(facet), [facet]))
    return {facet: found[facet] for facet in Facet}


def _count(
    searcher: tantivy.Searcher, query: Query, facets: list[Facet]
) -> dict[Facet, list[tuple[str, int]]]:
    if not facets:
        return {}
    answer = searcher.aggregate(query, {facet.value: _terms(facet, SIZE) for facet in facets})
    doubtful = {
        facet.value: _terms(facet, len(values), include=values)
        for facet in facets
        if answer[facet.value].get("doc_count_error_upper_bound")
        and (values := [bucket["key"] for bucket in answer[facet.value]["buckets"]])
    }
    if doubtful:
        # Each segment gave its most frequent values only: count these again in all of them.
        answer.update(searcher.aggregate(query, doubtful))
    return {facet: _sorted(answer[facet.value]["buckets"]) for facet in facets}


def _terms(facet: Facet, size: int, *, include: list[str] | None = None) -> dict[str, Any]:
    terms: dict[str, Any] = {"field": FACET_FIELDS[facet], "size": size}
    if include is not None:
        terms["include"] = include
    return {"terms": terms}


def _sorted(buckets: list[dict[str, Any]]) -> list[tuple[str, int]]:
    values = [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]
    return sorted(values, key=lambda found: (-found[1], found[0]))
