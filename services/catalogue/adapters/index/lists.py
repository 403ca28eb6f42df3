"""Pages of a list: in four orders, at any depth, in the same place after writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from services.catalogue.adapters.index.documents import (
    TITLE_LETTERS,
    TITLE_PARTS,
    title_numbers,
    title_part,
)
from services.catalogue.adapters.index.queries import unscored
from services.catalogue.models.search import Key, Position, Sort

Place = tuple[Key, Any]
"""A sort key with the address of its document."""

_NUMBERS = {Sort.MODIFIED: "modified_key", Sort.QUALITY: "quality_key"}
_AROUND = 20  # places before and behind the expected one that are looked at first


@dataclass(frozen=True)
class Listing:
    """The datasets of one query in one order, in one state of the index."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    query: Query
    sort: Sort

    def total(self) -> int:
        """How many there are."""
        # The types that come with tantivy do not know the count.
        found: Any = self.searcher.search(self.query, 1)
        return int(found.count)

    def first(self, limit: int) -> tuple[list[Place], int]:
        """The first places, and how many there are in all."""
        found = self._ordered(self.query, limit, count=True)
        return list(found.hits), int(found.count)

    def after(self, position: Position, limit: int) -> list[Place]:
        """The places behind a position.

        Raises `TypeError` when the position's key is not one of this order.
        """
        if self.sort is Sort.RELEVANCE:
            return self._after_score(position, limit)
        if self.sort is Sort.TITLE:
            behind = self._behind_title(str(position.key))
        else:
            behind = Query.range_query(
                self.schema,
                _NUMBERS[self.sort],
                tantivy.FieldType.Integer,
                upper_bound=_whole(position.key),
                include_upper=False,
            )
        query = Query.boolean_query([(Occur.Must, self.query), (Occur.Must, unscored(behind))])
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
        if self.sort is Sort.RELEVANCE:
            return search(query, limit, offset=offset, count=count, weight_by_field="weight")
        if self.sort is Sort.TITLE:
            return search(query, limit, count=count, order_by_field="title_key", order=Order.Asc)
        return search(query, limit, count=count, order_by_field=_NUMBERS[self.sort])

    def _after_score(self, position: Position, limit: int) -> list[Place]:
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
        offset = self._places_before(_real(position.key) if score is None else score)
        found = self._ordered(self.query, limit + 1, offset=offset).hits
        if found and self.numbers(found[:1]) == [position.number]:
            found = found[1:]
        return list(found[:limit])

    def _score_of(self, number: int) -> float | None:
        itself = unscored(Query.term_query(self.schema, "number", number))
        query = Query.boolean_query([(Occur.Must, self.query), (Occur.Must, itself)])
        hits = self._ordered(query, 1).hits
        return float(hits[0][0]) if hits else None

    def _places_before(self, score: float) -> int:
        """How many datasets have a higher score."""
        low, high = 0, self.total()
        while low < high:
            middle = (low + high) // 2
            hits = self._ordered(self.query, 1, offset=middle).hits
            if hits and float(hits[0][0]) > score:
                low = middle + 1
            else:
                high = middle
        return low

    def _behind_title(self, key: str) -> Query:
        """Titles behind this one: a later first part, or the same and a later second …"""
        letters, number = key[:TITLE_LETTERS], _whole(key[TITLE_LETTERS:])
        fields = [*map(title_part, range(TITLE_PARTS)), "number"]
        values = [*title_numbers(letters.ljust(TITLE_LETTERS)), number]
        ways: list[tuple[Occur, Query]] = []
        for depth in range(len(fields)):
            same = [
                (Occur.Must, self._between(fields[i], values[i], values[i])) for i in range(depth)
            ]
            later = (Occur.Must, self._between(fields[depth], values[depth] + 1, None))
            ways.append((Occur.Should, Query.boolean_query([*same, later])))
        return Query.boolean_query(ways)

    def _between(self, name: str, low: int, high: int | None) -> Query:
        return Query.range_query(
            self.schema, name, tantivy.FieldType.Integer, lower_bound=low, upper_bound=high
        )


def _whole(key: Key) -> int:
    if isinstance(key, float):
        raise TypeError(key)
    return int(key)


def _real(key: Key) -> float:
    if isinstance(key, str):
        raise TypeError(key)
    return float(key)
