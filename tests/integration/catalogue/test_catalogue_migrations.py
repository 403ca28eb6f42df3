"""The schema `catalogue` goes up, says what the code says, and goes down again."""

from alembic import command
from sqlalchemy import text

from services.catalogue.operations.load_territories import load_territories
from shared.db import Database
from shared.migrations import alembic_config, upgrade
from tests.support.services import PostgresServer, run_apart

PACKAGE = "services.catalogue.migrations"


def test_migrations_make_the_tables_that_the_code_expects(postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database("catalogue_migrations_test")
    upgrade(url, "shared.access.migrations")
    upgrade(url, PACKAGE)
    upgrade(url, PACKAGE)

    command.check(alembic_config(url, PACKAGE))

    assert run_apart(lambda: first_and_second_load(url)) == [True, False]
    command.downgrade(alembic_config(url, PACKAGE), "base")
    assert run_apart(lambda: remaining(url)) == []


async def first_and_second_load(url: str) -> list[bool]:
    database = Database(url)
    loaded = [await load_territories(database) for _ in range(2)]
    await database.close()
    return loaded


async def remaining(url: str) -> list[str]:
    database = Database(url)
    async with database.begin() as session:
        names = await session.scalars(
            text(
                "select tablename from pg_tables where schemaname = 'catalogue'"
                " and tablename <> 'alembic_version'"
                " union select cfgname from pg_ts_config c"
                " join pg_namespace n on n.oid = c.cfgnamespace where nspname = 'catalogue'"
            )
        )
        found = list(names)
    await database.close()
    return found
