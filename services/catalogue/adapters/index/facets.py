"""Facets: what a dataset counts for, and how many of those found have each value.

Organisations and territories have thousands of values. tantivy counts texts by their place in
a sorted list, which it must decode, block after block, to say the texts of the most frequent
ones: several milliseconds of every search that finds hundreds of organisations. Numbers it
counts as they are, so these two are held as numbers; who knows the names knows their numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import tantivy
from tantivy import Query

from services.catalogue.models.search import Facet, Listed
from services.catalogue.quality.mqa import band

SIZE = 50
"""Values given of one facet."""

NUMBERED = frozenset({Facet.ORGANIZATION, Facet.TERRITORY})
"""Facets whose values are held as numbers."""

_EVERY_VALUE = 10_000_000  # of a segment: else each would leave out what it has few of

Counts = Mapping[Facet, list[tuple[str, int]]]
Values = Mapping[Facet, Mapping[int, str]]
"""The values of the numbered facets by their numbers."""


@lru_cache(maxsize=65_536)
def number_of(value: str) -> int:
    """63 bits drawn from a value: any two of 100,000 share them with a chance of 1 in 10⁹."""
    return int.from_bytes(blake2b(value.encode(), digest_size=8).digest()) >> 1


def held(facet: Facet, value: str) -> str | int:
    """A value as the index holds it."""
    return number_of(value) if facet in NUMBERED else value


def values_of(dataset: Listed) -> dict[Facet, tuple[str, ...]]:
    """The values for which a dataset counts."""
    points = dataset.quality_points
    return {
        Facet.SCHEMA: dataset.schemas,
        Facet.ORGANIZATION: (str(dataset.organization_id),),
        Facet.TERRITORY: dataset.territory_path,
        Facet.FORMAT: dataset.formats,
        Facet.LICENSE: (dataset.license,) if dataset.license else (),
        Facet.VERDICT: tuple(dataset.verdict_counts),
        Facet.QUALITY: () if points is None else (band(points),),
    }


def facet_counts(
    searcher: tantivy.Searcher,
    narrowed: Callable[[Facet | None], Query],
    filtered: Iterable[Facet],
    values: Values,
    found: Sequence[Listed] | None,
) -> Counts:
    """The most frequent values of each facet, its own filter left out.

    `narrowed` gives the query without the filter of a facet; `found` is all that has all
    filters, if it is at hand. One pass counts the facets that have no filter of their own,
    none when `found` is given; one more each facet that has.
    """
    own = set(filtered)
    free = [facet for facet in Facet if facet not in own]
    if found is not None:
        counts = _of_datasets(found)
    else:
        counts = _of_index(searcher, narrowed(None), free, values) if free else {}
    for facet in own:
        counts.update(_of_index(searcher, narrowed(facet), [facet], values))
    return {facet: counts[facet] for facet in Facet}


def _of_datasets(found: Sequence[Listed]) -> dict[Facet, list[tuple[str, int]]]:
    counted: dict[Facet, Counter[str]] = {facet: Counter() for facet in Facet}
    for dataset in found:
        for facet, values in values_of(dataset).items():
            counted[facet].update(values)
    return {facet: _ordered(counts.items())[:SIZE] for facet, counts in counted.items()}


def _of_index(
    searcher: tantivy.Searcher, query: Query, facets: Sequence[Facet], values: Values
) -> dict[Facet, list[tuple[str, int]]]:
    asked = {
        facet.value: {"terms": {"field": facet.value, "size": SIZE, "segment_size": _EVERY_VALUE}}
        for facet in facets
    }
    answer = searcher.aggregate(query, asked)
    return {facet: _ordered(_read(answer[facet.value], values.get(facet))) for facet in facets}


def _read(answer: Any, values: Mapping[int, str] | None) -> Iterable[tuple[str, int]]:
    for bucket in answer["buckets"]:
        key = bucket["key"]
        value = key if values is None else values.get(int(key))
        if value is not None:
            yield value, int(bucket["doc_count"])


def _ordered(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda found: (-found[1], found[0]))
