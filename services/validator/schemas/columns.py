"""Names of columns compared as people write them, not as machines do."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_SEPARATORS = re.compile(r"[\W_]+")
_MAX_NAME = 120
_MAX_COMPARED = 100
_CLOSE = 0.84


@lru_cache(maxsize=20_000)
def normal_name(name: str) -> str:
    """Without case, accents, spaces and separators: `Nom Attribuant` is `nomAttribuant`."""
    folded = unicodedata.normalize("NFKD", name[:_MAX_NAME]).casefold()
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return _SEPARATORS.sub("", bare)[:_MAX_NAME]


def close_pairs(said: Sequence[str], meant: Sequence[str]) -> dict[str, str]:
    """Each name of a file with the one column that it most resembles, best pairs first.

    Names are normal names; those of three letters or fewer are never guessed. At most a
    hundred names of either side are compared.
    """
    scored: list[tuple[float, str, str]] = []
    matcher = difflib.SequenceMatcher(autojunk=False)
    for wanted in meant[:_MAX_COMPARED]:
        if len(wanted) <= 3:
            continue
        matcher.set_seq2(wanted)
        for name in said[:_MAX_COMPARED]:
            if abs(len(name) - len(wanted)) > max(2, len(wanted) // 4):
                continue
            matcher.set_seq1(name)
            if matcher.quick_ratio() >= _CLOSE and (ratio := matcher.ratio()) >= _CLOSE:
                scored.append((ratio, name, wanted))
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for _, name, wanted in sorted(scored, reverse=True):
        if name not in pairs and wanted not in taken:
            pairs[name] = wanted
            taken.add(wanted)
    return pairs
