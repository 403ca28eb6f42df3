"""SIRET, SIREN, INSEE and postal codes that a spreadsheet took for numbers.

Changes: 219 400 280 00018 and 21940028000018.0 to 21940028000018; a SIRET or SIREN of which
the spreadsheet dropped leading zeros; 1004 to 01004; 2,1940028000018E+13, all digits there.
Cannot be wrong: the digits stay as they are. Zeros are added only when proven: by the keys of
the SIREN and of the SIRET in it (ISO/IEC 7812-1), or, for a code of five digits, by the pattern
in a column where no code begins with a zero, which is what a spreadsheet leaves. In 2,194E+13
digits are lost: nothing can be proposed, and this is said.
Source: INSEE, definitions of SIREN, SIRET and of the code officiel géographique.
"""

import re
from collections.abc import Iterator

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.repair.rules.texts import visible
from services.validator.engine.rules.luhn import only_digits, siren_is_right, siret_is_right
from services.validator.engine.wording.words import words

_SUFFIX = re.compile(r"([0-9]+)[.,]0")
_PLAIN = re.compile(r"[0-9 ]+")
_SPACED = re.compile(r"[0-9]+(?: [0-9]+)+")
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_SIREN, _SIRET, _PLACE, _PHONE = 9, 14, 5, 10
_LENGTHS = frozenset({_SIREN, _SIRET, _PLACE, _PHONE})
_MAX = 40


def observe(text: str) -> str | None:
    """`leading-zero` for a number that no spreadsheet has touched."""
    digits = text.strip()
    return "leading-zero" if digits.startswith("0") and digits.isdigit() and digits != "0" else None


def _propose(ask: Ask) -> Iterator[Candidate]:
    text = visible(ask.text)
    if len(text) > _MAX:
        return
    if match := _SCIENTIFIC.fullmatch(text):
        yield from _scientific(match)
        return
    if match := _SUFFIX.fullmatch(text):
        yield Candidate(match[1])
        yield from _padded(match[1], ask)
        return
    digits = only_digits(text)
    if not digits:
        return
    if digits != text:
        known = _SPACED.fullmatch(text) is not None and len(digits) in _LENGTHS
        proven = known or _is_key_right(digits)
        yield Candidate(digits, proven, "" if proven else "separators")
    if _PLAIN.fullmatch(text):
        yield from _padded(digits, ask)


def _scientific(match: re.Match[str]) -> Iterator[Candidate]:
    digits, length = match[1] + (match[2] or ""), int(match[3]) + 1
    if length not in _LENGTHS:
        return
    if len(digits) == length:
        yield Candidate(digits)
    else:
        yield Candidate(None, sure=False, reason="digits-lost")


def _padded(digits: str, ask: Ask) -> Iterator[Candidate]:
    """With the zeros that a spreadsheet drops: one or two for a SIRET, one otherwise."""
    for length, lost in ((_SIRET, 2), (_SIREN, 1), (_PLACE, 1)):
        if length - lost <= len(digits) < length:
            padded = digits.zfill(length)
            proven = _is_place_zero(ask) if length == _PLACE else _is_key_right(padded)
            yield Candidate(padded, proven, "zero" if proven else "zero-doubtful")


def _is_place_zero(ask: Ask) -> bool:
    return "pattern" in ask.spec.constraints and "leading-zero" not in ask.seen


def _is_key_right(digits: str) -> bool:
    """Of a SIRET both keys, unless it is one of La Poste's."""
    if len(digits) == _SIRET:
        return siret_is_right(digits) and siren_is_right(digits[:_SIREN])
    return siren_is_right(digits)


RULE = CellRule(
    code="identifiers",
    title={"fr": "Numéros et codes", "en": "Numbers and codes"},
    applies=lambda spec: spec.type in {"string", "any"},
    propose=_propose,
    observe=observe,
    wording={
        "": words(
            ("Le code « {before} » est écrit « {after} ».", ""),
            ('The code "{before}" is written "{after}".', ""),
        ),
        "zero": words(
            ("Le zéro que le tableur avait retiré de « {before} » est remis : « {after} ».", ""),
            ('The zero that the spreadsheet dropped from "{before}" is back: "{after}".', ""),
        ),
        "zero-doubtful": words(
            (
                "Il manque un chiffre à « {before} », peut-être un zéro retiré par le tableur.",
                "Si c'est le cas, écrivez « {after} ».",
            ),
            (
                '"{before}" lacks a digit, perhaps a zero that the spreadsheet dropped.',
                'If so, write "{after}".',
            ),
        ),
        "separators": words(
            ("« {before} » contient autre chose que des chiffres.", "Écrivez « {after} » ?"),
            ('"{before}" holds something else than digits.', 'Write "{after}"?'),
        ),
        "digits-lost": words(
            (
                (
                    "Le tableur a remplacé le numéro par « {before} » : des chiffres sont perdus,"
                    " ils ne peuvent pas être retrouvés."
                ),
                "Mettez la colonne au format texte et recopiez le numéro depuis sa source.",
            ),
            (
                'The spreadsheet turned the number into "{before}": digits are lost for good.',
                "Format the column as text and copy the number again from its source.",
            ),
        ),
    },
)
