"""What neither data.europa.eu nor data.gouv.fr looks at: content, punctuality, links.

Each is out of 100, or None where there is nothing to judge: a dataset whose files follow no
schema is not blamed for it, a link that nobody has followed yet is neither good nor bad.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.catalogue.quality.facts import QualityFacts
from services.catalogue.quality.frequencies import GRACE, PERIODS, announced
from services.catalogue.quality.shares import Share, share, whole

JUDGED = frozenset({"valid", "invalid", "unreadable"})
"""Verdicts that the validator gave on a content."""


def conformity(facts: QualityFacts) -> Iterator[tuple[str, Share | None]]:
    """Schema declared, files valid, rows valid; None until a file has been judged."""
    judged = [one for one in facts.main if one.verdict in JUDGED]
    if not judged:
        yield "schemaDeclared", None
        yield "filesValid", None
        yield "rowsValid", None
        return
    rows = sum(one.rows for one in judged)
    faulty = sum(min(one.rows, one.rows_with_errors) for one in judged)
    yield "schemaDeclared", share(judged, lambda one: one.declared)
    files = share(judged, lambda one: one.verdict == "valid")
    yield "filesValid", files
    # A file without any row, or that is no table, has no row to be right.
    yield "rowsValid", Share(rows - faulty, rows) if rows else files


def freshness(facts: QualityFacts, now: datetime) -> Iterator[tuple[str, Share | None]]:
    """Frequency announced, and kept: what is late loses its points over one more period."""
    if not announced(facts.frequency):
        yield "frequencyAnnounced", whole(met=False)
        yield "updatedInTime", whole(met=False)
        return
    yield "frequencyAnnounced", whole(met=True)
    yield "updatedInTime", _punctuality(facts, now)


def _punctuality(facts: QualityFacts, now: datetime) -> Share:
    period = PERIODS.get(facts.frequency or "")
    changed = facts.changed_at(now)
    if period is None or changed is None:
        return whole(met=True)
    late = now - (changed + period + GRACE)
    if late <= timedelta(0):
        return whole(met=True)
    days = max(1, period.days)
    return Share(max(0, days - 1 - late.days), days)


def availability(facts: QualityFacts) -> Iterator[tuple[str, Share | None]]:
    """Share of the checked addresses that answer; None before the first check."""
    checked = [one for one in facts.resources if one.availability != "unknown"]
    answers = share(checked, lambda one: one.availability == "available")
    yield "linksAnswer", answers if checked else None


def next_change(facts: QualityFacts, now: datetime) -> datetime | None:
    """When time alone will next change a score: the moment of being late, then every full day
    after it until nothing is left to lose; None when it will not.
    """
    period = PERIODS.get(facts.frequency or "")
    changed = facts.changed_at(now)
    if period is None or changed is None:
        return None
    due = changed + period + GRACE
    if now <= due:
        return due + timedelta(seconds=1)
    passed = (now - due).days
    return due + timedelta(days=passed + 1) if passed < max(1, period.days) - 1 else None
