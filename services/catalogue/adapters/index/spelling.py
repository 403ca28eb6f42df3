"""Words that the catalogue holds, to complete and correct those that are typed.

A small index of its own: each word of the catalogue is a document with the number of
datasets that have it, so that the nearest words are found by tantivy's automata.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

import tantivy
from tantivy import Query

from services.catalogue.adapters.index.documents import WORDS, stem
from services.catalogue.adapters.index.queries import Way
from services.catalogue.models.text import Term

_COMPLETIONS = 4
_CORRECTIONS = 3
_COMPLETED = 0.85
_BEGUN = 0.7  # a word that is not the last one, and may stand for a longer one
_CORRECTED = 0.6
_SPLIT = 0.8
_LEAST_BEGINNING = 2  # letters of a word that is still being typed
_LEAST_ABBREVIATION = 4  # letters of a word that may stand for a longer one
_LEAST_CORRECTED = 5  # letters of a word that may be mistyped
_TWO_TYPOS_FROM = 8  # letters of a word that may be mistyped twice
_LEAST_PART = 3  # letters of the parts of a word that should be two
_RARE = 3  # datasets with a word that may yet be a typing error …
_OVERWHELMING = 50  # … if a near word is that many times as frequent
_FOUND = 12


class Spelling:
    """The words of one state of the index."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("word", tokenizer_name="raw", index_option="basic", stored=True)
        builder.add_integer_field("datasets", fast=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(heap_size=15_000_000, num_threads=1)
        self._known: dict[str, int] = {}
        for word, datasets in words:
            self._known[word] = datasets
            if not word.isdigit():
                writer.add_document(tantivy.Document(word=word, datasets=datasets))
        writer.commit()
        index.reload()
        self._searcher = index.searcher()
        self._stems = {stem(word) for word in self._known}
        self.ways = lru_cache(maxsize=4096)(self._ways)

    @classmethod
    def of(cls, searcher: tantivy.Searcher) -> "Spelling":
        """The words of what is indexed. About a second for 100,000 words."""
        return cls(searcher.terms_with_prefix(WORDS, ""))

    def correction(self, word: str) -> str | None:
        """The word that was most likely meant, None when it is known or nothing is near."""
        if self.knows(word):
            return None
        found = [way for way in self.ways(word, False) if way.words != (word,)]
        # A longer word that begins so is no correction.
        likely = [way for way in found if not "".join(way.words).startswith(word)]
        return " ".join(likely[0].words) if likely else None

    def knows(self, word: str) -> bool:
        """Whether some dataset has the word, in whatever form."""
        return word in self._known or stem(word) in self._stems

    def joined(self, terms: Sequence[Term]) -> list[Term]:
        """The terms, with those as one that the catalogue only knows so: « co-voiturage »."""
        found: list[Term] = []
        for term in terms:
            whole = self._one_word(found[-1], term) if found else None
            if whole:
                found[-1] = replace(term, words=(whole,), article=found[-1].article)
            else:
                found.append(term)
        return found

    def _one_word(self, first: Term, second: Term) -> str | None:
        if first.excluded or second.excluded or not len(first.words) == len(second.words) == 1:
            return None
        parts = first.words[0], second.words[0]
        whole = "".join(parts)
        return whole if whole in self._known and not all(map(self.knows, parts)) else None

    def _ways(self, word: str, partial: bool) -> tuple[Way, ...]:  # noqa: FBT001 – cached
        known = self.knows(word)
        ways = [Way((word,))]
        if partial and len(word) >= _LEAST_BEGINNING:
            ways += self._completed(word, _COMPLETED, 1 if known else _COMPLETIONS)
        if word.isdigit():
            return tuple(ways)
        if known:
            return (*ways, *self._suspected(word))
        if len(ways) == 1 and len(word) >= _LEAST_ABBREVIATION:
            ways += self._completed(word, _BEGUN, _COMPLETIONS)
        if len(ways) == 1:
            ways += [Way(parts, _SPLIT) for parts in self._parts(word)]
        if len(ways) == 1:
            ways += [Way((near,), _CORRECTED) for near in self._near(word)]
        return tuple(ways)

    def _completed(self, start: str, weight: float, number: int) -> list[Way]:
        return [Way((word,), weight) for word in self._beginning(start, number)]

    def _suspected(self, word: str) -> list[Way]:
        """A rare word may be a typing error of the catalogue's own."""
        datasets = self._known.get(word, _RARE + 1)
        near = self._near(word)[:1] if datasets <= _RARE else []
        return [
            Way((one,), _CORRECTED) for one in near if self._known[one] >= _OVERWHELMING * datasets
        ]

    def _beginning(self, start: str, number: int) -> list[str]:
        query = Query.fuzzy_term_query(self._schema, "word", start, 0, prefix=True)
        return [word for word in self._most_frequent(query) if word != start][:number]

    def _near(self, word: str) -> list[str]:
        """The nearest words, by typing errors, then the first letter, then frequency."""
        if len(word) < _LEAST_CORRECTED:
            return []
        for errors in (1, 2) if len(word) >= _TWO_TYPOS_FROM else (1,):
            query = Query.fuzzy_term_query(self._schema, "word", word, errors)
            near = [found for found in self._most_frequent(query) if found != word]
            if near:
                near.sort(key=lambda found: (found[0] != word[0], -self._known[found]))
                return near[:_CORRECTIONS]
        return []

    def _parts(self, word: str) -> list[tuple[str, ...]]:
        """Two known words that were written as one."""
        pairs = [
            (word[:cut], word[cut:]) for cut in range(_LEAST_PART, len(word) - _LEAST_PART + 1)
        ]
        found = [pair for pair in pairs if all(part in self._known for part in pair)]
        found.sort(key=lambda pair: -min(self._known[part] for part in pair))
        return list(found[:1])

    def _most_frequent(self, query: Query) -> list[str]:
        hits = self._searcher.search(query, _FOUND, count=False, order_by_field="datasets").hits
        return [str(self._searcher.doc(address).get_first("word")) for _, address in hits]
