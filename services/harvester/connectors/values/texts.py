"""Texts of strangers: trimmed, decoded, free of what PostgreSQL and JSON refuse."""

import hashlib
import html
import re
import unicodedata

# NUL is refused by PostgreSQL, lone surrogates by UTF-8; the other controls are noise.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_SPACES = re.compile(r"\s+")
_SPLIT = re.compile(r"[;,]")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")

TITLE_LIMIT = 1_000
DESCRIPTION_LIMIT = 50_000
ID_LIMIT = 500
KEYWORD_LIMIT = 200
KEYWORDS_LIMIT = 200


def clean_text(value: object, *, limit: int = DESCRIPTION_LIMIT) -> str | None:
    """The text of `value` with character references decoded; `None` when nothing is left.

    Numbers become text, anything else than text and numbers is no text. Longer than
    `limit` characters is cut.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = _FORBIDDEN.sub("", html.unescape(str(value))).strip()
    return text[:limit] or None


def clean_line(value: object, *, limit: int = TITLE_LIMIT) -> str | None:
    """Like `clean_text`, on one line."""
    text = clean_text(value)
    return _SPACES.sub(" ", text).strip()[:limit] or None if text else None


def without_tags(value: object) -> str | None:
    """Like `clean_line`, of a text that may be HTML: what a reader would see of it."""
    return clean_line(_TAG.sub(" ", value)) if isinstance(value, str) else clean_line(value)


def folded(text: str) -> str:
    """In lower case without accents; characters that no letter of ASCII stands for are dropped."""
    split = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return split.encode("ascii", "ignore").decode()


def letters(text: str) -> str:
    """The letters and digits alone, folded: what makes two spellings of a name the same."""
    return _NO_LETTER.sub("", folded(text))


def clean_id(value: object) -> str | None:
    """An identifier on one line; a longer one than an index takes ends in its digest."""
    text = clean_line(value, limit=DESCRIPTION_LIMIT)
    if text is None or len(text) <= ID_LIMIT:
        return text
    return f"{text[: ID_LIMIT - 17]}#{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def clean_keywords(values: list[object]) -> tuple[str, ...]:
    """Distinct keywords in the given order; a single one is split on commas and semicolons."""
    lines = [line for value in values if (line := clean_line(value, limit=2_000))]
    if len(lines) == 1:
        lines = [part.strip() for part in _SPLIT.split(lines[0])]
    kept = dict.fromkeys(line[:KEYWORD_LIMIT] for line in lines if line)
    return tuple(kept)[:KEYWORDS_LIMIT]
