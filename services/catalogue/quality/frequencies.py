"""How long a dataset may stay as it is, by the frequency its producer announces.

udata's words; the same periods as data.gouv.fr goes by.
"""

from datetime import timedelta

PERIODS: dict[str, timedelta] = {
    "continuous": timedelta(days=1),
    "oneMinute": timedelta(minutes=1),
    "fiveMinutes": timedelta(minutes=5),
    "tenMinutes": timedelta(minutes=10),
    "fifteenMinutes": timedelta(minutes=15),
    "thirtyMinutes": timedelta(minutes=30),
    "severalTimesADay": timedelta(days=1),
    "hourly": timedelta(hours=1),
    "bihourly": timedelta(hours=2),
    "trihourly": timedelta(hours=3),
    "twelveHours": timedelta(hours=12),
    "threeTimesADay": timedelta(days=1),
    "semidaily": timedelta(hours=12),
    "daily": timedelta(days=1),
    "fiveTimesAWeek": timedelta(days=7),
    "threeTimesAWeek": timedelta(days=7),
    "semiweekly": timedelta(days=7),
    "weekly": timedelta(days=7),
    "biweekly": timedelta(days=14),
    "semimonthly": timedelta(days=31),
    "threeTimesAMonth": timedelta(days=31),
    "monthly": timedelta(days=31),
    "bimonthly": timedelta(days=62),
    "quarterly": timedelta(days=92),
    "threeTimesAYear": timedelta(days=122),
    "semiannual": timedelta(days=184),
    "annual": timedelta(days=366),
    "biennial": timedelta(days=731),
    "triennial": timedelta(days=1096),
    "quadrennial": timedelta(days=1461),
    "quinquennial": timedelta(days=1827),
    "decennial": timedelta(days=3653),
    "bidecennial": timedelta(days=7305),
    "tridecennial": timedelta(days=10958),
}

WITHOUT_PERIOD = frozenset({"irregular", "punctual", "notPlanned", "never", "other"})
"""Announced, but by their nature never late."""

GRACE = timedelta(days=1)
"""data.gouv.fr's: a file is late only when a whole day has passed."""


def announced(frequency: str | None) -> bool:
    """Whether the producer says how often the dataset changes."""
    return frequency in PERIODS or frequency in WITHOUT_PERIOD
