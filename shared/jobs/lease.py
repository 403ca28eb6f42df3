"""What a handler holds while it works: proof that the job is still its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.jobs.ledger import Ledger
from shared.jobs.models import Job


class Lease:
    """Transactions in which a handler writes; each is rolled back if the job was taken over.

    A handler that returns without `complete()` has its job marked done with no further effect.
    """

    def __init__(self, *, database: Database, ledger: Ledger, job: Job, token: UUID) -> None:
        self._database = database
        self._ledger = ledger
        self._job = job
        self._open = 0
        self.token = token
        self.completed = False

    @property
    def in_transaction(self) -> bool:
        """True while the row is locked: nobody can have taken the job over."""
        return self._open > 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A checkpoint: what is written here stays even if the job fails later.

        Raises `LeaseLost` before anything is written. Never await HTTP, Redis or files inside:
        PostgreSQL ends a transaction that is idle for as long as the lease.
        """
        self._open += 1
        try:
            async with self._database.begin() as session:
                await self._ledger.hold(session, self._job, self.token)
                yield session
        finally:
            self._open -= 1

    @asynccontextmanager
    async def complete(self) -> AsyncIterator[AsyncSession]:
        """The last transaction: the effects and the end of the job, both or neither.

        Raises `LeaseLost`, on entry or on exit. An error inside rolls back and fails the job.
        """
        async with self.begin() as session:
            yield session
            await self._ledger.complete(session, self._job, self.token)
        self.completed = True

    async def progress(self, **facts: Any) -> None:
        """Merge JSON values into the job's progress, visible at once. Raises `LeaseLost`."""
        async with self._database.begin() as session:
            await self._ledger.note(session, self._job, self.token, facts)
