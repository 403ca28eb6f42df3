"""Transactions on a real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from shared.db import Database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=1)
    async with database.begin() as session:
        await session.execute(text("create table counted (n int)"))
    yield database
    async with database.begin() as session:
        await session.execute(text("drop table counted"))
    await database.close()


async def _count(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("insert into counted values (1)"))


async def test_reads_of_one_snapshot_agree_whatever_is_written_meanwhile(
    database: Database,
) -> None:
    async with database.snapshot() as session:
        before = await session.scalar(text("select count(*) from counted"))
        await _count(database)
        after = await session.scalar(text("select count(*) from counted"))

    assert (before, after) == (0, 0)


async def test_a_connection_that_gave_a_snapshot_gives_ordinary_transactions_again(
    database: Database,
) -> None:
    async with database.snapshot():
        pass
    async with database.begin() as session:
        before = await session.scalar(text("select count(*) from counted"))
        await _count(database)
        after = await session.scalar(text("select count(*) from counted"))

    assert (before, after) == (0, 1)
