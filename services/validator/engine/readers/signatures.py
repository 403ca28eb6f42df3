"""Beginnings by which files that are no CSV are known, whatever their name says."""

import codecs
import re

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "pdf"),
    (0, b"%!PS", "document"),
    (0, b"{\\rtf", "document"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"\x1f\x9d", "archive"),
    (4, b"1AY&SY", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"Rar!\x1a", "archive"),
    (0, b"\xfd7zXZ\x00", "archive"),
    (0, b"\x28\xb5\x2f\xfd", "archive"),
    (257, b"ustar", "archive"),
    (0, b"PAR1", "parquet"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"\x89PNG", "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"GIF87a", "image"),
    (0, b"GIF89a", "image"),
    (0, b"II*\x00", "image"),
    (0, b"MM\x00*", "image"),
    (8, b"WEBPVP8", "image"),
    (0, b"SQLite format 3", "database"),
    (4, b"Standard Jet DB", "database"),
    (4, b"Standard ACE DB", "database"),
    (0, b"\x00\x00\x27\x0a", "shapefile"),
)
_WIDE_SHARE = 3
"""One byte in so many is zero in UTF-16 without a mark."""

_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE\b|<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>.*</)", re.DOTALL)
_XML_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<(?:\w+:)?RDF\b"), "rdf"),
    (re.compile(r"Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet"), "xml-spreadsheet"),
    (re.compile(r"<(?:\w+:)?(?:kml|gml|gpx|FeatureCollection)\b"), "geodata"),
    (re.compile(r"<svg\b"), "image"),
)
_TURTLE = re.compile(
    r"\s*(?:#[^\n]*\n\s*)*(?:@(?:prefix|base)\s|prefix\s+\w*:\s*<|<[a-z]+:[^<>\s]*>\s+<[a-z]+:)",
    re.IGNORECASE,
)
_JSON = re.compile(r'\s*(?:\{\s*(?:"|\}\s*\Z)|\[\s*(?:[\{\["\]]|-?[0-9]|true|false|null))')
_JSON_SURE = re.compile(
    r'\s*(?:\{\s*"(?:[^"\\]|\\.)*"\s*:|\[\s*\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})|\[\s*\[)'
)
JSON_SUFFIXES = frozenset({".json", ".geojson", ".jsonl", ".ndjson", ".topojson"})
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab"})


_SIGNS = re.compile(b"|".join(b"(?s:.{%d})%s" % (at, re.escape(mark)) for at, mark, _ in _MAGIC))


def magic(head: bytes) -> str | None:
    """The kind that the first bytes tell, None for text."""
    if _SIGNS.match(head) is None:  # as with most files
        return None
    return next((kind for at, mark, kind in _MAGIC if head.startswith(mark, at)), None)


def wide_codec(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin text is zero."""
    if b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * _WIDE_SHARE > len(head) and min(even, odd) * 20 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def head_text(head: bytes) -> str:
    """The beginning as text: exact in ASCII, whatever the encoding."""
    if head.startswith(codecs.BOM_UTF8):
        return head[3:].decode("utf-8", "replace")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    return head.decode(wide_codec(head) or "latin-1", "replace")


def text_kind(text: str, suffix: str) -> str:
    """`text`, `json`, or a kind that is no table.

    `suffix` decides only where the content does not: a text that may be JSON or a CSV.
    """
    if _HTML.match(text):
        return "html"
    if _XML.match(text):
        return next((kind for form, kind in _XML_KINDS if form.search(text)), "xml")
    if _TURTLE.match(text):
        return "rdf"
    sure = _JSON_SURE.match(text) or (suffix not in TABLE_SUFFIXES and _JSON.match(text))
    if sure or (suffix in JSON_SUFFIXES and text.lstrip()[:1] in {"{", "["}):
        return "json"
    return "text"
