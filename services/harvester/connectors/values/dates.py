"""Dates as portals write them: ISO in part, French, epoch milliseconds, none at all."""

import re
from datetime import UTC, date, datetime, timedelta

from shared.contracts.records import Period

_MONTHS = {
    "janvier": 1, "février": 2, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6,
    "juillet": 7, "août": 8, "aout": 8, "septembre": 9, "octobre": 10, "novembre": 11,
    "décembre": 12, "decembre": 12,
}  # fmt: skip
_FRENCH_WORDS = re.compile(r"(\d{1,2})(?:er)?\s+([a-zéûà]+)\s+(\d{4})$", re.IGNORECASE)
_FRENCH_DIGITS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ T].*)?$")
_YEAR = re.compile(r"(\d{4})$")
_MONTH = re.compile(r"(\d{4})-(\d{2})$")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?$")
_ISO_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:?\d{2})?$")
_INTERVAL = re.compile(r"\s*/\s*")

_OLDEST_YEAR = 1000
SLACK = timedelta(days=1)
"""Some portals write local times as UTC: a date is in the future beyond this only."""


def parse_moment(value: object) -> datetime | None:
    """An aware datetime, or `None` when the text is no date or absurd (year 0001).

    A time without a zone is taken as UTC; a year or month is its first day.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(int(value))
        if not isinstance(value, str) or not (text := value.strip()):
            return None
        moment = _read(text)
    except (ValueError, OverflowError, OSError):
        return None
    if moment is None or moment.year < _OLDEST_YEAR:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def past_moment(value: object, now: datetime) -> datetime | None:
    """`parse_moment`, but nothing later than `now` and a day: a promise is no fact."""
    moment = parse_moment(value)
    return moment if moment and moment <= now + SLACK else None


def parse_day(value: object) -> date | None:
    """The calendar day as written, whatever its zone."""
    if isinstance(value, str) and (found := _ISO_DATE.match(value.strip()[:10])):
        value = found[1]
    moment = parse_moment(value)
    return moment.date() if moment else None


def parse_period(start: object, end: object) -> Period | None:
    """A period with at least one end; ends in the wrong order are put right."""
    first, last = parse_day(start), parse_day(end)
    if first and last and first > last:
        first, last = last, first
    return Period(start=first, end=last) if first or last else None


def parse_interval(text: str) -> Period | None:
    """`a/b` (also over several lines), `2019` or `2019-05`."""
    start, *rest = _INTERVAL.split(text.strip(), maxsplit=1)
    if rest:
        return parse_period(start, rest[0])
    first = parse_day(start)
    if first is None:
        return None
    if _YEAR.match(start):
        return Period(start=first, end=date(first.year, 12, 31))
    if _MONTH.match(start):
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return Period(start=first, end=following - timedelta(days=1))
    return Period(start=first, end=first)


def _read(text: str) -> datetime | None:  # noqa: PLR0911 - one return per way of writing
    if _EPOCH.match(text):
        seconds = int(text) / (1000 if len(text) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC)
    if found := _YEAR.match(text):
        return datetime(int(found[1]), 1, 1, tzinfo=UTC)
    if found := _MONTH.match(text):
        return datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
    if found := _FRENCH_DIGITS.match(text):
        return datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=UTC)
    if (found := _FRENCH_WORDS.match(text)) and found[2].lower() in _MONTHS:
        return datetime(int(found[3]), _MONTHS[found[2].lower()], int(found[1]), tzinfo=UTC)
    if found := _ISO_DATE.match(text):
        return datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    return datetime.fromisoformat(text)
