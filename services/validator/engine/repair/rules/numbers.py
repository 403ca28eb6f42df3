"""Numbers as a French spreadsheet writes them become numbers as a schema reads them.

Changes: 1234,5 and 1 234,50 € (any kind of space), 1.234,50, 12,0 or 12.0 where a whole number
is asked, the typographic minus; 12.5 where the schema asks a decimal comma.
Cannot be wrong: the digits stay as they are; spaces count only between groups of three digits.
« 1,234 » may be English for 1234: it is read as a decimal only when the column has other
decimal commas and no English number; else it is proposed. So are English numbers (1,234.56),
since what they prove about their column must stay for a second correction to see; percentages;
numbers in brackets.
Source: SI brochure 9 §5.4.4 (groups of three, comma or point); Table Schema, decimalChar.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.repair.rules.texts import visible
from services.validator.engine.wording.words import words

_UNIT = re.compile(r"(?:€|eur(?:os?)?)", re.IGNORECASE)
_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:([.,])([0-9]+))?")
_DOTS = re.compile(
    r"([+-]?)([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)|([+-]?)([0-9]{1,3}(?:\.[0-9]{3}){2,})"
)
_COMMAS = re.compile(
    r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)|([+-]?)([0-9]{1,3}(?:,[0-9]{3}){2,})"
)
_MAX = 60

Parts = tuple[str, str, str]
"""Sign, whole digits, decimals."""


def observe(text: str) -> str | None:
    """`decimal-comma` or `thousands-comma` when a comma can be nothing else."""
    text = _bare(text)
    if "," not in text:
        return None
    if _COMMAS.fullmatch(text):
        return "thousands-comma"
    if _DOTS.fullmatch(text):
        return "decimal-comma"
    match = _NUMBER.fullmatch(text)
    return "decimal-comma" if match and match[3] == "," and not _may_group(match) else None


def _propose(ask: Ask) -> Iterator[Candidate]:
    if len(ask.text) > _MAX:
        return
    text = _bare(ask.text)
    if text.startswith("(") and text.endswith(")"):
        yield from _written("-" + text[1:-1], ask, "brackets")
    elif text.endswith("%"):
        yield from _written(text[:-1].strip(), ask, "percent")
    else:
        yield from _written(text, ask, "")


def _written(text: str, ask: Ask, doubt: str) -> Iterator[Candidate]:
    read = _read(text, ask)
    if read is None:
        return
    (sign, whole, decimals), found = read
    doubt = doubt or found
    if ask.spec.type == "integer":
        if decimals.strip("0"):
            return
        yield Candidate(sign + whole, not doubt, doubt, int(sign + whole))
        return
    point = ask.spec.options.get("decimalChar") or "."
    value = Decimal(f"{sign}{whole}.{decimals or '0'}")
    yield Candidate(sign + whole + (point + decimals if decimals else ""), not doubt, doubt, value)


def _read(text: str, ask: Ask) -> tuple[Parts, str] | None:
    """The number, and why it is doubtful, if it is."""
    if match := _DOTS.fullmatch(text):
        return _grouped(match, "."), ""
    if match := _COMMAS.fullmatch(text):
        return _grouped(match, ","), "english"
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign = "-" if match[1] == "-" else ""
    whole, decimals = match[2].replace(" ", ""), match[4] or ""
    if not _may_group(match):
        return (sign, whole, decimals), ""
    if ask.spec.type == "integer":
        return (sign, whole + decimals, ""), "thousands"
    proven = "decimal-comma" in ask.seen and "thousands-comma" not in ask.seen
    return (sign, whole, decimals), "" if proven and match[3] == "," else "three-decimals"


def _grouped(match: re.Match[str], mark: str) -> Parts:
    sign, whole = (match[1], match[2]) if match[2] else (match[4], match[5])
    return "-" if sign == "-" else "", whole.replace(mark, ""), match[3] or ""


def _may_group(match: re.Match[str]) -> bool:
    """Whether the mark may separate thousands: `1,234`, but neither `0,125` nor `1 234,567`."""
    whole = match[2]
    return len(match[4] or "") == 3 and len(whole) <= 3 and not whole.startswith("0")


def _bare(text: str) -> str:
    """Without the euro sign before or after, with one kind of space and of minus."""
    text = visible(text[:_MAX]).replace("\u2212", "-")
    for unit in _UNIT.finditer(text):
        if unit.start() == 0 or unit.end() == len(text):
            return (text[: unit.start()] + text[unit.end() :]).strip()
    return text


RULE = CellRule(
    code="numbers",
    title={"fr": "Nombres", "en": "Numbers"},
    applies=lambda spec: spec.type in {"integer", "number"},
    propose=_propose,
    observe=observe,
    wording={
        "": words(
            ("Le nombre « {before} » est écrit « {after} ».", ""),
            ('The number "{before}" is written "{after}".', ""),
        ),
        "three-decimals": words(
            (
                "« {before} » peut être un nombre à trois décimales ou un nombre de milliers.",
                "S'il s'agit de décimales, écrivez « {after} ».",
            ),
            (
                '"{before}" may have three decimals or be a number of thousands.',
                'If these are decimals, write "{after}".',
            ),
        ),
        "thousands": words(
            (
                "« {before} » peut être un nombre de milliers ou un nombre à trois décimales.",
                "S'il s'agit de milliers, écrivez « {after} ».",
            ),
            (
                '"{before}" may be a number of thousands or have three decimals.',
                'If thousands are meant, write "{after}".',
            ),
        ),
        "english": words(
            (
                "« {before} » semble écrit à l'anglaise.",
                "Si c'est le cas, écrivez « {after} ».",
            ),
            (
                '"{before}" looks like an English number.',
                'If it is, write "{after}".',
            ),
        ),
        "percent": words(
            (
                "« {before} » est un pourcentage.",
                "Selon ce qu'attend la colonne, écrivez « {after} » ou le nombre divisé par cent.",
            ),
            (
                '"{before}" is a percentage.',
                'As the column wants it, write "{after}" or this divided by a hundred.',
            ),
        ),
        "brackets": words(
            ("« {before} » est entre parenthèses.", "S'il est négatif, écrivez « {after} »."),
            ('"{before}" is in brackets.', 'If it is negative, write "{after}".'),
        ),
    },
)
