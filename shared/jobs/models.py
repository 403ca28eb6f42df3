"""Jobs as the rest of the platform sees them: values, never rows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.jobs.states import JobState


@dataclass(frozen=True)
class Job:
    """What a handler is given. `attempt` starts at 1."""

    id: UUID
    organization_id: UUID | None
    kind: str
    payload: dict[str, Any]
    attempt: int
    max_attempts: int

    def to_logging_context(self) -> dict[str, Any]:
        """The facts by which a log line is found again; never the payload."""
        return {
            "job_id": str(self.id),
            "kind": self.kind,
            "organization_id": self.organization_id and str(self.organization_id),
            "attempt": self.attempt,
        }


@dataclass(frozen=True)
class JobRecord:
    """One job with its whole state, to be shown."""

    id: UUID
    organization_id: UUID | None
    kind: str
    payload: dict[str, Any]
    priority: int
    state: JobState
    attempt: int
    max_attempts: int
    dedup_key: str | None
    run_at: datetime
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    progress: dict[str, Any]


@dataclass(frozen=True)
class JobCounts:
    """For metrics: jobs per state (every state present), and how long the oldest one waits.

    `oldest_queued_seconds` counts from the moment a queued job was allowed to start; 0 when
    none is waiting.
    """

    by_state: Mapping[JobState, int]
    oldest_queued_seconds: float


OnDead = Callable[[AsyncSession, Job, str], Awaitable[None]]


@dataclass(frozen=True)
class Backoff:
    """Delay before attempt n+1: base x 2^(n-1) up to `cap`, of which half is jitter.

    The jitter keeps jobs that failed together (a portal fell over) from coming back together.
    """

    base: timedelta = timedelta(seconds=2)
    cap: timedelta = timedelta(minutes=15)

    def delay(self, attempt: int, chance: float) -> timedelta:
        """`attempt` is the one that failed, from 1; `chance` is drawn from [0, 1)."""
        # 2^30 times any base is beyond any cap; unbounded, timedelta would overflow.
        factor: int = 2 ** min(max(attempt - 1, 0), 30)
        return min(self.cap, self.base * factor) * (0.5 + chance / 2)
