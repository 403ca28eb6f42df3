"""French text as it is compared: no accents, no punctuation, one spelling.

Done once, when a dataset is written and when a query is asked, so that whatever compares the
two (the index, PostgreSQL) sees ASCII words and single spaces.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache


def _folded() -> dict[int, str]:
    """Letters of European languages without their accents, and ligatures apart."""
    letters = {
        code: "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if c.isascii())
        for code in range(0xC0, 0x250)
    }
    ligatures = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
    # A letter without an ASCII base is left to the full decomposition.
    kept = {code: letter for code, letter in letters.items() if letter}
    return {**kept, **{ord(letter): plain for letter, plain in ligatures.items()}, ord("’"): " "}


_FOLDED = _folded()
# Those of French text. Replacing each of them is a search of the text for it, four times as fast
# as looking up every letter.
_FRENCH = tuple((letter, _FOLDED[ord(letter)]) for letter in "éèêëàâçôîïûùüœ’")
_SPELLINGS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_WORD = re.compile(r"[a-z0-9]+")

_REMEMBERED_LETTERS = 120

MAX_WORDS = 12
"""Words of a query that are looked at: more is a pasted paragraph."""

# Words that carry no meaning, as they look without accents: PostgreSQL's French list holds
# « à », « été », « même », which unaccented text no longer matches.
STOP_WORDS = frozenset(
    """a ai as au aux avec c ce ces cet cette d dans de des du elle elles en es est et eu eux
    fait il ils j je l la le les leur leurs lui m ma mais me meme memes mes moi mon n ne nos
    notre nous on ont ou par pas plus pour qu que quel quelle quelles quels qui s sa sans se
    ses si son sont sous sur t ta te tes toi ton toute toutes tous tout tu un une vers vos
    votre vous y comment combien pourquoi quand quoi quest""".split()  # noqa: SIM905 – a word list reads best as words
)

ENGLISH_STOP_WORDS = frozenset(
    """a about an and any are as at be by can do does for from has have how i in is it its may
    me must my of on or our shall should that the their them there they this to us was we what
    when where which who why will with you your""".split()  # noqa: SIM905 – as above
)
"""Those of the questions that English readers ask: datasets are described in French."""

OPTIONAL_WORDS = frozenset(
    """carte commune communes communal communale communales communaux data donnee donnees
    emplacement emplacements fichier fichiers france information informations jeu liste listes
    localisation mairie municipal municipale municipales municipaux open trouver ville
    villes""".split()  # noqa: SIM905 – as above
)
"""Words that many datasets could have and few say: they count where they are, none must be."""


def plain(text: str | None) -> str:
    """Lower case ASCII words with single spaces: « L’Haÿ-les-Roses » is `l hay les roses`.

    `st` and `ste` become `saint` and `sainte`. Short texts are remembered: names, keywords
    and titles come again and again.
    """
    if not text:
        return ""
    return _plain(text) if len(text) > _REMEMBERED_LETTERS else _remembered(text)


def _plain(text: str) -> str:
    words = _WORD.findall(_without_accents(text.lower()))
    if not _SPELLINGS.keys().isdisjoint(words):
        words = [_SPELLINGS.get(word, word) for word in words]
    return " ".join(words)


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    for letter, plain_letter in _FRENCH:
        text = text.replace(letter, plain_letter)
    if text.isascii():
        return text
    folded = text.translate(_FOLDED)
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in apart if not unicodedata.combining(c))


_remembered = lru_cache(maxsize=20_000)(_plain)


_ASKED = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"|(\S+))')
_ARTICLES = frozenset({"le", "la", "les", "l"})
_ELISION = re.compile(r"\b([ldnjmtsc]|qu)['’](\w+)", re.IGNORECASE)


def joined_elisions(text: str) -> str:
    """Its words with an elided article as one: « L’Haÿ-les-Roses » gives `LHaÿ`."""
    return " ".join("".join(pair) for pair in _ELISION.findall(text))


@dataclass(frozen=True)
class Term:
    """One thing that a query asks for: words that follow one another.

    `partial`: the last word of the query, which may still be being typed. `article`: the
    word came behind « le », « la », « les » or « l’ », which tells Le Port from a port.
    """

    words: tuple[str, ...]
    excluded: bool = False
    partial: bool = False
    article: bool = False


def parse_query(query: str) -> tuple[Term, ...]:
    """What the query asks for: words, `"exact phrases"` and `-exclusions`.

    Words without meaning are left out unless the query has no others.
    """
    found: list[Term] = []
    for sign, phrase, word in _ASKED.findall(query):
        words = tuple(plain(phrase or word).split())
        if not words:
            continue
        if phrase or sign:
            found.append(Term(words, excluded=bool(sign)))
        else:
            found.extend(Term((one,)) for one in words)
    found = _behind_articles(found[:MAX_WORDS])
    meaningful = [t for t in found if len(t.words) > 1 or t.words[0] not in STOP_WORDS]
    kept = meaningful if any(not t.excluded for t in meaningful) else found
    if kept and not kept[-1].excluded and len(kept[-1].words) == 1 and query[-1:].isalnum():
        kept[-1] = replace(kept[-1], partial=True)
    return tuple(kept)


def _behind_articles(terms: list[Term]) -> list[Term]:
    before = [None, *terms][: len(terms)]
    return [
        replace(term, article=bool(other and other.words[0] in _ARTICLES))
        for other, term in zip(before, terms, strict=True)
    ]
