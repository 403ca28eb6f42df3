"""French text as it is compared: no accents, no punctuation, one spelling.

Done once, when a dataset is written and when a query is asked, so that whatever compares the
two (the index, PostgreSQL) sees ASCII words and single spaces.
"""

import re
import unicodedata
from dataclasses import dataclass

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_SPELLINGS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")

MAX_WORDS = 12
"""Words of a query that are looked at: more is a pasted paragraph."""

# Words that carry no meaning, as they look without accents: PostgreSQL's French list holds
# « à », « été », « même », which unaccented text no longer matches.
STOP_WORDS = frozenset(
    """a ai as au aux avec c ce ces cet cette d dans de des du elle elles en es est et eu eux
    fait il ils j je l la le les leur leurs lui m ma mais me meme memes mes moi mon n ne nos
    notre nous on ont ou par pas plus pour qu que quel quelle quelles quels qui s sa sans se
    ses si son sont sous sur t ta te tes toi ton toute toutes tous tout tu un une vers vos
    votre vous y""".split()  # noqa: SIM905 – a word list reads best as words
)


def plain(text: str | None) -> str:
    """Lower case ASCII words with single spaces: « L’Haÿ-les-Roses » is `l hay les roses`.

    `st` and `ste` become `saint` and `sainte`.
    """
    if not text:
        return ""
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    words = _NOT_A_WORD.sub(" ", bare).split()
    return " ".join(_SPELLINGS.get(word, word) for word in words)


_ELISION = re.compile(r"\b([ldnjmtsc]|qu)['’](\w+)", re.IGNORECASE)


def joined_elisions(text: str) -> str:
    """Its words with an elided article as one: « L’Haÿ-les-Roses » gives `LHaÿ`."""
    return " ".join("".join(pair) for pair in _ELISION.findall(text))


@dataclass(frozen=True)
class Term:
    """One thing that a query asks for: words that follow one another.

    `partial`: the last word of the query, which may still be being typed.
    """

    words: tuple[str, ...]
    excluded: bool = False
    partial: bool = False


def parse_query(query: str) -> tuple[Term, ...]:
    """What the query asks for: words, `"exact phrases"` and `-exclusions`.

    Words without meaning are left out unless the query has no others.
    """
    found: list[Term] = []
    for sign, phrase, word in re.findall(r'(?<!\S)(-?)(?:"([^"]*)"|(\S+))', query):
        words = tuple(plain(phrase or word).split())
        if not words:
            continue
        if phrase or sign:
            found.append(Term(words, excluded=bool(sign)))
        else:
            found.extend(Term((one,)) for one in words)
    found = found[:MAX_WORDS]
    meaningful = [t for t in found if len(t.words) > 1 or t.words[0] not in STOP_WORDS]
    kept = meaningful if any(not t.excluded for t in meaningful) else found
    if kept and not kept[-1].excluded and len(kept[-1].words) == 1 and query[-1:].isalnum():
        kept[-1] = Term(kept[-1].words, partial=True)
    return tuple(kept)
