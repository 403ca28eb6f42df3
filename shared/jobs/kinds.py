"""What a group of workers can do: a handler for each kind of job."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from shared.jobs.lease import Lease
from shared.jobs.models import Job, OnDead

Handler = Callable[[Job, Lease], Awaitable[None]]


@dataclass(frozen=True)
class JobKind:
    """A kind of job and how it is done.

    `max_attempts` overrides what the row says. `on_dead(session, job, error)` runs in the
    transaction that sets `dead`; while it raises, the job is not dead and is tried again to
    be buried every minute.
    """

    name: str
    handler: Handler
    timeout: timedelta = timedelta(minutes=10)
    max_attempts: int | None = None
    on_dead: OnDead | None = None
