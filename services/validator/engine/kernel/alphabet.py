"""The characters that a language of the kernel may speak of; a cell with any other is a suspect.

ASCII, the Latin letters and the punctuation of French text: none of them is changed by NFC,
composes with its neighbours, or lies beyond three bytes of UTF-8. A set of characters is a
bit mask, bit i being the i-th of `CHARACTERS`.
"""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

_RE2_SPACES = frozenset("\t\n\f\r \u00a0\u202f\u2009")


def _agreed(character: str) -> bool:
    """Stable under NFC, and the same letter or space for `re` and for RE2."""
    category = unicodedata.category(character)[0]
    return (
        unicodedata.normalize("NFC", character) == character
        and not unicodedata.combining(character)
        and (category in "LMN") == character.isalnum()
        and (character in _RE2_SPACES) == character.isspace()
    )


_RANGES = ((0x00, 0x7F), (0x80, 0x2FF), (0x2010, 0x205E), (0x20AC, 0x20AC))
CHARACTERS = tuple(
    character
    for first, last in _RANGES
    for character in map(chr, range(first, last + 1))
    if _agreed(character)
)
INDEX = {character: index for index, character in enumerate(CHARACTERS)}
EVERYTHING = (1 << len(CHARACTERS)) - 1


def mask(characters: Iterable[str]) -> int:
    """The set of these; those outside the alphabet are left out."""
    found = 0
    for character in characters:
        if (index := INDEX.get(character)) is not None:
            found |= 1 << index
    return found


def mask_where(test: Callable[[str], bool]) -> int:
    """The set of the characters that pass."""
    return mask(filter(test, CHARACTERS))


@cache
def span(first: int, last: int) -> int:
    """The set of the code points from first to last."""
    return mask_where(lambda character: first <= ord(character) <= last)


SPACES = mask_where(str.isspace)
WORDS = mask_where(lambda character: character.isalnum() or character == "_")
DIGITS = mask("0123456789")
NEW_LINE = mask("\n")
