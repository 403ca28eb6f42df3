"""What rules have in common when they look at a text."""

import re
import unicodedata

INVISIBLE = "\u200b\u200e\u200f\u2060\u00ad\ufeff"
"""Characters without width that copying from a web page or a PDF leaves in a cell."""

_SPACES = re.compile(r"[\s\u200b\u2060\ufeff]+")
_SEPARATORS = re.compile(r"[\s_\-'’./]+")
_DROP_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE), None)


def plain_spaces(text: str) -> str:
    """Every run of spaces of any kind as one space, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def visible(text: str) -> str:
    """As `plain_spaces`, without invisible characters."""
    return plain_spaces(text.translate(_DROP_INVISIBLE))


def strip_ends(text: str) -> str:
    """Without spaces and invisible characters at both ends."""
    before = None
    while before != text:
        before, text = text, text.strip().strip(INVISIBLE)
    return text


def same_letters(text: str) -> str:
    """What two spellings of one word share: neither case, accents, nor separators count.

    Signs and digits do: `-1` is not `1`, `A+` is not `A`, `1-2` is not `12`.
    """
    decomposed = unicodedata.normalize("NFD", visible(text).casefold())
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    bare = bare.replace("œ", "oe").replace("æ", "ae")
    return _SEPARATORS.sub(_between, bare)


def _between(match: re.Match[str]) -> str:
    text, begin, end = match.string, match.start(), match.end()
    if begin == 0 or end == len(text):
        return match[0]
    if text[begin - 1].isdigit() and text[end].isdigit():
        return match[0]
    return "" if text[begin - 1].isalnum() and text[end].isalnum() else match[0]
