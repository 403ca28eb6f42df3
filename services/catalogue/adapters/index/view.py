"""One state of the index, read as a whole: a list, its facets, its total, its explanations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
import tantivy
from tantivy import Occur, Query

from services.catalogue.adapters.index.documents import GUIDE, HEADING, TEXT_FIELDS, read_hit
from services.catalogue.adapters.index.explain import explain
from services.catalogue.adapters.index.facets import Counts, facet_counts
from services.catalogue.adapters.index.lists import Listing, Place
from services.catalogue.adapters.index.names import Members, Name, Places
from services.catalogue.adapters.index.queries import (
    Want,
    countable,
    matched_query,
    most_missing,
    narrowed,
    term_query,
    text_query,
    unscored,
    want_query,
    wants,
)
from services.catalogue.adapters.index.spelling import Spelling
from services.catalogue.models.search import Criteria, Facet, Hit, Position, Sort
from services.catalogue.models.text import STOP_WORDS, Term, plain

_KEPT_COUNTS = 64
_HANDFUL = 4
_MANY_WORDS = 3
_LEAST_SUGGESTED = 3  # letters of what is typed before datasets are suggested


@dataclass(frozen=True)
class Found:
    """What the index says of a search; names are added by who asked."""

    hits: list[Hit]
    total: int
    missing: int
    next: Position | None
    facets: Counts
    corrected: str | None


@dataclass(frozen=True)
class View:
    """One state of the index with the names that go with it. Its methods block."""

    index: tantivy.Index
    searcher: tantivy.Searcher
    spelling: Spelling
    places: Places
    members: Members
    reference: datetime
    _counts: dict[str, Counts] = field(default_factory=dict, repr=False)
    _totals: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def schema(self) -> tantivy.Schema:
        """The fields of the index."""
        return self.index.schema

    def search(
        self,
        criteria: Criteria,
        sort: Sort,
        *,
        limit: int,
        after: Position | None = None,
        relax: bool = True,
        with_facets: bool = True,
        explained: bool = False,
    ) -> Found:
        """One page. `relax`: words may be missing if hardly any dataset has all of them."""
        asked = self._asked(criteria.terms)
        listing = self._listing(criteria, asked, sort)
        places, total = self._page(criteria, listing, limit + 1, after)
        if relax and not criteria.missing:
            criteria = self._relaxed(criteria, asked, total)
            if criteria.missing:
                listing = self._listing(criteria, asked, sort)
                places, total = self._page(criteria, listing, limit + 1, after)
        hits = [self._hit(place) for place in places[:limit]]
        if explained:
            numbers = listing.numbers(places[:limit])
            found = explain(
                self.schema, self.searcher, criteria, asked, hits, numbers, self.reference
            )
            hits = [replace(hit, explanation=one) for hit, one in zip(hits, found, strict=True)]
        return Found(
            hits=hits,
            total=total,
            missing=criteria.missing,
            next=self._next(listing, places, limit, after),
            facets=self._facets(criteria, asked, hits if total == len(hits) else None)
            if with_facets
            else {},
            corrected=self._corrected(criteria.terms),
        )

    def every(self, criteria: Criteria, sort: Sort) -> list[Place]:
        """All places of a list; read from this state of the index, they stay good."""
        asked = self._asked(criteria.terms)
        total = self._listing(criteria, asked, sort).total()
        criteria = self._relaxed(criteria, asked, total)
        return list(self._listing(criteria, asked, sort).every())

    def listing_of(self, criteria: Criteria, sort: Sort) -> Listing:
        """The list of all that has all the words, to be read by places."""
        return self._listing(criteria, self._asked(criteria.terms), sort)

    def forget_counts(self) -> None:
        """Count facets and totals anew: for measuring."""
        self._counts.clear()
        self._totals.clear()

    def hits(self, places: Sequence[Place]) -> list[Hit]:
        """The datasets at these places."""
        return [self._hit(place) for place in places]

    def suggest_datasets(self, criteria: Criteria, limit: int) -> list[Hit]:
        """The first datasets for what is being typed, once it is more than two letters.

        A word is completed to the most frequent ones that begin so, and looked for in titles and
        names; elsewhere when none has it. A search looks for all of them everywhere, which takes
        longer than a key stroke may.
        """
        if all(len(word) < _LEAST_SUGGESTED for term in criteria.terms for word in term.words):
            return []
        asked = [replace(want, beginning=None) for want in self._asked(criteria.terms)]
        for fields in (HEADING, TEXT_FIELDS):
            found = self._listing(criteria, asked, Sort.RELEVANCE, fields).few(limit)
            if found:
                return self.hits(found)
        return []

    def suggest_names(self, typed: str, limit: int) -> list[Name]:
        """Members and schemas, then territories, whose name begins so; one typing error is
        forgiven when no name at all does.
        """
        words = plain(typed)
        for errors in (0, 1):
            found = [
                name
                for names in (self.members.names, self.places.names)
                for name in names.beginning(words, limit, errors=errors)
            ]
            if found:
                return found
        return []

    def guides(self, terms: Sequence[Term], limit: int) -> list[list[Mapping[str, Any]]]:
        """The guides that speak of what is asked, each in all its languages."""
        asked = self._asked([term for term in terms if not term.excluded])
        if not asked:
            return []
        parts = [(Occur.Must, want_query(self.schema, want)) for want in asked]
        parts.append((Occur.Must, unscored(term_query(self.schema, "kind", GUIDE))))
        found = self.searcher.search(Query.boolean_query(parts), limit, count=False).hits
        return [orjson.loads(self._content(address)) for _, address in found]

    def _asked(self, terms: Sequence[Term]) -> list[Want]:
        spelling = self.spelling
        return wants(spelling.joined(terms), spelling.ways, self.places.locate)

    def _relaxed(self, criteria: Criteria, asked: Sequence[Want], total: int) -> Criteria:
        """As few words missing as leave something to show: a handful when many words were
        asked for, of which one may be what no dataset says. `total`: how many have all.
        """
        most = most_missing(asked)
        missing, found = 0, total
        many = sum(not want.optional for want in asked) >= _MANY_WORDS
        met: list[int] | None = None
        while missing < most:
            enough = found >= _HANDFUL or not many or missing >= (most + 1) // 2
            if found and enough:
                break
            if met is None:
                met = self._met(criteria, asked)
            missing += 1
            least = countable(asked) - missing
            found = sum(number >= least for number in met)
        return replace(criteria, missing=missing)

    def _met(self, criteria: Criteria, asked: Sequence[Want]) -> list[int]:
        """How many wants those datasets meet that meet the most of them, a handful of these."""
        query = narrowed(self.schema, matched_query(self.schema, criteria, asked), criteria.filters)
        hits = self.searcher.search(query, _HANDFUL, count=False).hits
        return [round(score) for score, _ in hits]

    def _listing(
        self,
        criteria: Criteria,
        asked: Sequence[Want],
        sort: Sort,
        fields: Sequence[str] = TEXT_FIELDS,
    ) -> Listing:
        scored = sort is Sort.RELEVANCE and bool(asked)
        query = text_query(self.schema, criteria, asked, scored=scored, fields=fields)
        query = narrowed(self.schema, query, criteria.filters)
        return Listing(self.index, self.searcher, query, sort, scored)

    def _page(
        self, criteria: Criteria, listing: Listing, limit: int, after: Position | None
    ) -> tuple[list[Place], int]:
        """The places of a page, and how many there are in all: a later page does not count again
        what the first one did.
        """
        key = _key(criteria)
        if after is None:
            places, total = listing.first(limit)
        else:
            known = self._totals.get(key)
            total = listing.total() if known is None else known
            places = listing.after(after, limit, total)
        if len(self._totals) >= _KEPT_COUNTS:
            self._totals.clear()
        self._totals[key] = total
        return places, total

    @staticmethod
    def _next(
        listing: Listing, places: Sequence[Place], limit: int, after: Position | None
    ) -> Position | None:
        if len(places) <= limit:
            return None
        last = places[limit - 1]
        before = after.offset + 1 if after else 0
        return Position(last[0], listing.numbers([last])[0], before + limit - 1)

    def _facets(
        self, criteria: Criteria, asked: Sequence[Want], found: Sequence[Hit] | None
    ) -> Counts:
        """`found`: all that there is, when one page shows it."""
        key = _key(criteria)
        known = self._counts.get(key)
        if known is None:
            query = text_query(self.schema, criteria, asked, scored=False)

            def without(facet: Facet | None) -> Query:
                return narrowed(self.schema, query, criteria.filters, without=facet)

            values = {
                Facet.ORGANIZATION: self.members.numbered,
                Facet.TERRITORY: self.places.numbered,
            }
            known = facet_counts(self.searcher, without, criteria.filters, values, found)
            if len(self._counts) >= _KEPT_COUNTS:
                self._counts.clear()
            self._counts[key] = known
        return known

    def _corrected(self, terms: Sequence[Term]) -> str | None:
        """The query in the words that were searched, if any was mistyped."""
        typed = [word for term in terms if not term.excluded for word in term.words]
        joined = self.spelling.joined([term for term in terms if not term.excluded])
        read = [
            word if word in STOP_WORDS else self.spelling.correction(word) or word
            for term in joined
            for word in term.words
        ]
        return " ".join(read) if read != typed else None

    def _hit(self, place: Place) -> Hit:
        return read_hit(self._content(place[1]), self.members.name, self.places.name)

    def _content(self, address: Any) -> bytes:
        content: bytes = bytes(self.searcher.doc(address).get_first("hit") or b"{}")
        return content


def _key(criteria: Criteria) -> str:
    """What two searches share that find the same."""
    return repr((criteria.terms, sorted(criteria.filters.items()), criteria.missing))
