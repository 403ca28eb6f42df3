"""Writes the verdict on an attempt, with its consequences, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.jobs.kinds import JobKind
from shared.jobs.ledger import Ledger
from shared.jobs.models import Job
from shared.jobs.verdicts import Bury, Retry

_log = structlog.get_logger(__name__)

_BURIAL_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True)
class Settler:
    """Used by workers for attempts that failed, by the dispatcher for those that fell silent."""

    ledger: Ledger
    kinds: Mapping[str, JobKind]
    burial_pause: timedelta = _BURIAL_PAUSE

    def limited(self, job: Job) -> Job:
        """The job with the number of attempts that its kind allows."""
        allowed = self.kinds[job.kind].max_attempts
        return job if allowed is None else replace(job, max_attempts=allowed)

    async def settle(
        self, session: AsyncSession, job: Job, token: UUID, verdict: Bury | Retry
    ) -> None:
        """Raises `LeaseLost`, and what the database raises.

        A defect of `on_dead` must not leave the job dead without its consequences: it stays
        `running` with its error, and is buried again after a pause.
        """
        if isinstance(verdict, Retry):
            await self.ledger.retry(session, job, token, error=verdict.error, delay=verdict.delay)
            return
        try:
            async with session.begin_nested():
                await self.ledger.bury(session, job, token, error=verdict.error)
                await self._mourn(session, job, verdict.error)
        except _HookFailed as failure:
            _log.error("Burial failed", **job.to_logging_context(), exc_info=failure.__cause__)
            await self.ledger.put_off_burial(
                session, job, token, error=verdict.error, pause=self.burial_pause
            )

    async def _mourn(self, session: AsyncSession, job: Job, error: str) -> None:
        hook = self.kinds[job.kind].on_dead
        if hook is None:
            return
        try:
            await hook(session, job, error)
        except DBAPIError as failure:
            if failure.connection_invalidated:
                raise
            raise _HookFailed from failure
        except Exception as failure:
            raise _HookFailed from failure


class _HookFailed(Exception):
    """`on_dead` raised; its cause says what."""
