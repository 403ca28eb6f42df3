import asyncio
import os
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from services.validator.operations.keep_house import keep_house
from services.validator.storage.tables import jobs
from shared.jobs.store import JobStore
from shared.store import DiskStore


async def test_old_jobs_and_leftovers_go_and_the_rest_stays(database, tmp_path):
    store = DiskStore(tmp_path)
    leftover = tmp_path / "tmp" / "left"
    leftover.parent.mkdir()
    leftover.write_bytes(b"x")
    os.utime(leftover, (0, 0))
    async with database.begin() as session:
        for _ in range(3):
            await JobStore(session, jobs).enqueue(kind="x", payload={}, organization_id=None)
        ids = list(await session.scalars(text("select id from validator.jobs")))
        for job_id, days in ((ids[0], 100), (ids[1], 10)):
            await session.execute(
                text("update validator.jobs set state='done', finished_at=:at where id=:id"),
                {"id": job_id, "at": datetime.now(UTC) - timedelta(days=days)},
            )

    task = asyncio.create_task(
        keep_house(database=database, store=store, retention=timedelta(days=90))
    )
    async with asyncio.timeout(20):
        while leftover.exists() or await count(database) == 3:  # noqa: ASYNC110 – a database
            await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async with database.begin() as session:
        left = set(await session.scalars(text("select id from validator.jobs")))
    assert left == {ids[1], ids[2]}


async def count(database) -> int:
    async with database.begin() as session:
        return await session.scalar(text("select count(*) from validator.jobs"))
