"""Pages of a list: in four orders, at any depth, in the same place after writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from services.catalogue.adapters.index.queries import unscored
from services.catalogue.models.search import Key, Position, Sort

Place = tuple[Key, Any]
"""A sort key with the address of its document."""

_INTEGER, _FLOAT = tantivy.FieldType.Integer, tantivy.FieldType.Float
_WEIGHT = "weight"
_FIELDS = {
    Sort.MODIFIED: ("modified_key", _INTEGER),
    Sort.QUALITY: ("quality_key", _INTEGER),
    Sort.RELEVANCE: (_WEIGHT, _FLOAT),
}
_TITLE = "title_key"
_AROUND = 20  # places before and behind the expected one that are looked at first


@dataclass(frozen=True)
class Listing:
    """The datasets of one query in one order, in one state of the index.

    `scored`: words were asked for, so that relevance is more than a dataset's own weight.
    """

    index: tantivy.Index
    searcher: tantivy.Searcher
    query: Query
    sort: Sort
    scored: bool

    def total(self) -> int:
        """How many there are."""
        # The types that come with tantivy do not know the count.
        found: Any = self.searcher.search(self.query, 1)
        return int(found.count)

    def first(self, limit: int) -> tuple[list[Place], int]:
        """The first places, and how many there are in all."""
        found = self._ordered(self.query, limit, count=True)
        return list(found.hits), int(found.count)

    def few(self, limit: int) -> list[Place]:
        """The first places, when nobody asks how many there are."""
        return list(self._ordered(self.query, limit).hits)

    def after(self, position: Position, limit: int, total: int) -> list[Place]:
        """The places behind a position; `total` is how many there are in all.

        Raises `TypeError` when the position's key is not one of this order.
        """
        if self._by_score:
            return self._after_score(position, limit, total)
        behind = unscored(self._behind(position.key))
        query = Query.boolean_query([(Occur.Must, self.query), (Occur.Must, behind)])
        return list(self._ordered(query, limit).hits)

    def every(self) -> Iterator[Place]:
        """All places, from one state of the index."""
        yield from self._ordered(self.query, max(1, self.searcher.num_docs)).hits

    def numbers(self, places: Sequence[Place]) -> list[int]:
        """The datasets' numbers."""
        found = self.searcher.fast_field_values("number", [address for _, address in places])
        return [int(number or 0) for number in found]

    def _ordered(self, query: Query, limit: int, *, offset: int = 0, count: bool = False) -> Any:
        search = self.searcher.search
        if self._by_score:
            return search(query, limit, offset=offset, count=count, weight_by_field=_WEIGHT)
        if self.sort is Sort.TITLE:
            return search(query, limit, count=count, order_by_field=_TITLE, order=Order.Asc)
        return search(query, limit, count=count, order_by_field=_FIELDS[self.sort][0])

    @property
    def _by_score(self) -> bool:
        return self.scored and self.sort is Sort.RELEVANCE

    def _behind(self, key: Key) -> Query:
        if self.sort is Sort.TITLE:
            # The one way to a range of text: keys are made of what this language reads as it is.
            return self.index.parse_query(f"{_TITLE}:{{{key} TO *}}")
        name, kind = _FIELDS[self.sort]
        bound = _whole(key) if kind is _INTEGER else _real(key)
        return Query.range_query(
            self.index.schema, name, kind, upper_bound=bound, include_upper=False
        )

    def _after_score(self, position: Position, limit: int, total: int) -> list[Place]:
        """Scores cannot be asked for, so the last dataset seen is looked for in the order.

        It is where it was, or near, unless much was written since; then its place is found by
        halving. A dataset that is gone leaves its score behind, which says where it was.
        """
        begin = max(0, position.offset - _AROUND)
        near = self._ordered(self.query, limit + 2 * _AROUND, offset=begin).hits
        numbers = self.numbers(near)
        if position.number in numbers:
            behind = numbers.index(position.number) + 1
            window = near[behind : behind + limit]
            if len(window) == limit or len(near) < limit + 2 * _AROUND:
                return list(window)
            return list(self._ordered(self.query, limit, offset=begin + behind).hits)
        score = self._score_of(position.number)
        offset = self._places_before(_real(position.key) if score is None else score, total)
        found = self._ordered(self.query, limit + 1, offset=offset).hits
        if found and self.numbers(found[:1]) == [position.number]:
            found = found[1:]
        return list(found[:limit])

    def _score_of(self, number: int) -> float | None:
        itself = unscored(Query.term_query(self.index.schema, "number", number))
        query = Query.boolean_query([(Occur.Must, self.query), (Occur.Must, itself)])
        hits = self._ordered(query, 1).hits
        return float(hits[0][0]) if hits else None

    def _places_before(self, score: float, total: int) -> int:
        """How many datasets have a higher score."""
        low, high = 0, total
        while low < high:
            middle = (low + high) // 2
            hits = self._ordered(self.query, 1, offset=middle).hits
            if hits and float(hits[0][0]) > score:
                low = middle + 1
            else:
                high = middle
        return low


def _whole(key: Key) -> int:
    if isinstance(key, float):
        raise TypeError(key)
    return int(key)


def _real(key: Key) -> float:
    if isinstance(key, str):
        raise TypeError(key)
    return float(key)
