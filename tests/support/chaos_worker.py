"""The process that the chaos test kills: a real worker whose jobs leave one row each.

Run as `python -m tests.support.chaos_worker SEED`, with DATABASE_URL, REDIS_URL, SCHEMA.
"""

import asyncio
import os
import random
import signal
import sys
from datetime import timedelta

from shared.db import Database, metadata
from shared.errors import Transient
from shared.jobs.kinds import JobKind
from shared.jobs.lease import Lease
from shared.jobs.models import Backoff, Job
from shared.jobs.process import serve
from shared.jobs.tables import jobs_table
from shared.jobs.worker import Worker, WorkerSettings
from shared.logging import configure
from tests.support.jobs import Bench, effects_table

SETTINGS = WorkerSettings(
    lease=timedelta(seconds=1.5),
    grace=timedelta(seconds=0.5),
    poll=timedelta(seconds=0.5),
    receive=timedelta(milliseconds=30),
    redispatch=timedelta(seconds=3),
    backoff=Backoff(base=timedelta(milliseconds=100), cap=timedelta(seconds=1)),
)


async def main(seed: int) -> None:
    chance = random.Random(seed)
    tables = metadata(os.environ["SCHEMA"])
    jobs, effects = jobs_table(tables), effects_table(tables)
    database = Database(os.environ["DATABASE_URL"])
    queue = f"socle:{tables.schema}"
    bench = Bench(database, os.environ["REDIS_URL"], queue, jobs, effects, SETTINGS)

    async def work(job: Job, lease: Lease) -> None:
        await asyncio.sleep(chance.uniform(0.02, 0.3))
        if chance.random() < 0.05:
            raise Transient("Le portail ne répond pas.")
        async with lease.complete() as session:
            await bench.write_effect(session, job, str(os.getpid()))
            # A killed or frozen worker is to be caught between its effect and its commit too.
            await asyncio.sleep(chance.uniform(0, 0.05))

    async def poison(_job: Job, _lease: Lease) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    worker = Worker(
        database=database,
        redis_url=bench.redis_url,
        table=jobs,
        queue_name=queue,
        kinds=[JobKind("work", work), JobKind("poison", poison)],
        concurrency=4,
        depth=16,
        settings=SETTINGS,
    )
    await serve(worker)
    await database.close()


if __name__ == "__main__":
    configure(log_format="text", level="INFO")
    asyncio.run(main(int(sys.argv[1])))
