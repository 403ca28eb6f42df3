"""How a host is doing, and when it is left alone. Pure.

A host that says "later" (429, or 503 with a time) is obeyed at once. One that fails, is silent
or forbids is left alone after a few failures in a row, longer each time: some CKAN sites
answer 403 or 503 for too many requests. A good answer after the pause makes it well again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_REST = timedelta(hours=24)
_FAILING = frozenset({502, 503, 504})
_AWAY = frozenset({None, 502, 504})
"""Silence, or a proxy that finds nobody behind it."""
_PATIENCE = {"failed": 5, "forbidden": 8, "silent": 2}
_SECONDS_LIMIT = 10


@dataclass(frozen=True)
class HostHealth:
    """`failures` in a row since the last good answer; `rests` taken since then."""

    host: str
    failures: int = 0
    rests: int = 0
    resting_until: datetime | None = None
    reason: str | None = None
    http_status: int | None = None

    @property
    def well(self) -> bool:
        """Nothing to remember."""
        return not (self.failures or self.rests)

    @property
    def stays_away(self) -> bool:
        """It was asked after its first rest and was not there either, nor said "later": whoever
        waits for it waits twice as long each time, for one file each time.
        """
        return self.rests > 1 and self.http_status in _AWAY

    def is_resting(self, now: datetime) -> bool:
        """Whether it is to be left alone for now."""
        return bool(self.left(now))

    def left(self, now: datetime) -> timedelta:
        """How long it is still to be left alone."""
        if self.resting_until is None:
            return timedelta()
        return max(self.resting_until - now, timedelta())


def after_answer(
    health: HostHealth, status: int, headers: Mapping[str, str], *, now: datetime, rest: timedelta
) -> HostHealth:
    """What an answer tells; `rest` is the first pause of a host that names none."""
    asked = retry_after(headers.get("retry-after"), now)
    if status == 429 or (status == 503 and asked is not None):
        return _rested(
            health, f"le serveur demande une pause (réponse {status})", status, asked, now, rest
        )
    if status in _FAILING:
        return _failed(health, "failed", f"le serveur répond {status}", status, now, rest)
    if status == 403:
        return _failed(health, "forbidden", "le serveur refuse tout (403)", status, now, rest)
    # A request that began before the pause says nothing about its end.
    return health if health.is_resting(now) else HostHealth(health.host)


def after_silence(health: HostHealth, *, now: datetime, rest: timedelta) -> HostHealth:
    """It did not answer in time, or could not be reached."""
    return _failed(health, "silent", "le serveur ne répond pas", None, now, rest)


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """RFC 9110 §10.2.3: seconds, or a date. What is neither is ignored."""
    if not text:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        seconds = int(text) if len(text) < _SECONDS_LIMIT else LONGEST_REST.total_seconds()
        return min(timedelta(seconds=seconds), LONGEST_REST)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), LONGEST_REST)


def _failed(
    health: HostHealth,
    how: str,
    reason: str,
    status: int | None,
    now: datetime,
    rest: timedelta,
) -> HostHealth:
    failed = replace(health, failures=health.failures + 1, reason=reason, http_status=status)
    if failed.failures < _PATIENCE[how]:
        return failed
    return _rested(failed, reason, status, None, now, rest)


def _rested(
    health: HostHealth,
    reason: str,
    status: int | None,
    asked: timedelta | None,
    now: datetime,
    rest: timedelta,
) -> HostHealth:
    pause = rest * 2 ** min(health.rests, 12) if asked is None else asked
    return replace(
        health,
        rests=health.rests + 1,
        resting_until=now + min(pause, LONGEST_REST),
        reason=reason,
        http_status=status,
    )
