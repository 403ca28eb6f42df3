"""Hosts that are not well, for every process and run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.hosts import HostHealth
from services.harvester.storage.tables import hosts

_FIELDS = tuple(HostHealth.__dataclass_fields__)


class HostStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self, *, limit: int = 1_000) -> Sequence[HostHealth]:
        """Those that failed lately, the one that rests longest first."""
        rows = await self._session.execute(
            select(*(hosts.c[name] for name in _FIELDS))
            .order_by(hosts.c.resting_until.desc().nulls_last(), hosts.c.host)
            .limit(limit)
        )
        return [_health(row) for row in rows]

    async def resting(self, now: datetime) -> Sequence[HostHealth]:
        """Those that are to be left alone."""
        rows = await self._session.execute(
            select(*(hosts.c[name] for name in _FIELDS)).where(hosts.c.resting_until > now)
        )
        return [_health(row) for row in rows]

    async def save(self, health: HostHealth) -> None:
        """Remember, or forget a host that is well."""
        if health.well:
            await self.forget(health.host)
            return
        statement = insert(hosts).values({name: getattr(health, name) for name in _FIELDS})
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[hosts.c.host],
                set_={
                    **{name: statement.excluded[name] for name in _FIELDS if name != "host"},
                    "updated_at": func.clock_timestamp(),
                },
            )
        )

    async def forget(self, host: str) -> bool:
        """It may be asked again at once; whether there was anything to forget."""
        gone = await self._session.execute(
            delete(hosts).where(hosts.c.host == host).returning(hosts.c.host)
        )
        return gone.first() is not None


def _health(row: Row[Any]) -> HostHealth:
    return HostHealth(**row._mapping)  # noqa: SLF001 - its public name
