"""Years, months and times of day as schemas read them.

Changes: 2023.0 and 2 023 to 2023 where a year is asked; 12/2023, 2023/12, 202312 and
« décembre 2023 » to 2023-12 where a month is asked; 9h30 and 9:30 to 09:30:00 where a time is
asked.
Cannot be wrong: nothing is lost and no other reading exists. A whole date where a year or a
month is asked would lose its day: proposed.
Source: ISO 8601-1:2019; Table Schema, year, yearmonth and time.
"""

import re
from collections.abc import Iterator
from datetime import date, time

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.repair.rules.texts import plain_spaces
from services.validator.engine.values.written_dates import read_written_date
from services.validator.engine.wording.words import words

_YEAR = re.compile(r"([0-9]) ?([0-9]{3})(?:[.,]0+)?")
_TIME = re.compile(r"([0-9]{1,2}) ?[h:] ?([0-9]{2})?(?:[:m]([0-9]{2})s?)?", re.IGNORECASE)
_OLDEST = 1000


def _propose(ask: Ask) -> Iterator[Candidate]:
    text = plain_spaces(ask.text)
    if ask.spec.type == "time":
        yield from _time(text, ask)
        return
    if ask.spec.type == "yearmonth":
        for completed in (f"01/{text}", f"{text}/01", f"{text}01", f"1 {text}"):
            if (month := read_written_date(completed)) and month.year >= _OLDEST:
                yield Candidate(_month(month), value=(month.year, month.month))
    elif match := _YEAR.fullmatch(text):
        yield Candidate(match[1] + match[2])
    day = read_written_date(text)
    if day is not None and day.year >= _OLDEST:
        short = f"{day.year:04d}" if ask.spec.type == "year" else _month(day)
        yield Candidate(short, sure=False, reason="day-lost")


def _month(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def _time(text: str, ask: Ask) -> Iterator[Candidate]:
    match = _TIME.fullmatch(text)
    if match is None or (match[2] is None and ":" in text):
        return
    try:
        clock = time(int(match[1]), int(match[2] or 0), int(match[3] or 0))
    except ValueError:
        return
    form = ask.spec.format
    yield Candidate(clock.isoformat() if form in {"default", "any"} else clock.strftime(form))


RULE = CellRule(
    code="years",
    title={"fr": "Années, mois et heures", "en": "Years, months and times"},
    applies=lambda spec: spec.type in {"year", "yearmonth", "time"},
    propose=_propose,
    wording={
        "": words(
            ("« {before} » est écrit « {after} ».", ""),
            ('"{before}" is written "{after}".', ""),
        ),
        "day-lost": words(
            (
                "« {before} » est une date entière.",
                "Si le jour ne compte pas, écrivez « {after} ».",
            ),
            ('"{before}" is a whole date.', 'If the day does not matter, write "{after}".'),
        ),
    },
)
