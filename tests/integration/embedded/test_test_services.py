"""The servers that every other test relies on."""

import asyncpg
import pytest
from redis.asyncio import Redis

from tests.support.services import PostgresServer, ValkeyTestServer, fresh_database


async def test_the_role_of_the_test_database_creates_extensions_and_is_no_superuser(
    database_url: str,
) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("create extension if not exists unaccent")
        await connection.execute("create extension if not exists pg_trgm")

        assert await connection.fetchval("select lower(unaccent('ÉCOLE'))") == "ecole"
        assert await connection.fetchval("select lower('ÉCOLE')") == "école"
        assert await connection.fetchval("show is_superuser") == "off"
        assert (await connection.fetchval("select current_database()")).endswith("_test")
    finally:
        await connection.close()


def test_a_database_whose_name_does_not_end_in_test_is_never_emptied(database_url: str) -> None:
    with pytest.raises(ValueError, match="_test"):
        fresh_database(database_url, "socle")


async def test_committed_rows_survive_a_killed_postgresql(postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database("chaos_test")
    connection = await asyncpg.connect(url)
    await connection.execute("create table t as select generate_series(1, 1000) as n")
    await connection.close()

    postgres_server.restart()

    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("select count(*) from t") == 1000
    finally:
        await connection.close()


async def test_valkey_without_persistence_forgets_at_a_restart(
    valkey_server: ValkeyTestServer,
) -> None:
    async with Redis.from_url(valkey_server.url) as client:
        await client.set("k", "v")

    valkey_server.restart()

    async with Redis.from_url(valkey_server.url) as client:
        assert await client.get("k") is None
