"""Dates in any usual French writing become what the schema asks.

Changes: 31/12/2023, 31-12-2023, 31.12.2023, 2023/12/31, 20231231, « 31 décembre 2023 »,
« dimanche 31 déc. 2023 », and a moment at midnight where a date is asked; 31/12/2023 14:30
where a moment is asked; 2023-12-31 where the schema asks day first.
Cannot be wrong: France writes the day first. Where a column holds a date that only the month
first explains (12/31/2023), no date of that column with a day below 13 is touched. A year of
two digits, a spreadsheet's day number, an hour that would be lost or invented: proposed.
Source: ISO 8601-1:2019 for what is written; usage of the Imprimerie nationale for what is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.repair.rules.texts import plain_spaces
from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.written_dates import read_written_date, read_written_moment
from services.validator.engine.wording.words import words

_NUMERIC = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4}|[0-9]{2})(?![0-9])")
_CLOCK = re.compile(r"[T ,]+(?:a )?[0-9]{1,2}[:h]")
_FRACTION = re.compile(r"[0-9][.,]0*[1-9][0-9]*(?:Z|[+-]00:?00)?\Z")
_UTC = re.compile(r"(?:Z|[+-]00:?00)\Z")
_COMPACT = re.compile(r"[0-9]{8}")
_COMPACT_DAY_FIRST = re.compile(r"([0-3][0-9])([01][0-9])((?:19|20)[0-9]{2})")
_SERIAL = re.compile(r"([1-6][0-9]{4})(?:[.,]0+)?")
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_OLDEST = 1000
_COMPACT_YEARS = range(1800, 2200)
_ISO = frozenset({"default", "any", "%Y-%m-%d"})
NO_DATE = "abcd-ef-gh"
"""As long as an ISO date; a pattern that takes this too does not ask for a date."""


@dataclass(frozen=True)
class Read:
    """A day as read, and why it is doubtful, if it is."""

    day: date
    doubt: str = ""


def observe(text: str) -> str | None:
    """`month-first` or `day-first` when only one order makes a date."""
    match = _NUMERIC.match(text.strip())
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if first <= 12 < second <= 31:
        return "month-first"
    return "day-first" if second <= 12 < first <= 31 else None


def _propose(ask: Ask) -> Iterator[Candidate]:
    text = plain_spaces(ask.text).replace(" à ", " a ")
    clock = _CLOCK.search(text)
    read = read_day(text if clock is None else text[: clock.start()], ask)
    if read is None:
        return
    moment = None if clock is None else read_written_moment(text)
    if ask.spec.type == "datetime":
        yield from _as_moment(read, moment, text, ask.spec)
    elif clock is None:
        yield from _as_date(read, ask)
    elif moment is not None:
        lost = moment.time() != time(0) or _FRACTION.search(text)
        yield from _as_date(Read(read.day, read.doubt or ("time-lost" if lost else "")), ask)


def read_day(text: str, ask: Ask) -> Read | None:
    """The day that a French reader sees in the text, with what makes it doubtful."""
    text = text.strip()
    numeric = _NUMERIC.fullmatch(text)
    if numeric is not None:
        return _numeric(numeric, ask)
    day = read_written_date(text)
    if day is None:
        return _other(text, ask.spec)
    if day.year < _OLDEST or (_COMPACT.fullmatch(text) and day.year not in _COMPACT_YEARS):
        return Read(day, "year")
    head = text.split()[0].lower()
    if head.isalpha() and head != _WEEKDAYS[day.weekday()]:
        return Read(day, "weekday")
    return Read(day)


def _numeric(match: re.Match[str], ask: Ask) -> Read | None:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    doubt = ""
    if len(match[3]) == 2:
        year += 2000 if year < 50 else 1900
        doubt = "short-year"
    if first <= 12 < second:
        first, second, doubt = second, first, "month-first"
    elif first != second and first <= 12 and _is_suspect(ask):
        doubt = "ambiguous"
    if year < _OLDEST:
        doubt = "year"
    try:
        return Read(date(year, second, first), doubt)
    except ValueError:
        return None


def _is_suspect(ask: Ask) -> bool:
    if "month-first" in ask.seen:
        return True
    return "day-first" not in ask.seen and "month-first" in ask.elsewhere


def _other(text: str, spec: FieldSpec) -> Read | None:
    """Writings that a person must confirm."""
    if match := _COMPACT_DAY_FIRST.fullmatch(text):
        try:
            return Read(date(int(match[3]), int(match[2]), int(match[1])), "compact")
        except ValueError:
            return None
    if spec.type == "date" and (match := _SERIAL.fullmatch(text)):
        return Read(_SPREADSHEET_EPOCH + timedelta(days=int(match[1])), "serial")
    return None


def _as_date(read: Read, ask: Ask) -> Iterator[Candidate]:
    spec = ask.spec
    if spec.type == "string":
        if not ask.accepts(NO_DATE):
            yield Candidate(read.day.isoformat(), not read.doubt, read.doubt)
        return
    text = read.day.isoformat() if spec.format in _ISO else read.day.strftime(spec.format)
    yield Candidate(text, not read.doubt, read.doubt, read.day)


def _as_moment(
    read: Read, moment: datetime | None, text: str, spec: FieldSpec
) -> Iterator[Candidate]:
    doubt = read.doubt
    if moment is None:
        if _CLOCK.search(text):
            return
        doubt = doubt or "no-time"
    elif _FRACTION.search(text):
        doubt = doubt or "time-lost"
    day = datetime.combine(read.day, time(0) if moment is None else moment.time())
    if spec.format in {"default", "any"}:
        written = day.isoformat() + ("Z" if _UTC.search(text) else "")
    else:
        written = day.strftime(spec.format)
    yield Candidate(written, not doubt, doubt)


RULE = CellRule(
    code="dates",
    title={"fr": "Dates", "en": "Dates"},
    applies=lambda spec: (
        spec.type in {"date", "datetime"}
        or (spec.type == "string" and "pattern" in spec.constraints)
    ),
    propose=_propose,
    observe=observe,
    wording={
        "": words(
            ("La date « {before} » est écrite « {after} ».", ""),
            ('The date "{before}" is written "{after}".', ""),
        ),
        "ambiguous": words(
            (
                (
                    "« {before} » peut se lire de deux façons : la colonne contient aussi des dates"
                    " où le mois vient en premier."
                ),
                "Si le jour vient en premier, écrivez « {after} ».",
            ),
            (
                (
                    '"{before}" can be read in two ways: the column also holds dates that'
                    " begin with the month."
                ),
                'If the day comes first, write "{after}".',
            ),
        ),
        "month-first": words(
            (
                (
                    "« {before} » n'est une date que si le mois vient en premier, ce qui n'est pas"
                    " l'usage français."
                ),
                "Si c'est bien cela, écrivez « {after} ».",
            ),
            (
                '"{before}" is a date only if the month comes first, which is not French usage.',
                'If that is what is meant, write "{after}".',
            ),
        ),
        "short-year": words(
            (
                "L'année de « {before} » n'a que deux chiffres.",
                "Sans doute « {after} » : vérifiez.",
            ),
            ('The year of "{before}" has two digits only.', 'Probably "{after}": please check.'),
        ),
        "year": words(
            ("L'année de « {before} » est invraisemblable.", "Vérifiez : « {after} » ?"),
            ('The year of "{before}" is implausible.', 'Please check: "{after}"?'),
        ),
        "weekday": words(
            (
                "Le mot qui précède la date « {before} » n'est pas le nom de ce jour.",
                "Si la date est bonne, écrivez « {after} ».",
            ),
            (
                'The word before the date "{before}" is not the name of that day.',
                'If the date is right, write "{after}".',
            ),
        ),
        "compact": words(
            ("« {before} » semble être une date sans séparateur.", "Écrivez « {after} » ?"),
            ('"{before}" looks like a date without separators.', 'Write "{after}"?'),
        ),
        "serial": words(
            (
                "« {before} » semble être le numéro d'un jour dans un tableur.",
                "Ce jour est le « {after} » : vérifiez.",
            ),
            ('"{before}" looks like a spreadsheet\'s number of a day.', 'It is "{after}": check.'),
        ),
        "time-lost": words(
            (
                "« {before} » donne une heure plus précise que ce qui est attendu.",
                "Si elle ne compte pas, écrivez « {after} ».",
            ),
            (
                '"{before}" gives a time more precise than expected.',
                'If it does not matter, write "{after}".',
            ),
        ),
        "no-time": words(
            (
                "« {before} » ne donne pas d'heure.",
                "Complétez l'heure, ou écrivez « {after} » s'il s'agit de minuit.",
            ),
            ('"{before}" gives no time.', 'Add the time, or write "{after}" if midnight is meant.'),
        ),
    },
)
