"""What a handler holds while it works: proof that the job is still its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.jobs.ledger import Ledger
from shared.jobs.models import Job


@dataclass
class Turn:
    """The transaction that ends a job, or one turn of it."""

    session: AsyncSession
    delay: timedelta | None = None

    def again(self, after: timedelta = timedelta()) -> None:
        """There is more to do, not before `after`."""
        self.delay = after


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

    @asynccontextmanager
    async def finish_turn(self) -> AsyncIterator["Turn"]:
        """The last transaction of a job that may have more to do: as `complete`, unless the
        caller says `turn.again()`; then the effects stay and the job goes back to the queue,
        its attempts anew, so that work without end lets others have their turn.
        """
        async with self.begin() as session:
            turn = Turn(session)
            yield turn
            if turn.delay is None:
                await self._ledger.complete(session, self._job, self.token)
            else:
                await self._ledger.queue_again(session, self._job, self.token, delay=turn.delay)
        self.completed = True

    async def progress(self, **facts: Any) -> None:
        """Merge JSON values into the job's progress, visible at once. Raises `LeaseLost`."""
        async with self._database.begin() as session:
            await self._ledger.note(session, self._job, self.token, facts)
