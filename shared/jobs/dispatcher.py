"""The one process among the workers that decides what runs next.

Leader by a session-level advisory lock on a connection of its own, which also listens for
the notifications of `enqueue`: when PostgreSQL or the leader dies, so does the lock.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from shared.db import Database
from shared.jobs.dispatching import DispatchBook
from shared.jobs.models import Backoff
from shared.jobs.settling import Settler
from shared.jobs.store import JobStore
from shared.jobs.tables import channel
from shared.jobs.transport import REDIS_LOST, Transport
from shared.jobs.verdicts import Bury, after_silence

_log = structlog.get_logger(__name__)

#: What a lost PostgreSQL looks like; other errors of SQL are retried too, to no harm.
POSTGRES_LOST = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    SQLAlchemyError,
    TimeoutError,
)
_ANSWER_SECONDS = 10.0
_PURGE_SECONDS = 3600.0
_PASS_SECONDS = 0.05
# After Redis refused an id as known: soon enough to notice that it was just being finished.
_DOUBT = timedelta(seconds=0.5)


# A leader speaks to PostgreSQL at every pass; a frozen one would keep the lock for ever.
_DEPOSE = """
select pg_terminate_backend(leader.pid)
from pg_locks held join pg_stat_activity leader using (pid)
where held.locktype = 'advisory' and held.granted and held.objsubid = 1
  and leader.datname = current_database()
  and held.database = leader.datid
  and (held.classid::bigint << 32 | held.objid::bigint) = hashtextextended($1, 0)
  and leader.state_change < clock_timestamp() - $2::interval
"""


@dataclass(frozen=True, kw_only=True)
class DispatchSettings:
    """`depth`: ids in Redis at most. `poll`: longest sleep when no notification comes.

    `redispatch`: how long an id may rest unclaimed in Redis before it is sent again.
    `silence`: after which a leader that says nothing (frozen, unreachable) is deposed. `retention`:
    how long done and cancelled jobs stay to be looked at.
    """

    depth: int
    poll: timedelta
    redispatch: timedelta
    silence: timedelta
    backoff: Backoff
    retention: timedelta


class Dispatcher:
    """Sends due rows, takes back expired leases, buries the hopeless."""

    def __init__(
        self,
        *,
        database: Database,
        transport: Transport,
        settler: Settler,
        queue_name: str,
        settings: DispatchSettings,
    ) -> None:
        self._database = database
        self._transport = transport
        self._settler = settler
        self._book = DispatchBook(settler.ledger.table, settler.ledger.kinds)
        self._channel = channel(settler.ledger.table)
        self._lock = f"{self._channel}:{queue_name}"
        self._settings = settings
        self._wake = asyncio.Event()
        self._stopping = False
        self._next_purge = 0.0
        self.leading = False

    def stop(self) -> None:
        """End after the pass under way."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until `stop()`: become leader, lead, and begin again when PostgreSQL went away."""
        while not self._stopping:
            try:
                async with self._connection() as connection:
                    if await self._elected(connection):
                        await self._lead(connection)
            except POSTGRES_LOST as error:
                _log.warning("Dispatcher lost PostgreSQL", error=str(error))
            finally:
                self.leading = False
            await self._sleep(self._settings.poll.total_seconds())

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator["asyncpg.Connection"]:
        url = make_url(self._database.url).set(drivername="postgresql")
        connection = await asyncpg.connect(
            url.render_as_string(hide_password=False),
            timeout=_ANSWER_SECONDS,
            command_timeout=_ANSWER_SECONDS,
            server_settings={"application_name": "socle-dispatcher"},
        )
        try:
            yield connection
        finally:
            connection.terminate()

    async def _elected(self, connection: "asyncpg.Connection") -> bool:
        """Wait for the lock by asking: a blocked query would hold back vacuum for days."""
        while not self._stopping:
            got = await connection.fetchval(
                "select pg_try_advisory_lock(hashtextextended($1, 0))", self._lock
            )
            if got:
                return True
            await connection.execute(_DEPOSE, self._lock, self._settings.silence)
            await self._sleep(self._settings.poll.total_seconds())
        return False

    async def _lead(self, connection: "asyncpg.Connection") -> None:
        def wake(*_: object) -> None:
            self._wake.set()

        connection.add_termination_listener(wake)
        await connection.add_listener(self._channel, wake)
        _log.info("Dispatcher leads", lock=self._lock)
        self.leading = True
        # What the leader before sent is unknown; Redis refuses the ids that it still has.
        async with self._database.begin() as session:
            await self._book.withdraw(session)
        while not self._stopping and not connection.is_closed():
            self._wake.clear()
            # Still the leader? And the time by the clock that decides what is due.
            now = await connection.fetchval("select clock_timestamp()")
            began = time.monotonic()
            await self._sleep(await self._pass(now))
            # An idle system is answered at once; a busy one in turns, many wakes for one pass.
            await asyncio.sleep(max(0.0, began + _PASS_SECONDS - time.monotonic()))

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    async def _pass(self, now: datetime) -> float:
        """Do what is due; the seconds until something is due again. `now`: as it begins."""
        await self._expire()
        await self._purge()
        try:
            await self._dispatch()
        except REDIS_LOST as error:
            _log.warning("Redis is away, jobs wait in PostgreSQL", error=str(error))
        async with self._database.begin() as session:
            due = await self._book.next_due(session, after=now)
        poll = self._settings.poll.total_seconds()
        # Never zero: a lease that is locked by its worker's transaction stays due.
        return poll if due is None else min(poll, max(due, 0.02))

    async def _expire(self) -> None:
        while not self._stopping:
            async with self._database.begin() as session:
                expired = await self._settler.ledger.take_expired(session)
                if expired is None:
                    return
                job = self._settler.limited(expired.job)
                verdict = (
                    Bury(expired.error)
                    if expired.error
                    else after_silence(job, self._settings.backoff, random.random())  # noqa: S311
                )
                _log.warning("Lease expired", **job.to_logging_context())
                await self._settler.settle(session, job, expired.token, verdict)

    async def _purge(self) -> None:
        if time.monotonic() < self._next_purge:
            return
        async with self._database.begin() as session:
            store = JobStore(session, self._settler.ledger.table)
            await store.purge(finished_before=datetime.now(UTC) - self._settings.retention)
        self._next_purge = time.monotonic() + _PURGE_SECONDS

    async def _dispatch(self) -> None:
        if await self._transport.has_forgotten():
            _log.warning("Redis knows nothing, sending queued jobs again")
            async with self._database.begin() as session:
                await self._book.withdraw(session)
        async with self._database.begin() as session:
            late = await self._book.overdue(session, self._settings.redispatch)
            room = await self._book.room(session, self._settings.depth)
            fresh = await self._book.pick(session, room) if room else []
        try:
            await self._send(late)
        except REDIS_LOST:
            await self._withdraw(fresh)
            raise
        known = await self._send(fresh)
        if known:
            async with self._database.begin() as session:
                await self._book.doubt(session, known, self._settings.redispatch - _DOUBT)

    async def _send(self, ids: Sequence[UUID]) -> Sequence[UUID]:
        """The ids that Redis knew already. On any failure those not sent are withdrawn."""
        known = []
        sent = 0
        try:
            for job_id in ids:
                if not await self._transport.send(job_id):
                    known.append(job_id)
                sent += 1
        finally:
            if sent < len(ids):
                await self._withdraw(ids[sent:])
        return known

    async def _withdraw(self, ids: Sequence[UUID]) -> None:
        async with self._database.begin() as session:
            await self._book.withdraw(session, ids)
