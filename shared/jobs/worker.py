"""A process that does jobs: receives ids, claims rows, keeps leases alive, settles.

Handlers run in tasks of their own, not inside arq's, so that a Redis restart or a dead arq
consumer interrupts nothing. Claims, heartbeats and settlements have connections of their
own, so that handlers which exhaust the pool do not cost anybody a lease.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.errors import ServiceError
from shared.jobs.consumer import Consumer
from shared.jobs.dispatcher import POSTGRES_LOST, Dispatcher, DispatchSettings
from shared.jobs.errors import LeaseLost
from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.ledger import Ledger
from shared.jobs.models import Backoff, Job
from shared.jobs.runs import Run
from shared.jobs.settling import Settler
from shared.jobs.transport import Transport
from shared.jobs.verdicts import Bury, after_failure

_log = structlog.get_logger(__name__)

_PATIENCE = timedelta(seconds=5)
_RETRY_SECONDS = 0.2
_LAST_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class WorkerSettings:
    """Times of a worker; the defaults suit production, tests shorten them.

    `grace`: what running jobs get at a stop before they are given back. `receive`: how often
    Redis is asked while hands are free. `poll`, `redispatch`, `retention`: see
    `DispatchSettings`.
    """

    lease: timedelta = timedelta(seconds=30)
    grace: timedelta = timedelta(seconds=5)
    poll: timedelta = timedelta(seconds=1)
    receive: timedelta = timedelta(milliseconds=40)
    redispatch: timedelta = timedelta(seconds=15)
    backoff: Backoff = field(default_factory=Backoff)
    retention: timedelta = timedelta(days=30)


class Worker:
    """The jobs of `kinds` in `table`, `concurrency` at a time. One object runs once.

    Workers of one `queue_name` must have the same kinds: one of them leads and dispatches for
    all. `depth` bounds the ids in Redis: small keeps tenants fair, large feeds many workers.
    """

    def __init__(
        self,
        *,
        database: Database,
        redis_url: str,
        table: Table,
        queue_name: str,
        kinds: Sequence[JobKind],
        concurrency: int = 4,
        depth: int = 32,
        settings: WorkerSettings | None = None,
    ) -> None:
        self._settings = settings or WorkerSettings()
        self._database = database
        self._control = Database(database.url, pool_size=2)
        self._kinds = {kind.name: kind for kind in kinds}
        self._ledger = Ledger(table, tuple(self._kinds), self._settings.lease)
        self._settler = Settler(self._ledger, self._kinds)
        self._transport = Transport(redis_url=redis_url, queue_name=queue_name)
        self._concurrency = concurrency
        self._hands = asyncio.Semaphore(concurrency)
        self._runs: dict[UUID, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._consumer = Consumer(
            transport=self._transport,
            deliver=self._deliver,
            concurrency=concurrency,
            patience=_PATIENCE,
            poll=self._settings.receive,
        )
        self._dispatcher = Dispatcher(
            database=self._control,
            transport=self._transport,
            settler=self._settler,
            queue_name=queue_name,
            settings=DispatchSettings(
                depth=depth,
                poll=self._settings.poll,
                redispatch=self._settings.redispatch,
                silence=self._settings.lease,
                backoff=self._settings.backoff,
                retention=self._settings.retention,
            ),
        )

    @property
    def leading(self) -> bool:
        """Whether this process dispatches for its queue."""
        return self._dispatcher.leading

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then stop in good order: at most `grace` + 5 s or so.

        Outages of PostgreSQL and Redis are waited out, however long.
        """
        loops = [
            asyncio.create_task(self._forever("consumer", self._consumer.run)),
            asyncio.create_task(self._forever("dispatcher", self._dispatcher.run)),
        ]
        heart = asyncio.create_task(self._forever("heartbeat", self._beat))
        try:
            await stop.wait()
        finally:
            self._stopping = True
            await self._shut_down()
            await asyncio.wait(loops, timeout=_LAST_SECONDS)
            for task in (*loops, heart):
                task.cancel()
            await asyncio.gather(*loops, heart, return_exceptions=True)
            await self._close()

    async def _forever(self, name: str, loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while not self._stopping:
            try:
                await loop()
            except Exception:  # noqa: BLE001 - the loop of the process, logged
                # A defect of ours in one loop must not end the process, nor spin.
                _log.exception("Worker loop failed, restarting", loop=name)
                await asyncio.sleep(1)

    async def _shut_down(self) -> None:
        self._dispatcher.stop()
        await self._consumer.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._settings.grace.total_seconds())
        for run in self._runs.values():
            run.task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_SECONDS)
        # Handlers that ignore cancellation: their lease is taken from them all the same.
        stubborn = list(self._runs.values())
        await asyncio.gather(*(self._give_back(run) for run in stubborn), return_exceptions=True)

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_SECONDS)
        await self._transport.close()
        await self._control.close()

    async def _deliver(self, job_id: UUID) -> None:
        received = asyncio.Event()
        task = asyncio.create_task(self._receive(job_id, received))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await received.wait()

    async def _receive(self, job_id: UUID, received: asyncio.Event) -> None:
        try:
            async with self._hands:
                token = uuid4()
                job = await self._claim(job_id, token)
                if job is None:
                    return
                lease = Lease(database=self._database, ledger=self._ledger, job=job, token=token)
                run = Run(
                    job=job,
                    lease=lease,
                    kind=self._kinds[job.kind],
                    lease_time=self._settings.lease,
                )
                self._runs[token] = run
                self._consumer.set_free_hands(self._concurrency - len(self._runs))
                received.set()
                try:
                    await self._conclude(run)
                finally:
                    del self._runs[token]
                    self._consumer.set_free_hands(self._concurrency - len(self._runs))
        except Exception:  # noqa: BLE001 - one job's trouble must not reach arq
            _log.exception("Job left to its lease", job_id=str(job_id))
        finally:
            received.set()

    async def _claim(self, job_id: UUID, token: UUID) -> Job | None:
        """None when the row is not to be had, or PostgreSQL stays away: it is sent again."""
        patience_ends = time.monotonic() + _PATIENCE.total_seconds()
        while not self._stopping:
            try:
                async with self._control.begin() as session:
                    job = await self._ledger.claim(session, job_id, token)
                return None if job is None else self._settler.limited(job)
            except POSTGRES_LOST as error:
                if time.monotonic() > patience_ends:
                    _log.warning("Claim given up", job_id=str(job_id), error=str(error))
                    return None
                await asyncio.sleep(_RETRY_SECONDS)
        return None

    async def _conclude(self, run: Run) -> None:
        facts = run.job.to_logging_context()
        await asyncio.wait({run.task})
        if run.lease.completed:
            _log.info("Job done", **facts)
        elif run.lost:
            _log.warning("Lease lost, work dropped", **facts)
        elif run.task.cancelled() and self._stopping:
            await self._give_back(run)
        else:
            await self._fail(run)

    async def _give_back(self, run: Run) -> None:
        _log.info("Job given back", **run.job.to_logging_context())
        await self._persist(
            run, lambda session: self._ledger.give_back(session, run.job, run.lease.token)
        )

    async def _fail(self, run: Run) -> None:
        error = run.failure()
        verdict = after_failure(error, run.job, self._settings.backoff, random.random())  # noqa: S311
        if verdict is None:
            _log.warning("Lease lost, work dropped", **run.job.to_logging_context())
            return
        level = _log.error if isinstance(verdict, Bury) else _log.warning
        expected = isinstance(error, ServiceError)
        level(
            "Job failed",
            **run.job.to_logging_context(),
            error=verdict.error,
            exc_info=None if expected else error,
        )
        await self._persist(
            run,
            lambda session: self._settler.settle(session, run.job, run.lease.token, verdict),
        )

    async def _persist(self, run: Run, write: Callable[[AsyncSession], Awaitable[None]]) -> None:
        """Write a verdict; through an outage, for as long as the lease may still be held."""
        while True:
            try:
                async with self._control.begin() as session:
                    await write(session)
            except LeaseLost:
                _log.info("Job ended or taken over meanwhile", **run.job.to_logging_context())
            except POSTGRES_LOST:
                if time.monotonic() < run.held_until:
                    await asyncio.sleep(_RETRY_SECONDS)
                    continue
                _log.warning("Verdict not written", **run.job.to_logging_context())
            return

    async def _beat(self) -> None:
        pause = self._settings.lease.total_seconds() / 3
        while True:
            await asyncio.sleep(pause)
            runs = [run for run in self._runs.values() if not run.overstayed]
            if runs:
                await self._extend(runs, pause)

    async def _extend(self, runs: Sequence[Run], patience: float) -> None:
        asked_at = time.monotonic()
        try:
            async with asyncio.timeout(patience), self._control.begin() as session:
                held = await self._ledger.extend(
                    session, [(run.job.id, run.lease.token) for run in runs]
                )
        except POSTGRES_LOST:
            for run in runs:
                if time.monotonic() >= run.held_until:
                    run.lose()
            return
        for run in runs:
            if run.lease.token in held:
                run.extended(asked_at)
            elif not (run.lease.in_transaction or run.task.done()):
                # While in a transaction nobody can take the row: it is just being completed.
                run.lose()
