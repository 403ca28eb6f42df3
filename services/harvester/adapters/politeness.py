"""The harvester's way to the web: a few requests at once per host, at its pace, never while
it rests. What is learnt of a host is a row, for the other processes and the next runs.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Unpack
from urllib.parse import urlsplit

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.harvester.errors import HostResting
from services.harvester.models.hosts import HostHealth, after_answer, after_silence
from services.harvester.storage.hosts import HostStore
from shared.db import Database
from shared.errors import Transient
from shared.fetch import AllowedHosts, Fetcher, FetchResult, FetchStream, RequestOptions

_REFRESH_SECONDS = 5.0
_WORTH_WAITING = timedelta(seconds=10)
"""A pause so short is waited out, with the host's place held: others wait for it too."""

_LATER = frozenset({429, 503})

log = structlog.get_logger(__name__)


class HostBook:
    """What every process knows of hosts; this one's copy is a few seconds old at most, and none
    is told to rest by an old copy: an operator may just have ended its rest.
    """

    def __init__(
        self, database: Database, *, rest: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._rest = rest
        self._clock = clock
        self._known: dict[str, HostHealth] = {}
        self._read_at = -_REFRESH_SECONDS
        self._rows = asyncio.Lock()

    async def health(self, host: str) -> HostHealth:
        """How the host is doing."""
        await self._read_since(time.monotonic() - _REFRESH_SECONDS)
        if host in self._known and self._known[host].is_resting(self._clock()):
            await self._read_since(time.monotonic())
        return self._known.get(host) or HostHealth(host)

    async def answered(self, host: str, status: int, headers: Mapping[str, str]) -> None:
        """The host answered."""
        health = self._known.get(host)
        if health is None and status < 400:
            return
        before = health or HostHealth(host)
        await self._keep(
            before, after_answer(before, status, headers, now=self._clock(), rest=self._rest)
        )

    async def silent(self, host: str) -> None:
        """The host did not answer."""
        before = self._known.get(host) or HostHealth(host)
        await self._keep(before, after_silence(before, now=self._clock(), rest=self._rest))

    def now(self) -> datetime:
        """The clock of the book."""
        return self._clock()

    async def _keep(self, before: HostHealth, after: HostHealth) -> None:
        if after == before:
            return
        # Whoever reads meanwhile would find the row as it was, and forget this again.
        async with self._rows:
            if after.well:
                self._known.pop(after.host, None)
            else:
                self._known[after.host] = after
            try:
                async with self._database.begin() as session:
                    await HostStore(session).save(after)
            except (OSError, SQLAlchemyError) as error:
                # This process remembers it; the others will learn it by themselves.
                log.warning("Host not remembered", host=after.host, error=str(error))

    async def _read_since(self, moment: float) -> None:
        """Read the rows unless that was done since; of those who ask together, one reads."""
        if self._read_at >= moment:
            return
        async with self._rows:
            if self._read_at >= moment:
                return
            self._read_at = time.monotonic()
            try:
                async with self._database.begin() as session:
                    resting = await HostStore(session).resting(self._clock())
            except (OSError, SQLAlchemyError) as error:
                log.warning("Hosts not read", error=str(error))
                return
            for health in resting:
                self._known[health.host] = health
            if len(self._known) > len(resting):
                self._drop_rested({health.host for health in resting})

    def _drop_rested(self, resting: set[str]) -> None:
        """An operator may have ended a pause: only the rows say who rests."""
        for host, health in list(self._known.items()):
            if health.is_resting(self._clock()) and host not in resting:
                del self._known[host]


class PoliteFetcher:
    """`Fetcher`, a few requests at once per host. One per process: it counts per host.

    Raises `HostResting` beside what `Fetcher` raises. `interval` is the least time between
    the beginnings of two requests of one host; hosts of the operator's `own` need none.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        book: HostBook,
        *,
        concurrency: int,
        interval: timedelta,
        own: AllowedHosts,
    ) -> None:
        self._fetcher = fetcher
        self._book = book
        self._concurrency = concurrency
        self._own = own
        self._interval = interval.total_seconds()
        self._places: dict[str, asyncio.Semaphore] = {}
        self._waiting: dict[str, int] = {}
        self._next: dict[str, float] = {}

    async def get(self, url: str, **options: Unpack[RequestOptions]) -> FetchResult:
        """As `Fetcher.get`."""
        async with self._turn(_host_of(url)) as host:
            answer = await self._fetcher.get(url, **options)
            await self._heard(host, answer)
            return answer

    @asynccontextmanager
    async def stream(
        self, url: str, **options: Unpack[RequestOptions]
    ) -> AsyncIterator[FetchStream]:
        """As `Fetcher.stream`."""
        async with (
            self._turn(_host_of(url)) as host,
            self._fetcher.stream(url, **options) as answer,
        ):
            await self._heard(host, answer)
            yield answer

    async def _heard(self, host: str, answer: FetchResult | FetchStream) -> None:
        """What the answer tells of the host; one that asks for a long pause is as one that
        was in it already.
        """
        await self._book.answered(host, answer.status, answer.headers)
        if answer.status in _LATER:
            await self._short_rest(host)

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[str]:
        """One of the places of the host, which is forgotten when nobody waits for it; its
        troubles are remembered.
        """
        places = self._places.setdefault(host, asyncio.Semaphore(self._concurrency))
        self._waiting[host] = self._waiting.get(host, 0) + 1
        try:
            async with places:
                await self._rested(host)
                await self._paced(host)
                yield host
        except HostResting:
            raise
        except Transient:
            await self._book.silent(host)
            raise
        finally:
            self._waiting[host] -= 1
            if not self._waiting[host]:
                del self._waiting[host], self._places[host]
                self._next.pop(host, None)

    async def _rested(self, host: str) -> None:
        left = await self._short_rest(host)
        while left:
            await asyncio.sleep(left.total_seconds())
            left = await self._short_rest(host)

    async def _short_rest(self, host: str) -> timedelta:
        """What is left of its rest. Raises `HostResting` when that is not worth waiting."""
        health, now = await self._book.health(host), self._book.now()
        left = health.left(now)
        if health.resting_until is not None and left > _WORTH_WAITING:
            raise HostResting(
                host,
                until=health.resting_until,
                reason=health.reason,
                left=left,
                stays_away=health.stays_away,
            )
        return left

    async def _paced(self, host: str) -> None:
        if not self._interval or _is_one_of(self._own, host):
            return
        now = time.monotonic()
        mine = max(now, self._next.get(host, now))
        self._next[host] = mine + self._interval
        await asyncio.sleep(mine - now)


def _is_one_of(hosts: AllowedHosts, host: str) -> bool:
    name, _, port = host.rpartition(":") if host.rpartition(":")[2].isdigit() else (host, "", "")
    return hosts.may_be_private(name, int(port or 0))


def _host_of(url: str) -> str:
    """Host and port, in lower case; the fetcher judges what is no address."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
