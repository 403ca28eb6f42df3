"""Dates, times, years, durations."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.written_dates import read_written_date, read_written_moment

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]" + _TIME)
_TIME_ONLY = re.compile(_TIME)
_YEAR = re.compile(r"[0-9]{4}")
_YEARMONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_DURATION = re.compile(
    r"(-?)P(?=.)(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=.)(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?"
)
_UNITS = (365.2425 * 86_400, 30.436875 * 86_400, 604_800, 86_400, 3_600, 60, 1)
"""Seconds of a year, a month (both of the mean Gregorian length), a week … a second."""


def date_reader(spec: FieldSpec) -> Callable[[str], Any]:
    """ISO dates with two digits for month and day; else the field's strptime format."""
    if spec.format in {"default", "%Y-%m-%d"}:
        return _iso_date
    if spec.format == "any":
        return lambda text: _any(text, lambda found: found.date())
    return _formatted(spec.format, lambda found: found.date())


def datetime_reader(spec: FieldSpec) -> Callable[[str], Any]:
    """ISO 8601 with seconds, with a zone or without; a space may stand for the T."""
    if spec.format == "default":
        return _iso_datetime
    if spec.format == "any":
        return lambda text: _any(text, _aware)
    return _formatted(spec.format, _aware)


def time_reader(spec: FieldSpec) -> Callable[[str], Any]:
    """hh:mm:ss, with a zone or without."""
    if spec.format == "default":
        return _iso_time
    if spec.format == "any":
        return lambda text: _any(text, lambda found: found.timetz())
    return _formatted(spec.format, lambda found: found.timetz())


def year_reader(_spec: FieldSpec) -> Callable[[str], Any]:
    """Four digits; there was no year 0000."""

    def read(text: str) -> int | None:
        return int(text) if _YEAR.fullmatch(text) and text != "0000" else None

    return read


def yearmonth_reader(_spec: FieldSpec) -> Callable[[str], Any]:
    """YYYY-MM."""

    def read(text: str) -> tuple[int, int] | None:
        match = _YEARMONTH.fullmatch(text)
        return (int(match[1]), int(match[2])) if match else None

    return read


def duration_reader(_spec: FieldSpec) -> Callable[[str], Any]:
    """ISO 8601 duration; a year and a month count for their mean length when compared."""

    def read(text: str) -> timedelta | None:
        match = _DURATION.fullmatch(text)
        if match is None:
            return None
        amounts = [float(amount or 0) for amount in match.groups()[1:]]
        seconds = sum(amount * unit for amount, unit in zip(amounts, _UNITS, strict=True))
        try:
            return timedelta(seconds=-seconds if match[1] else seconds)
        except OverflowError:
            return None

    return read


def _iso_date(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _iso_datetime(text: str) -> datetime | None:
    if not _DATETIME.fullmatch(text):
        return None
    try:
        return _aware(datetime.fromisoformat(text))
    except ValueError:
        return None


def _iso_time(text: str) -> time | None:
    if not _TIME_ONLY.fullmatch(text):
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _aware(found: datetime) -> datetime:
    """A moment without a zone is read as UTC, so that any two can be compared."""
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _any(text: str, convert: Callable[[datetime], Any]) -> Any:
    """Format `any`: ISO, else as French files write dates."""
    found = _iso_datetime(text) or read_written_moment(text)
    if found is None and (day := _iso_date(text) or read_written_date(text)) is not None:
        found = datetime.combine(day, time(0))
    return None if found is None else convert(found)


def _formatted(pattern: str, convert: Callable[[datetime], Any]) -> Callable[[str], Any]:
    """What strptime reads, in ASCII: `2018/3/31` is written as `%Y/%m/%d` says."""

    def read(text: str) -> Any:
        if not text.isascii():
            return None
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 - a zone is the format's affair
        except (ValueError, re.error):
            return None
        return convert(found)

    return read
