"""Time series of the catalogue: what is asked, and the points of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

MAX_POINTS = 3_700
"""Ten years of days."""


class Metric(StrEnum):
    """What is counted at the end of each day, month or year.

    `datasets` and `resources` are numbers; `conformity` is the share of valid files among
    those judged; `quality` the mean of the 405 points; `rows` and `rows_valid` rows of tables.
    """

    DATASETS = "datasets"
    RESOURCES = "resources"
    CONFORMITY = "conformity"
    QUALITY = "quality"
    ROWS = "rows"
    ROWS_VALID = "rows_valid"


STOCKS = frozenset({Metric.DATASETS, Metric.RESOURCES, Metric.CONFORMITY})
"""Metrics that the stock of datasets and resources gives; the others are kept once a day."""


class Resolution(StrEnum):
    """Length of a step."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Breakdown(StrEnum):
    """By what a series is divided; the parts add up to the whole (a dataset whose files follow
    two schemas counts in both).
    """

    VERDICT = "verdict"
    SCHEMA = "schema"
    ORGANIZATION = "organization"
    TERRITORY = "territory"


@dataclass(frozen=True)
class SeriesQuery:
    """`schema` empty: files without one. `territory` counts what lies in it, too."""

    metric: Metric
    first: date
    last: date
    resolution: Resolution = Resolution.DAY
    territory: str | None = None
    organization: UUID | None = None
    schema: str | None = None
    verdict: str | None = None
    by: Breakdown | None = None


@dataclass(frozen=True)
class Change:
    """What was added to the stock on a day; `verdict` is empty for datasets."""

    key: str
    day: date
    verdict: str
    datasets: int
    resources: int


@dataclass(frozen=True)
class Series:
    """Values at the end of each step; None where nothing could be measured."""

    key: str
    points: Mapping[date, float | int | None]


def steps(query: SeriesQuery) -> Iterator[date]:
    """The last day of each step, the last one cut at the end of the period."""
    day = query.first
    while day <= query.last:
        end = _end(day, query.resolution)
        yield min(end, query.last)
        day = end + timedelta(days=1)


def count_steps(query: SeriesQuery) -> int:
    """How many steps there are, about, without making them."""
    length = {Resolution.DAY: 1, Resolution.MONTH: 28, Resolution.YEAR: 365}[query.resolution]
    return max(0, (query.last - query.first).days) // length + 1


def _end(day: date, resolution: Resolution) -> date:
    if resolution is Resolution.DAY:
        return day
    if resolution is Resolution.YEAR:
        return date(day.year, 12, 31)
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
