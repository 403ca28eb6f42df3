"""A table of jobs and workers on it, for tests: everything real, every time short."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from redis.asyncio import Redis
from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.schema import CreateSchema, DropSchema

from shared.db import Database, metadata
from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Job, JobRecord
from shared.jobs.states import JobState
from shared.jobs.store import JobStore
from shared.jobs.tables import jobs_table
from shared.jobs.worker import Worker, WorkerSettings


def effects_table(tables: MetaData) -> Table:
    """One row per effect of a job; nothing unique, so that doubles would show."""
    return Table(
        "effects",
        tables,
        Column("n", Integer, primary_key=True, autoincrement=True),
        Column("job_id", Uuid, nullable=False),
        Column("organization_id", Uuid),
        Column("attempt", Integer, nullable=False),
        Column("label", Text),
    )


@dataclass
class Bench:
    """A schema with `jobs` and `effects`, and a queue, of one test."""

    database: Database
    redis_url: str
    queue: str
    jobs: Table
    effects: Table
    settings: WorkerSettings

    @classmethod
    async def create(cls, database_url: str, redis_url: str, settings: WorkerSettings) -> "Bench":
        schema = f"jobs_{uuid4().hex[:12]}"
        tables = metadata(schema)
        jobs, effects = jobs_table(tables), effects_table(tables)
        database = Database(database_url)
        async with database.engine.begin() as connection:
            await connection.execute(CreateSchema(schema))
            await connection.run_sync(tables.create_all)
        return cls(database, redis_url, f"socle:{schema}", jobs, effects, settings)

    async def close(self) -> None:
        async with self.database.engine.begin() as connection:
            await connection.execute(DropSchema(self.jobs.schema or "", cascade=True))
        await self.database.close()

    @asynccontextmanager
    async def store(self) -> AsyncIterator[JobStore]:
        async with self.database.begin() as session:
            yield JobStore(session, self.jobs)

    async def enqueue(self, kind: str = "work", **values: Any) -> UUID:
        async with self.store() as store:
            return await store.enqueue(
                **{"kind": kind, "payload": {}, "organization_id": None, **values}
            )

    async def get(self, job_id: UUID) -> JobRecord:
        async with self.store() as store:
            return await store.get(job_id)

    async def count(self, state: JobState) -> int:
        async with self.store() as store:
            return (await store.counts()).by_state[state]

    async def until(
        self, job_id: UUID, *states: JobState, seconds: float = 60, attempt: int = 0
    ) -> JobRecord:
        """The job once it is in one of `states`, at that attempt or a later one."""

        async def reached() -> JobRecord | None:
            job = await self.get(job_id)
            return job if job.state in states and job.attempt >= attempt else None

        return await eventually(reached, seconds=seconds)

    async def write_effect(self, session: AsyncSession, job: Job, label: str = "done") -> None:
        await session.execute(
            insert(self.effects).values(
                job_id=job.id,
                organization_id=job.organization_id,
                attempt=job.attempt,
                label=label,
            )
        )

    async def effects_of(self, job_id: UUID) -> list[str]:
        async with self.database.begin() as session:
            found = await session.scalars(
                select(self.effects.c.label)
                .where(self.effects.c.job_id == job_id)
                .order_by(self.effects.c.n)
            )
            return list(found)

    async def effect(self, job: Job, lease: Lease) -> None:
        """The plainest handler: one effect, done."""
        async with lease.complete() as session:
            await self.write_effect(session, job)

    def worker(
        self, *kinds: JobKind, concurrency: int = 4, depth: int = 32, **times: Any
    ) -> Worker:
        return Worker(
            database=self.database,
            redis_url=self.redis_url,
            table=self.jobs,
            queue_name=self.queue,
            kinds=kinds or [JobKind("work", self.effect)],
            concurrency=concurrency,
            depth=depth,
            settings=replace(self.settings, **times),
        )

    @asynccontextmanager
    async def working(self, *kinds: JobKind, **options: Any) -> AsyncIterator[Worker]:
        """A worker that runs inside the block and is stopped at its end."""
        worker = self.worker(*kinds, **options)
        stop = asyncio.Event()
        task = asyncio.create_task(worker.run(stop))
        try:
            yield worker
        finally:
            stop.set()
            await task

    def redis(self) -> "Redis":
        return Redis.from_url(self.redis_url)


async def eventually(
    found: Callable[[], Awaitable[Any]], *, seconds: float = 60, pause: float = 0.02
) -> Any:
    """The first true result of `found`; fails after `seconds`."""
    ends = time.monotonic() + seconds
    while True:
        result = await found()
        if result:
            return result
        assert time.monotonic() < ends, f"not within {seconds} s: {found.__qualname__}"
        await asyncio.sleep(pause)
