"""The one verdict of a resource, and what a set of them is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from uuid import UUID

from shared.contracts.catalogue import Availability, ResourceVerdict

VERDICTS: tuple[ResourceVerdict, ...] = get_args(ResourceVerdict)
JUDGED: frozenset[str] = frozenset({"valid", "invalid", "unreadable", "unavailable"})
"""Verdicts that count for validity: the others say nothing about the town's file."""


@dataclass(frozen=True)
class HistoryLine:
    """A verdict that held from `first_seen_at` to `checked_at` at least."""

    id: int
    resource_id: UUID
    report_id: UUID
    content_sha256: str
    verdict: str
    summary: str
    schema_name: str | None
    schema_version: str | None
    detected: bool
    rows: int
    errors: int
    rows_with_errors: int
    engine_version: str
    first_seen_at: datetime
    checked_at: datetime


def resource_verdict(
    *, availability: Availability, known: str | None, validation_requested: bool
) -> ResourceVerdict:
    """The verdict shown: a file that cannot be fetched has no other; then the validator's
    on the present content (`known`); else whether one is awaited.
    """
    if availability == "unavailable":
        return "unavailable"
    for verdict in VERDICTS:
        if verdict == known:
            return verdict
    return "pending" if validation_requested else "no-schema"


def validity(counts: Mapping[str, int]) -> float | None:
    """Share of valid files among those judged; None when none was."""
    judged = sum(number for verdict, number in counts.items() if verdict in JUDGED)
    return counts.get("valid", 0) / judged if judged else None
