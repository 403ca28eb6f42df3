"""Dates as French files write them: what a person reads without doubt, a schema refuses."""

import re
import unicodedata
from datetime import date, datetime

_MONTHS = {
    "janvier": 1, "janv": 1, "fevrier": 2, "fevr": 2, "fev": 2, "mars": 3, "avril": 4, "avr": 4,
    "mai": 5, "juin": 6, "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9,
    "octobre": 10, "oct": 10, "novembre": 11, "nov": 11, "decembre": 12, "dec": 12,
}  # fmt: skip
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{1,2})")
_COMPACT = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])")
_IN_WORDS = re.compile(r"(?:[a-z]+ )?([0-9]{1,2})(?:er)? ([a-z]+)\.? ([0-9]{4})")
_MOMENT = re.compile(
    r"(.+?)[T ,]+(?:a )?([0-9]{1,2})[:h]([0-9]{2})?(?::([0-9]{2}))?(?:[.,][0-9]+)?(?:Z|[+-]00:?00)?"
)


def read_written_date(text: str) -> date | None:
    """31/12/2023, 31.12.2023, 2023/12/31, 20231231, 31 décembre 2023; two-digit years never."""
    text = text.strip()
    if len(text) > 40:
        return None
    if match := _DAY_FIRST.fullmatch(text):
        return _date(match[3], match[2], match[1])
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return _date(match[1], match[2], match[3])
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    match = _IN_WORDS.fullmatch(plain)
    if match and match[2] in _MONTHS:
        return _date(match[3], str(_MONTHS[match[2]]), match[1])
    return None


def read_written_moment(text: str) -> datetime | None:
    """A date as above followed by hours, minutes and perhaps seconds; « 10h30 » too."""
    match = _MOMENT.fullmatch(text.strip()[:60])
    if not match:
        return None
    day = read_written_date(match[1])
    if day is None:
        return None
    try:
        return datetime(  # noqa: DTZ001 - the text gives no zone
            day.year, day.month, day.day, int(match[2]), int(match[3] or 0), int(match[4] or 0)
        )
    except ValueError:
        return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
