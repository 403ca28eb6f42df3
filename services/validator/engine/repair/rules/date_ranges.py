"""Two dates that bound a period, written otherwise than the schema's pattern asks.

Changes: 2017-01-01_2017-12-31 and « du 1er janvier 2017 au 31 décembre 2017 » to
2017-01-01/2017-12-31; 2017_2018 to 2017/2018.
Cannot be wrong: both dates are read as the rule `dates` reads them, without doubt, the first is
not after the second, and the field takes the two of them joined, but not two words.
Source: ISO 8601-1:2019 §5.5.2 (a solidus between two dates); SCDL subventions, whose first
versions asked for an underscore.
"""

import re
from collections.abc import Iterator
from datetime import date

from services.validator.engine.repair.rules.dates import NO_DATE, read_day
from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.repair.rules.texts import plain_spaces
from services.validator.engine.wording.words import words

_MARKS = ("_", " au ", " - ", " – ", " / ", ";", "–", "/", "-")
_YEARS = re.compile(r"([12][0-9]{3}) ?[_–-] ?([12][0-9]{3})")
_MAX = 80


def _propose(ask: Ask) -> Iterator[Candidate]:
    if len(ask.text) > _MAX or ask.accepts(f"{NO_DATE}/{NO_DATE}"):
        return
    text = plain_spaces(ask.text)
    if (years := _YEARS.fullmatch(text)) and years[1] <= years[2]:
        yield Candidate(f"{years[1]}/{years[2]}")
    text = text.removeprefix("du ").removeprefix("Du ")
    for mark in _MARKS:
        if text.count(mark) == 1:
            first, second = (_sure_day(part, ask) for part in text.split(mark))
            if first is not None and second is not None and first <= second:
                yield Candidate(f"{first.isoformat()}/{second.isoformat()}")
                return


def _sure_day(text: str, ask: Ask) -> date | None:
    read = read_day(text, ask)
    return None if read is None or read.doubt else read.day


RULE = CellRule(
    code="date-ranges",
    title={"fr": "Périodes", "en": "Periods"},
    applies=lambda spec: spec.type == "string" and "pattern" in spec.constraints,
    propose=_propose,
    wording={
        "": words(
            ("La période « {before} » est écrite « {after} ».", ""),
            ('The period "{before}" is written "{after}".', ""),
        ),
    },
)
