"""PostgreSQL for a service: one engine, transactions that belong to the use case.

Stores only add and execute; the operation that needs several of them to agree opens
`Database.begin()`, which commits on exit and rolls back on error. HTTP, Redis and files
are never awaited inside one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import MetaData, event, make_url, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)


def sqlalchemy_url(database_url: str) -> str:
    """A libpq URL as SQLAlchemy's asyncpg dialect wants it.

    A unix socket comes as `postgresql://user:secret@/name?host=/run/folder`, which both
    libpq and asyncpg understand.
    """
    url = make_url(database_url).set(drivername="postgresql+asyncpg")
    return url.render_as_string(hide_password=False)


class Database:
    """A pool of connections. `begin()` and `snapshot()` are the only ways to a session.

    A connection that the server closed while it rested is replaced before it is given out.
    """

    def __init__(self, database_url: str, *, pool_size: int = 5) -> None:
        self.url = database_url
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(database_url),
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args={"server_settings": {"application_name": "socle", "jit": "off"}},
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A fresh session in a transaction: commit on exit, rollback on any error."""
        async with self._sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncSession]:
        """As `begin`, for several reads that must agree: none sees what is committed meanwhile."""
        async with self.begin() as session:
            _ = await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    async def ping(self) -> None:
        """One round trip; raises what the driver raises."""
        async with self.engine.connect() as connection:
            await connection.execute(text("select 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


@asynccontextmanager
async def planned_by_size(session: AsyncSession) -> AsyncIterator[None]:
    """Statements within are planned for what their tables hold now. PostgreSQL keeps the plans of
    prepared statements until it has counted a table again, a minute later: one that was made for
    the first hundred rows is used for ten thousand. For reads: a write would have the checks of
    its foreign keys planned for each row.
    """
    await session.execute(text("set local plan_cache_mode = force_custom_plan"))
    yield
    await session.execute(text("set local plan_cache_mode to default"))


def _refuse_closed(_connection: Any, record: Any, _proxy: Any) -> None:
    """What asking the server would tell, for three round trips less in each transaction: the
    driver has noticed when the other end went away.
    """
    if record.driver_connection.is_closed():
        raise InvalidatePoolError


def metadata(schema: str) -> MetaData:
    """Tables of one PostgreSQL schema, with names for every constraint and index."""
    return MetaData(
        schema=schema,
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
