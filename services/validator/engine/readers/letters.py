"""Which single-byte encoding makes French of the bytes beyond ASCII."""

import math
import re
from collections import Counter

CANDIDATES = ("cp1252", "iso8859-15", "mac_roman", "cp850")
NAMES = {"cp1252": "windows-1252", "iso8859-15": "iso-8859-15", "mac_roman": "macintosh"}

# How often letters beyond ASCII occur in French text, per hundred of them; the rest is rare.
_FREQUENCIES = {
    "é": 46.0, "à": 10.0, "è": 9.0, "ê": 4.0, "ç": 3.0, "ù": 1.5, "ô": 2.5, "û": 1.0, "î": 1.5,
    "â": 2.0, "ë": 0.6, "ï": 0.6, "ü": 0.4, "ö": 0.3, "ä": 0.3, "œ": 0.8, "É": 4.0, "È": 0.6,
    "À": 0.6, "Ê": 0.3, "Ç": 0.4, "Ô": 0.3, "Î": 0.3, "Â": 0.3, "’": 5.0, "«": 0.8, "»": 0.8,
    "°": 2.0, "–": 0.6, "—": 0.3, "…": 0.4, "€": 1.0, "\u00a0": 2.0, "²": 0.5, "ñ": 0.2, "Œ": 0.1,
    "“": 0.3, "”": 0.3, "‘": 0.2, "³": 0.1, "Ë": 0.1, "Ï": 0.1, "Ù": 0.1, "Û": 0.1, "Ü": 0.1,
    "í": 0.1, "ó": 0.1, "á": 0.1, "ú": 0.1,
}  # fmt: skip
FRENCH = re.compile(f"[{''.join(_FREQUENCIES)}]")
"""A letter or sign of French beyond ASCII."""

_RARE = 0.01
_WRONG = 0.00001


def guess(high: Counter[int]) -> str:
    """The likeliest codec of these bytes and their counts; cp1252 when nothing speaks."""
    scores = {codec: _score(high, codec) for codec in CANDIDATES}
    return max(CANDIDATES, key=lambda codec: scores[codec])


def _score(high: Counter[int], codec: str) -> float:
    total = 0.0
    for byte, count in high.items():
        character = bytes([byte]).decode(codec, "replace")
        usual = _FREQUENCIES.get(character)
        if usual is None:
            odd = character == "\ufffd" or not character.isprintable()
            usual = _WRONG if odd else _RARE
        total += count * math.log(usual / 100)
    return total
