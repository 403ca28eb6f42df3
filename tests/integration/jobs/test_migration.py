"""The table that migrations create is the one that the code uses."""

from uuid import uuid4

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateSchema, DropSchema

from shared.db import Database, metadata
from shared.jobs.migration import create_jobs_table, drop_jobs_table
from shared.jobs.tables import jobs_table

COLUMNS = """
select column_name, data_type, is_nullable, column_default
from information_schema.columns where table_schema = :schema order by ordinal_position
"""
INDEXES = "select indexname, indexdef from pg_indexes where schemaname = :schema order by 1"
CONSTRAINTS = """
select conname, pg_get_constraintdef(oid) from pg_constraint
where connamespace = cast(:schema as regnamespace) and contype <> 'n' order by 1
"""


def described(connection: Connection, schema: str) -> list[str]:
    return [
        str(row).replace(schema, "…")
        for query in (COLUMNS, INDEXES, CONSTRAINTS)
        for row in connection.execute(text(query), {"schema": schema})
    ]


def compare(connection: Connection) -> tuple[list[str], list[str], list[str]]:
    by_code, by_migration = (f"jobs_{uuid4().hex[:12]}" for _ in range(2))
    op = Operations(MigrationContext.configure(connection))
    for schema in (by_code, by_migration):
        connection.execute(CreateSchema(schema))
    tables = metadata(by_code)
    jobs_table(tables)
    tables.create_all(connection)
    create_jobs_table(op, by_migration)
    one, other = described(connection, by_code), described(connection, by_migration)
    drop_jobs_table(op, by_migration)
    empty = described(connection, by_migration)
    for schema in (by_code, by_migration):
        connection.execute(DropSchema(schema, cascade=True))
    return one, other, empty


async def test_the_migration_creates_the_table_of_the_code_and_drops_it(
    database_url: str,
) -> None:
    database = Database(database_url)
    try:
        async with database.engine.begin() as connection:
            by_code, by_migration, empty = await connection.run_sync(compare)
    finally:
        await database.close()

    assert len(by_code) > 20
    assert by_migration == by_code
    assert empty == []
