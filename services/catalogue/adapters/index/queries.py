"""What is asked, as tantivy's queries.

A query is a list of *wants*: a word, a phrase, or the words of a known expression (« plan
local d’urbanisme »). A want may be met in several ways: as typed, as the beginning of a
longer word, in another spelling, by a synonym. The best way counts, each with its weight.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import tantivy
from tantivy import Occur, Query

from services.catalogue.adapters.index.documents import (
    DATASET,
    EXACT_TITLE,
    PLACE,
    SAID,
    TEXT_FIELDS,
    WORDS,
    stem,
)
from services.catalogue.adapters.index.facets import held
from services.catalogue.models.search import Criteria, Facet
from services.catalogue.models.synonyms import Form, longest_form, synonyms
from services.catalogue.models.text import OPTIONAL_WORDS, STOP_WORDS, Term

BOOSTS = {"title": 4.0, "names": 4.0, "topics": 1.6, "rest": 0.4, "around": 0.6}
"""What a word counts by where it stands."""
_AROUND = TEXT_FIELDS[-1]
_WHOLE = {"title": EXACT_TITLE, "rest": WORDS}
"""Where words stand that are not stemmed, by what counts as much."""
_AS_WRITTEN = 1.0  # more for the very word in the title, beside its stem
_OTHER_FIELDS = 0.15  # of what the word counts in the fields beside the best one
_SYNONYM = 0.8
_ON_THE_PLACE = 20.0
_BELOW_THE_PLACE = 11.0
_PLACE_MENTIONED = 2.0  # in words, by a dataset that lies elsewhere
_TOGETHER = 1.5  # for the words side by side in the title
_TOGETHER_SLOP = 2
_BEGINNING_SCORE = 2.0  # of a word that begins as typed and is not among the frequent ones


@dataclass(frozen=True)
class Way:
    """One way to meet a want: all these words; `weight` of what they would count as typed."""

    words: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Toponym:
    """What words mean as a name of places: their codes, each with how likely it is meant.

    `sure`: the words are hardly anything else.
    """

    places: tuple[tuple[str, float], ...]
    sure: bool


@dataclass(frozen=True)
class Want:
    """Something asked for, met by one of its ways.

    `beginning`: any word that begins so will do. `phrase`: the words follow one another.
    `optional`: it counts where it is met, and need not be.
    """

    typed: tuple[str, ...]
    ways: tuple[Way, ...]
    beginning: str | None = None
    phrase: bool = False
    optional: bool = False
    toponym: Toponym | None = None

    @property
    def sure_place(self) -> bool:
        """Whether it names a place and nothing else."""
        return self.toponym is not None and self.toponym.sure


Spell = Callable[[str, bool], tuple[Way, ...]]
"""The ways to read a word that the spelling knows; whether it may be still being typed."""

Locate = Callable[[Sequence[Term]], tuple[int, Toponym] | None]
"""How many of the first terms name places, and which."""


def wants(terms: Sequence[Term], spell: Spell, locate: Locate) -> list[Want]:
    """The wants of a query: names of places and known expressions taken together."""
    found: list[Want] = []
    words = [term for term in terms if not term.excluded and len(term.words) == 1]
    while words:
        length, want = _first_want(words, spell, locate)
        found.append(want)
        words = words[length:]
    found += [
        Want(term.words, (Way(term.words),), phrase=True)
        for term in terms
        if not term.excluded and len(term.words) > 1
    ]
    if all(want.optional for want in found):
        return [replace(want, optional=False) for want in found]
    return found


def _first_want(terms: Sequence[Term], spell: Spell, locate: Locate) -> tuple[int, Want]:
    length, others = _expression(terms)
    located = locate(terms)
    if located and located[0] >= length and (located[1].sure or not others):
        length, toponym = located
        words = tuple(term.words[0] for term in terms[:length])
        ways = spell(words[0], terms[0].partial) if length == 1 else (Way(words),)
        # Ville is a commune, and what people write before the name of theirs.
        optional = not toponym.sure and words[0] in OPTIONAL_WORDS
        return length, Want(words, ways, optional=optional, toponym=toponym)
    words = tuple(term.words[0] for term in terms[:length])
    synonyms_of = tuple(Way(other, _SYNONYM * min(1.0, length / len(other))) for other in others)
    if length > 1:
        return length, Want(words, (Way(words), *synonyms_of))
    term = terms[0]
    return 1, Want(
        words,
        (*spell(words[0], term.partial), *synonyms_of),
        beginning=words[0] if term.partial else None,
        optional=words[0] in OPTIONAL_WORDS,
    )


def countable(asked: Sequence[Want]) -> int:
    """How many wants there are of which some may be missing."""
    return sum(not want.optional and not want.sure_place for want in asked)


def most_missing(asked: Sequence[Want]) -> int:
    """How many wants may be missing at most, so that something is left to ask for."""
    others = countable(asked)
    return others if any(want.sure_place for want in asked) else max(0, others - 1)


def text_query(
    schema: tantivy.Schema,
    criteria: Criteria,
    asked: Sequence[Want],
    *,
    scored: bool = True,
    fields: Sequence[str] = TEXT_FIELDS,
) -> Query:
    """The datasets that meet the wants and the exclusions.

    A place that is named is never among what may be missing. Not `scored`, it is quicker.
    `fields`: where words count, of what is scored.
    """
    parts: list[tuple[Occur, Query]] = []
    some: list[tuple[Occur, Query]] = []
    for want in asked:
        if want.optional and not scored:
            continue
        query = want_query(schema, want, fields) if scored else match_query(schema, want)
        if want.optional:
            parts.append((Occur.Should, query))
        elif criteria.missing and not want.sure_place:
            some.append((Occur.Should, query))
        else:
            parts.append((Occur.Must, query))
    parts += _most_of(some, criteria.missing)
    if scored and len(asked) > 1:
        parts += _together(schema, asked)
    return Query.boolean_query([*parts, *_among(schema, criteria)])


def matched_query(schema: tantivy.Schema, criteria: Criteria, asked: Sequence[Want]) -> Query:
    """The datasets that meet any want, each with the number of those it meets as its score.

    A place that is named must be met, and is not counted.
    """
    parts = [
        (Occur.Must, unscored(match_query(schema, want)))
        if want.sure_place
        else (Occur.Should, Query.const_score_query(match_query(schema, want), 1.0))
        for want in asked
        if not want.optional
    ]
    return Query.boolean_query([*parts, *_among(schema, criteria)])


def _among(schema: tantivy.Schema, criteria: Criteria) -> Iterable[tuple[Occur, Query]]:
    """Datasets only, without what is excluded."""
    yield Occur.Must, unscored(term_query(schema, "kind", DATASET))
    for term in criteria.terms:
        if term.excluded:
            yield Occur.MustNot, _phrase(schema, term.words)


def _most_of(some: list[tuple[Occur, Query]], missing: int) -> list[tuple[Occur, Query]]:
    least = len(some) - missing
    if least <= 0:
        return some
    return [(Occur.Must, Query.boolean_query(some, minimum_number_should_match=least))]


def narrowed(
    schema: tantivy.Schema,
    query: Query,
    filters: Mapping[Facet, tuple[str, ...]],
    *,
    without: Facet | None = None,
) -> Query:
    """The query with the filters, one facet's own left out."""
    parts = [
        (Occur.Must, unscored(_filter(schema, facet, values)))
        for facet, values in filters.items()
        if facet is not without
    ]
    return Query.boolean_query([(Occur.Must, query), *parts]) if parts else query


def want_query(schema: tantivy.Schema, want: Want, among: Sequence[str] = TEXT_FIELDS) -> Query:
    """Datasets that meet a want in one of these fields, scored by the best way to meet it."""
    if want.phrase:
        return _phrase(schema, want.typed)
    fields = _said(want, among)
    ways = [_way(schema, way, fields) for way in want.ways]
    if want.toponym:
        if want.toponym.sure:
            ways = [Query.const_score_query(way, _PLACE_MENTIONED) for way in ways]
        ways += [query for _, query in place_queries(schema, want.toponym)]
    if want.beginning:
        begins = Query.fuzzy_term_query(schema, WORDS, want.beginning, 0, prefix=True)
        ways.append(Query.boost_query(begins, _BEGINNING_SCORE))
    return ways[0] if len(ways) == 1 else Query.disjunction_max_query(ways)


def match_query(schema: tantivy.Schema, want: Want) -> Query:
    """The datasets of `want_query`, by as few terms as say it; what they score means nothing."""
    if want.phrase:
        return _phrase(schema, want.typed)
    fields = (SAID, _AROUND) if _AROUND in _said(want, TEXT_FIELDS) else (SAID,)
    ways = [_has_all(schema, way.words, fields) for way in want.ways]
    if want.toponym:
        codes = [held(Facet.TERRITORY, code) for code, _ in want.toponym.places]
        ways.append(Query.term_set_query(schema, Facet.TERRITORY.value, codes))
    if want.beginning:
        ways.append(Query.fuzzy_term_query(schema, WORDS, want.beginning, 0, prefix=True))
    return _any(ways)


def _has_all(schema: tantivy.Schema, words: Form, fields: Sequence[str]) -> Query:
    has = [_has(schema, word, fields) for word in words]
    return has[0] if len(has) == 1 else Query.boolean_query([(Occur.Must, one) for one in has])


def _has(schema: tantivy.Schema, word: str, fields: Sequence[str]) -> Query:
    if _has_stem_of_a_stop_word(word):
        return term_query(schema, WORDS, word)
    stemmed = stem(word)
    return _any([term_query(schema, name, stemmed) for name in fields])


def _any(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _said(want: Want, fields: Sequence[str]) -> Sequence[str]:
    """Where its words may stand. A place is found in the territories around by its code."""
    return [name for name in fields if name != _AROUND] if want.sure_place else fields


def place_queries(schema: tantivy.Schema, toponym: Toponym) -> Iterable[tuple[str, Query]]:
    """Datasets on a place or below it, by the field and with what that counts."""
    for code, likely in toponym.places:
        own = term_query(schema, PLACE, code)
        yield PLACE, Query.const_score_query(own, _ON_THE_PLACE * likely)
        within = term_query(schema, Facet.TERRITORY.value, held(Facet.TERRITORY, code))
        yield Facet.TERRITORY.value, Query.const_score_query(within, _BELOW_THE_PLACE * likely)


def word_queries(
    schema: tantivy.Schema, word: str, fields: Sequence[str] = TEXT_FIELDS
) -> Iterable[tuple[str, Query]]:
    """Where a word may stand, with what it counts there."""
    whole = _has_stem_of_a_stop_word(word)
    looked_in = {name: name for name in fields} if not whole else _WHOLE
    sought = word if whole else stem(word)
    for name, indexed in looked_in.items():
        if name in fields:
            query = Query.term_query(schema, indexed, sought, "freq")
            yield name, Query.boost_query(query, BOOSTS[name])


def _has_stem_of_a_stop_word(word: str) -> bool:
    """« DEA » is stemmed to « de », which every dataset has: such words are sought whole."""
    return word not in STOP_WORDS and stem(word) in STOP_WORDS


def term_query(schema: tantivy.Schema, name: str, value: str | int) -> Query:
    """Documents that hold the value as it is."""
    return Query.term_query(schema, name, value, "basic")


def unscored(query: Query) -> Query:
    """The same documents, counting nothing."""
    return Query.const_score_query(query, 0.0)


def _way(schema: tantivy.Schema, way: Way, fields: Sequence[str] = TEXT_FIELDS) -> Query:
    words = [(Occur.Must, _word(schema, word, fields)) for word in way.words]
    query = words[0][1] if len(words) == 1 else Query.boolean_query(words)
    return query if way.weight == 1.0 else Query.boost_query(query, way.weight)


def _word(schema: tantivy.Schema, word: str, fields: Sequence[str] = TEXT_FIELDS) -> Query:
    places = [query for _, query in word_queries(schema, word, fields)]
    exact = Query.term_query(schema, EXACT_TITLE, word, "freq")
    places[0] = Query.boolean_query(
        [(Occur.Should, places[0]), (Occur.Should, Query.boost_query(exact, _AS_WRITTEN))]
    )
    return Query.disjunction_max_query(places, _OTHER_FIELDS)


def _phrase(schema: tantivy.Schema, words: Form) -> Query:
    stems = [stem(word) for word in words]
    if len(stems) == 1:
        return _word(schema, words[0])
    return Query.disjunction_max_query(
        [
            Query.boost_query(Query.phrase_query(schema, name, list(stems)), BOOSTS[name])
            for name in TEXT_FIELDS
        ]
    )


def _together(schema: tantivy.Schema, asked: Sequence[Want]) -> list[tuple[Occur, Query]]:
    stems = [stem(word) for want in asked if not want.toponym for word in want.typed]
    pairs = pairwise(stems)
    return [
        (
            Occur.Should,
            Query.boost_query(
                Query.phrase_query(schema, "title", list(pair), _TOGETHER_SLOP), _TOGETHER
            ),
        )
        for pair in pairs
        if pair[0] != pair[1]
    ]


def _filter(schema: tantivy.Schema, facet: Facet, values: tuple[str, ...]) -> Query:
    if facet is Facet.QUALITY:
        points = [int(value) for value in values if value.isdigit()]
        if points:
            least = Query.range_query(
                schema, "points", tantivy.FieldType.Integer, lower_bound=min(points)
            )
            bands = [value for value in values if not value.isdigit()]
            if not bands:
                return least
            named = Query.term_set_query(schema, facet.value, bands)
            return Query.boolean_query([(Occur.Should, least), (Occur.Should, named)])
    return Query.term_set_query(schema, facet.value, [held(facet, value) for value in values])


def _expression(terms: Sequence[Term]) -> tuple[int, tuple[Form, ...]]:
    """How many of the first terms are a known expression (1 if none), and its synonyms."""
    known = _stemmed_synonyms()
    for length in range(min(longest_form(), len(terms)), 0, -1):
        others = known.get(tuple(stem(term.words[0]) for term in terms[:length]))
        if others:
            return length, others
    return 1, ()


@cache
def _stemmed_synonyms() -> Mapping[Form, tuple[Form, ...]]:
    return {tuple(map(stem, form)): others for form, others in synonyms().items()}
