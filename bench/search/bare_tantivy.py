"""The peer in the same run: tantivy as its own documentation would have it, and nothing around.

An index of its own over the same words in the same fields, stemmed the same way; facets are
raw fast texts; what a list shows is stored as JSON. A search parses the words with tantivy's
own `parse_query` (the same boosts, all words, and when no dataset has them all any of them, as
PostgreSQL's peer does), takes the first 20 by BM25 with the total, reads what is shown of them
and counts the facets in one aggregation of the same seven fields with the same 50 values. It
knows no places, synonyms, typing errors or beginnings of words, no factors, no sorts but one.
"""

from dataclasses import dataclass

import orjson
import tantivy

from services.catalogue.adapters.index.documents import STEMMER, TEXT_FIELDS
from services.catalogue.adapters.index.facets import SIZE, values_of
from services.catalogue.adapters.index.queries import BOOSTS
from services.catalogue.models.search import Facet, Listed
from services.catalogue.models.text import parse_query
from services.catalogue.storage.search_feed import FeedRow, SearchFeed
from shared.db import Database

_BATCH = 5_000
_COUNTED = {facet.value: {"terms": {"field": facet.value, "size": SIZE}} for facet in Facet}


@dataclass(frozen=True)
class BareAnswer:
    """What a search gave. `all_words`: every dataset found has every word."""

    total: int
    all_words: bool
    shown: int


class BareTantivy:
    """The peer's index, in memory."""

    def __init__(self) -> None:
        builder = tantivy.SchemaBuilder()
        for name in TEXT_FIELDS:
            builder.add_text_field(name, tokenizer_name="french")
        for facet in Facet:
            builder.add_text_field(facet.value, tokenizer_name="raw", fast=True)
        builder.add_text_field("shown", tokenizer_name="raw", index_option="basic", stored=True)
        self.index = tantivy.Index(builder.build())
        self.index.register_tokenizer("french", STEMMER)

    @classmethod
    async def made(cls, database: Database) -> "BareTantivy":
        """Built from the same rows."""
        peer = cls()
        writer = peer.index.writer(heap_size=50_000_000, num_threads=1)
        number = 0
        while True:
            async with database.begin() as session:
                rows = await SearchFeed(session).rows_after(number, _BATCH)
            if not rows:
                break
            for document in map(_document, rows):
                writer.add_document(document)
            number = rows[-1].number
        writer.commit()
        writer.wait_merging_threads()
        peer.index.reload()
        return peer

    def search(self, typed: str, limit: int = 20) -> BareAnswer:
        """The first datasets, how many there are, and seven facets of all of them."""
        words = [word for term in parse_query(typed) if not term.excluded for word in term.words]
        searcher = self.index.searcher()
        for all_words in (True, False):
            query = self.index.parse_query(
                " ".join(words), list(TEXT_FIELDS), BOOSTS, conjunction_by_default=all_words
            )
            found = searcher.search(query, limit)
            if found.hits:
                break
        shown = [orjson.loads(searcher.doc(at).get_first("shown")) for _, at in found.hits]
        searcher.aggregate(query, _COUNTED)
        return BareAnswer(found.count, all_words, len(shown))


def _document(row: FeedRow) -> tantivy.Document:
    document = tantivy.Document()
    for name, text in zip(TEXT_FIELDS, row.search_words, strict=True):
        document.add_text(name, text)
    for facet, values in values_of(row).items():
        for value in values:
            document.add_text(facet.value, value)
    shown = {name: getattr(row, name) for name in Listed.__dataclass_fields__}
    document.add_text("shown", orjson.dumps(shown, default=str).decode())
    return document
