"""Why a dataset has its place: the words, where they stand, and the three factors."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import tantivy
from tantivy import Occur, Query

from services.catalogue.adapters.index.documents import WORDS
from services.catalogue.adapters.index.queries import (
    Want,
    place_queries,
    text_query,
    unscored,
    want_query,
    word_queries,
)
from services.catalogue.models.ranking import factors
from services.catalogue.models.search import Criteria, Explanation, Hit, WordMatch

_TOGETHER = "together"
"""Named as a field: the points for words side by side in the title."""


def explain(
    schema: tantivy.Schema,
    searcher: tantivy.Searcher,
    criteria: Criteria,
    asked: Sequence[Want],
    hits: Sequence[Hit],
    numbers: Sequence[int],
    reference: datetime,
) -> list[Explanation]:
    """An explanation for each hit. A few dozen small searches: not for every request."""
    if not hits:
        return []
    among = unscored(Query.term_set_query(schema, "number", list(numbers)))

    def points(query: Query) -> dict[int, float]:
        both = Query.boolean_query([(Occur.Must, query), (Occur.Must, among)])
        found = searcher.search(both, len(numbers), count=False).hits
        held = searcher.fast_field_values("number", [address for _, address in found])
        return {int(n or 0): float(s) for n, (s, _) in zip(held, found, strict=True)}

    whole = points(text_query(schema, criteria, asked)) if asked else {}
    matches: dict[int, list[WordMatch]] = {number: [] for number in numbers}
    for want in asked:
        best = _best_places(schema, points, want)
        for number, worth in points(want_query(schema, want)).items():
            found_as, field = best.get(number, ((f"{want.beginning}…",), WORDS))
            matches[number].append(WordMatch(" ".join(want.typed), found_as, field, worth))
    found = []
    for hit, number in zip(hits, numbers, strict=True):
        held = factors(
            validity=hit.validity,
            fresh_at=hit.fresh_at,
            archived=hit.archived,
            reference=reference,
        )
        text = whole.get(number, 1.0)
        words = matches[number]
        beside = text - sum(match.points for match in words)
        if asked and beside > 0.005:
            words = [*words, WordMatch("", (), _TOGETHER, beside)]
        found.append(Explanation(text * held.product, text, tuple(words), held))
    return found


def _best_places(
    schema: tantivy.Schema, points: Callable[[Query], dict[int, float]], want: Want
) -> Mapping[int, tuple[tuple[str, ...], str]]:
    """For each dataset, as what the want counts most, and in which field."""
    best: dict[int, tuple[float, tuple[str, ...], str]] = {}
    for way in want.ways:
        for word in way.words:
            for field, query in word_queries(schema, word):
                for number, worth in points(query).items():
                    if worth * way.weight > best.get(number, (0.0,))[0]:
                        best[number] = (worth * way.weight, way.words, field)
    for field, query in place_queries(schema, want.toponym) if want.toponym else ():
        for number, worth in points(query).items():
            if worth > best.get(number, (0.0,))[0]:
                best[number] = (worth, want.typed, field)
    return {number: (words, field) for number, (_, words, field) in best.items()}
