"""What the index holds of a dataset or a guide."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import tantivy

from services.catalogue.models.guide import FoundGuide, Guide
from services.catalogue.models.ranking import factors, weight_field
from services.catalogue.models.search import Facet, Hit
from services.catalogue.models.text import plain
from services.catalogue.quality.mqa import band
from services.catalogue.storage.search_feed import FeedRow

VERSION = 3
"""To be raised with every change of what is indexed: an index of another one is not opened."""

WORDS = "words"
EXACT_TITLE = "title_words"
TEXT_FIELDS = ("title", "names", "topics", "rest", "around")
"""Stemmed, in the order of `SearchDocument`."""

FACET_FIELDS = {facet: facet.value for facet in Facet}
PLACE = "place"
"""The dataset's own territory; the field `territory` has those around it, too."""

BOOKMARK = "bookmark"
DATASET = "dataset"
GUIDE = "guide"

TITLE_PARTS = 3
"""Numbers that hold the beginning of a title: tantivy has no ranges of text."""
_PART_LETTERS = 12  # of 37 (space, digits, letters): 37¹² < 2⁶³
TITLE_LETTERS = TITLE_PARTS * _PART_LETTERS
"""Letters by which titles are ordered; equal beginnings are in the order of their numbers."""
_LETTERS = {letter: i for i, letter in enumerate(" 0123456789abcdefghijklmnopqrstuvwxyz")}

NUMBER_BITS = 31
"""Bits of an order key that hold the dataset's number; what it orders by stands above."""
_LARGEST = 2**32 - 1
_NUMBER_DIGITS = 10

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
    builder.add_text_field(EXACT_TITLE, tokenizer_name="plain", index_option="freq")
    builder.add_text_field(WORDS, tokenizer_name="plain", index_option="basic")
    for name in FACET_FIELDS.values():
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("title_key", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("number", indexed=True, fast=True)
    builder.add_integer_field("points", fast=True)
    for name in ("modified_key", "quality_key", *map(title_part, range(TITLE_PARTS))):
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


def title_part(part: int) -> str:
    """The field that holds this part of the title's beginning."""
    return f"title_{part}"


def dataset_document(row: FeedRow, reference: datetime) -> tantivy.Document:
    """A dataset as it is searched, filtered, ordered and shown."""
    document = tantivy.Document()
    document.add_text("id", str(row.id))
    document.add_text("kind", DATASET)
    _add_words(document, dict(zip(TEXT_FIELDS, row.search_words, strict=False)))
    _add_values(
        document,
        {
            Facet.SCHEMA: row.schemas,
            Facet.ORGANIZATION: (str(row.organization_id),),
            Facet.TERRITORY: row.territory_path,
            Facet.FORMAT: row.formats,
            Facet.LICENSE: (row.license,) if row.license else (),
            Facet.VERDICT: row.verdicts,
            Facet.QUALITY: () if row.quality_points is None else (band(row.quality_points),),
        },
    )
    if row.territory_code:
        document.add_text(PLACE, row.territory_code)
    number = row.number
    document.add_integer("number", number)
    if row.quality_points is not None:
        document.add_integer("points", row.quality_points)
    document.add_integer("modified_key", order_key(int(row.fresh_at.timestamp()), number))
    document.add_integer("quality_key", order_key(_quality(row), number))
    letters = title_letters(row.plain_title)
    document.add_text("title_key", title_key(letters, number))
    for part, value in enumerate(title_numbers(letters)):
        document.add_integer(title_part(part), value)
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


def title_letters(plain_title: str) -> str:
    """The beginning of a title by which it is ordered, of `TITLE_LETTERS` letters."""
    return plain_title[:TITLE_LETTERS].ljust(TITLE_LETTERS)


def title_key(letters: str, number: int) -> str:
    """Orders by title, then by number."""
    return f"{letters}{number:0{_NUMBER_DIGITS}d}"


def is_title_key(text: str) -> bool:
    """Whether a text has the form of `title_key`."""
    letters, number = text[:TITLE_LETTERS], text[TITLE_LETTERS:]
    return (
        set(letters) <= _LETTERS.keys()
        and len(letters) == TITLE_LETTERS
        and (number.isascii() and number.isdigit() and len(number) == _NUMBER_DIGITS)
    )


def title_numbers(letters: str) -> list[int]:
    """The letters as numbers that have their order, `_PART_LETTERS` in each."""
    numbers = []
    for start in range(0, TITLE_LETTERS, _PART_LETTERS):
        number = 0
        for letter in letters[start : start + _PART_LETTERS]:
            number = number * len(_LETTERS) + _LETTERS[letter]
        numbers.append(number)
    return numbers


def read_hit(content: bytes) -> Hit:
    """A dataset as a list shows it; names of its organisation and territory come later."""
    values: dict[str, Any] = orjson.loads(content)
    for name in ("id", "organization_id"):
        values[name] = UUID(values[name])
    for name in ("issued", "modified", "fresh_at"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name in ("keywords", "schemas", "formats"):
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
    words = dict.fromkeys(word for text in texts.values() for word in text.split())
    document.add_text(WORDS, " ".join(words))


def _joined(texts: Iterable[str]) -> str:
    return " ".join(plain(text) for text in texts)


def _add_values(document: tantivy.Document, values: Mapping[Facet, tuple[str, ...]]) -> None:
    for facet, held in values.items():
        for value in held:
            document.add_text(FACET_FIELDS[facet], value)


_SHOWN_OF_GUIDE = tuple(FoundGuide.__dataclass_fields__)
_SHOWN = [
    name
    for name in Hit.__dataclass_fields__
    if name not in {"organization_name", "territory_name", "explanation"}
]


def _shown(row: FeedRow) -> bytes:
    # asyncpg's UUID is a class of its own.
    return orjson.dumps({name: getattr(row, name) for name in _SHOWN}, default=str)
