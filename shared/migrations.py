"""Alembic, driven by programs: each service owns one PostgreSQL schema and its history.

A service's `migrations` package holds `env.py` (one call of `run_env`) and `versions/`.
The version table lives in the service's own schema, so that services migrate apart.
"""

import asyncio
import importlib
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db import sqlalchemy_url


def alembic_config(database_url: str, package: str) -> Config:
    """Alembic's configuration for the migrations package of that name."""
    folder = Path(importlib.import_module(package).__file__ or "").parent
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, package: str, revision: str = "head") -> None:
    """Bring one service's schema up to `revision`. Synchronous; safe to repeat."""
    command.upgrade(alembic_config(database_url, package), revision)


def run_env(metadata: MetaData) -> None:
    """Body of a service's `env.py`: run the migrations over asyncpg, in one transaction."""
    if context.is_offline_mode():
        raise NotImplementedError("migrations run against a database, not as SQL text")
    asyncio.run(_migrate(context.config.attributes["database_url"], metadata))


async def _migrate(database_url: str, metadata: MetaData) -> None:
    engine = create_async_engine(sqlalchemy_url(database_url))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_run, metadata)
    finally:
        await engine.dispose()


def _run(connection: Connection, metadata: MetaData) -> None:
    schema = metadata.schema
    # Two processes may start at once: the second waits here and finds nothing left to do.
    connection.execute(text("select pg_advisory_lock(hashtext('socle.migrations'))"))
    connection.execute(text(f'create schema if not exists "{schema}"'))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema=schema,
        include_schemas=True,
        include_name=lambda name, kind, _parents: kind != "schema" or name == schema,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
