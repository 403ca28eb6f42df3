"""The attempts that a worker process has in hand."""

import asyncio
import time
from datetime import timedelta

import structlog

from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Job
from shared.jobs.verdicts import JobInterrupted, JobTimeout


class Run:
    """One attempt: its handler runs in `task` from the start; `lose()` gives it up."""

    def __init__(self, *, job: Job, lease: Lease, kind: JobKind, lease_time: timedelta) -> None:
        self.job = job
        self.lease = lease
        self.lost = False
        self._lease_seconds = lease_time.total_seconds()
        started = time.monotonic()
        self.held_until = started + self._lease_seconds
        self._patience_ends = started + kind.timeout.total_seconds() + self._lease_seconds
        self.task = asyncio.create_task(handle(kind, job, lease))
        # A handler that outlives its worker has nobody left to tell.
        self.task.add_done_callback(lambda task: task.cancelled() or task.exception())

    @property
    def overstayed(self) -> bool:
        """True when the handler ignores its timeout: its lease is no longer extended."""
        return time.monotonic() > self._patience_ends

    def extended(self, asked_at: float) -> None:
        """PostgreSQL confirmed the lease, at some moment after `asked_at` (monotonic)."""
        self.held_until = asked_at + self._lease_seconds

    def lose(self) -> None:
        """Stop the handler: the job is, or may be, somebody else's."""
        self.lost = True
        self.task.cancel()

    def failure(self) -> BaseException:
        """Why the task ended without completing the job."""
        error = None if self.task.cancelled() else self.task.exception()
        return error or JobInterrupted()


async def handle(kind: JobKind, job: Job, lease: Lease) -> None:
    """Run the handler within its time, and complete the job if the handler did not.

    Raises what the handler raises, `JobTimeout`, or `JobInterrupted` for an attempt to end
    the process.
    """
    with structlog.contextvars.bound_contextvars(**job.to_logging_context()):
        try:
            async with asyncio.timeout(kind.timeout.total_seconds()) as limit:
                await kind.handler(job, lease)
                if not lease.completed:
                    async with lease.complete():
                        pass
        except TimeoutError as error:
            if limit.expired():
                raise JobTimeout(kind.timeout) from error
            raise
        except (SystemExit, KeyboardInterrupt) as error:
            raise JobInterrupted from error
