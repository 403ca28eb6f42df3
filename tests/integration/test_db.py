"""Transactions on a real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database, planned_by_size

_COUNT = text("select count(*) from counted")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=1)
    async with database.begin() as session:
        await session.execute(text("create table counted (n int)"))
    yield database
    async with database.begin() as session:
        await session.execute(text("drop table counted"))
    await database.close()


async def _counts(database: Database, session: AsyncSession) -> list[int | None]:
    """What is counted before and after another transaction has added a row."""
    before = await session.scalar(_COUNT)
    async with database.begin() as another:
        await another.execute(text("insert into counted values (1)"))
    return [before, await session.scalar(_COUNT)]


async def test_reads_of_one_snapshot_agree_whatever_is_written_meanwhile(
    database: Database,
) -> None:
    async with database.snapshot() as session:
        assert await _counts(database, session) == [0, 0]


async def test_a_connection_that_gave_a_snapshot_gives_ordinary_transactions_again(
    database: Database,
) -> None:
    async with database.snapshot():
        pass
    async with database.begin() as session:
        assert await _counts(database, session) == [0, 1]


async def test_what_is_planned_by_size_uses_no_plan_that_was_kept(
    database: Database,
) -> None:
    for _ in range(8):
        async with database.begin() as session:
            await _look(session)
            before = await _plans(session)
    async with database.begin() as session:
        async with planned_by_size(session):
            await _look(session)
        by_size = await _plans(session)
        await _look(session)
        after = await _plans(session)

    assert before[0] > 0
    assert by_size == (before[0], before[1] + 1)
    assert after == (before[0] + 1, before[1] + 1)


async def _look(session: AsyncSession) -> None:
    await session.execute(text("select n from counted where n = cast(:n as int)"), {"n": 1})


async def _plans(session: AsyncSession) -> tuple[int, int]:
    """How often a kept plan was used for what `_look` asks, and how often one was made."""
    rows = await session.execute(
        text(
            "select generic_plans, custom_plans from pg_prepared_statements"
            " where statement like 'select n from counted%'"
        )
    )
    generic, custom = rows.one()
    return generic, custom
