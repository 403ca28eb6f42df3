"""Names in the order of a French index."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")
_PASSED_OVER = frozenset(
    ("commune", "ville", "mairie", "d", "de", "du", "des", "l", "la", "le", "les")
)


@lru_cache(maxsize=20_000)
def place_in_index(name: str) -> str:
    """By what a reader looks a name up: accents, capitals and punctuation are nothing, and
    « Commune d’Évry », « Ville d'Evry » and « Évry » stand together; « Le Plessis » is under P.

    The database sorts by the numbers of letters: É would follow Z, and every town be under C. Names
    are remembered: members are listed again and again.
    """
    split = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe"))
    words = _WORD.findall("".join(char for char in split if not unicodedata.combining(char)))
    first = next((at for at, word in enumerate(words) if word not in _PASSED_OVER), 0)
    return " ".join(words[first:])
