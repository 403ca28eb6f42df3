"""What the index holds of a dataset or a guide."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import tantivy

from services.catalogue.adapters.index.facets import NUMBERED, number_of, values_of
from services.catalogue.models.guide import FoundGuide, Guide
from services.catalogue.models.ranking import factors, weight_field
from services.catalogue.models.search import Facet, Hit, Listed
from services.catalogue.models.text import plain
from services.catalogue.storage.search_feed import FeedRow

VERSION = 4
"""To be raised with every change of what is indexed: an index of another one is not opened."""

WORDS = "words"
EXACT_TITLE = "title_words"
TEXT_FIELDS = ("title", "names", "topics", "rest", "around")
"""Stemmed, in the order of `SearchDocument`."""
HEADING = TEXT_FIELDS[:2]
"""What a dataset is called, and whose it is."""
SAID = "said"
"""The words of all of these but the territories around, once each: what it takes to know
whether a dataset has a word, when it does not matter where."""

PLACE = "place"
"""The dataset's own territory; the field `territory` has those around it, too."""

BOOKMARK = "bookmark"
DATASET = "dataset"
GUIDE = "guide"

_TITLE_LETTERS = 36  # by which titles are ordered; equal beginnings go by their numbers
_SPACE = "."  # in the key of a title: a range of tantivy's language of queries has no spaces
_KEY_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789" + _SPACE)

NUMBER_BITS = 31
"""Bits of an order key that hold the dataset's number; what it orders by stands above."""
_LARGEST = 2**32 - 1
_NUMBER_DIGITS = 10

Names = Callable[[str], str | None]

_stem = tantivy.Filter.stemmer("french")
STEMMER = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(_stem).build()
_PLAIN = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def schema() -> tantivy.Schema:
    """The fields of the index."""
    builder = tantivy.SchemaBuilder()
    for name in ("id", "kind", PLACE):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="french")
    builder.add_text_field(SAID, tokenizer_name="french", index_option="basic")
    builder.add_text_field(EXACT_TITLE, tokenizer_name="plain", index_option="freq")
    builder.add_text_field(WORDS, tokenizer_name="plain", index_option="basic")
    for facet in Facet:
        if facet in NUMBERED:
            builder.add_integer_field(facet.value, indexed=True, fast=True)
        else:
            builder.add_text_field(
                facet.value, tokenizer_name="raw", index_option="basic", fast=True
            )
    builder.add_text_field("title_key", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("number", indexed=True, fast=True)
    builder.add_integer_field("points", fast=True)
    for name in ("modified_key", "quality_key"):
        builder.add_integer_field(name, fast=True)
    builder.add_float_field("weight", fast=True)
    builder.add_bytes_field("hit", stored=True)
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Texts come as plain words (`models.text`): what is left to do is to stem them."""
    index.register_tokenizer("french", STEMMER)
    index.register_tokenizer("plain", _PLAIN)


def stem(word: str) -> str:
    """The stem of a plain word."""
    return next(iter(STEMMER.analyze(word)), word)


def dataset_document(row: FeedRow, reference: datetime) -> tantivy.Document:
    """A dataset as it is searched, filtered, ordered and shown."""
    document = tantivy.Document()
    document.add_text("id", str(row.id))
    document.add_text("kind", DATASET)
    _add_words(document, dict(zip(TEXT_FIELDS, row.search_words, strict=False)))
    for facet, values in values_of(row).items():
        for value in values:
            if facet in NUMBERED:
                document.add_integer(facet.value, number_of(value))
            else:
                document.add_text(facet.value, value)
    if row.territory_code:
        document.add_text(PLACE, row.territory_code)
    number = row.number
    document.add_integer("number", number)
    if row.quality_points is not None:
        document.add_integer("points", row.quality_points)
    document.add_integer("modified_key", order_key(int(row.fresh_at.timestamp()), number))
    document.add_integer("quality_key", order_key(_quality(row), number))
    document.add_text("title_key", title_key(row.plain_title, number))
    held = factors(
        validity=row.validity,
        fresh_at=row.fresh_at,
        archived=row.archived,
        reference=reference,
    )
    document.add_float("weight", weight_field(held.product, number))
    document.add_bytes("hit", _shown(row))
    return document


def guide_document(versions: Sequence[Guide], number: int) -> tantivy.Document:
    """A guide of the documentary base as it is searched and shown; `number` breaks ties.

    Searched by the words of all its languages: who reads English may type the French term.
    """
    document = tantivy.Document()
    document.add_text("id", f"{GUIDE}:{versions[0].slug}")
    document.add_text("kind", GUIDE)
    words = {
        "title": _joined(guide.title for guide in versions),
        "topics": _joined(word for guide in versions for word in (*guide.keywords, *guide.schemas)),
        "rest": _joined(f"{guide.summary} {guide.body or ''}" for guide in versions),
    }
    _add_words(document, words)
    document.add_integer("number", number)
    document.add_float("weight", weight_field(1.0, number))
    shown = [{name: getattr(guide, name) for name in _SHOWN_OF_GUIDE} for guide in versions]
    document.add_bytes("hit", orjson.dumps(shown))
    return document


def order_key(value: int, number: int) -> int:
    """A whole number that orders by `value`, then by `number`; no two datasets share one."""
    return min(max(value, 0), _LARGEST) << NUMBER_BITS | number


def title_key(plain_title: str, number: int) -> str:
    """Orders by title, then by number."""
    letters = plain_title[:_TITLE_LETTERS].replace(" ", _SPACE).ljust(_TITLE_LETTERS, _SPACE)
    return f"{letters}{number:0{_NUMBER_DIGITS}d}"


def is_title_key(text: str) -> bool:
    """Whether a text has the form of `title_key`."""
    letters, number = text[:_TITLE_LETTERS], text[_TITLE_LETTERS:]
    return (
        set(letters) <= _KEY_LETTERS
        and len(letters) == _TITLE_LETTERS
        and (number.isascii() and number.isdigit() and len(number) == _NUMBER_DIGITS)
    )


def read_hit(content: bytes, member: Names, place: Names) -> Hit:
    """A dataset as a list shows it, with the names of its organisation and its territory."""
    values: dict[str, Any] = orjson.loads(content)
    owner, code = values["organization_id"], values["territory_code"]
    values["organization_name"] = member(owner) or ""
    values["territory_name"] = place(code) if code else None
    for name in ("id", "organization_id"):
        values[name] = UUID(values[name])
    for name in ("issued", "modified", "fresh_at"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name in ("territory_path", "keywords", "schemas", "formats"):
        values[name] = tuple(values[name])
    return Hit(**values)


def _quality(row: FeedRow) -> int:
    """By points; among equals (and before the first score) by the share of valid files."""
    return (row.quality_points or 0) * 1001 + round((row.validity or 0) * 1000)


def _add_words(document: tantivy.Document, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        if text:
            document.add_text(name, text)
    if texts.get("title"):
        document.add_text(EXACT_TITLE, texts["title"])
    said = dict.fromkeys(
        word for name, text in texts.items() if name != "around" for word in text.split()
    )
    document.add_text(SAID, " ".join(said))
    words = said | dict.fromkeys(texts.get("around", "").split())
    document.add_text(WORDS, " ".join(words))


def _joined(texts: Iterable[str]) -> str:
    return " ".join(plain(text) for text in texts)


_SHOWN_OF_GUIDE = tuple(FoundGuide.__dataclass_fields__)


def _shown(row: FeedRow) -> bytes:
    # asyncpg's UUID is a class of its own.
    shown = {name: getattr(row, name) for name in Listed.__dataclass_fields__}
    return orjson.dumps(shown, default=str)
