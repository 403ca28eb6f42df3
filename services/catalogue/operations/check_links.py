"""Follow the addresses that the harvester does not download, now and then."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from services.catalogue.operations.score_datasets import score_datasets
from services.catalogue.storage.link_checks import Followed, Link, LinkCheckStore
from services.catalogue.storage.locks import lock_writers
from shared.db import Database
from shared.errors import ServiceError

BATCH = 200
_CLAIM = timedelta(minutes=30)
_AFTER_FAILURE = timedelta(hours=1)
_REFUSED = 400


class Follower(Protocol):
    """What knows how to follow an address."""

    async def status(self, url: str) -> int:
        """The HTTP status at the end of the redirections. Raises `ServiceError`."""
        ...


async def check_links(
    database: Database, follower: Follower, *, recheck: timedelta, pause: float
) -> int:
    """Follow the links that are due; how many. Hosts at the same time, the links of one host
    one after the other, `pause` seconds apart.

    What answers is asked again after `recheck`, what does not after an hour. Nothing is
    awaited inside a transaction; a process that dies leaves its links for half an hour.
    """
    done = 0
    while True:
        now = datetime.now(UTC)
        async with database.begin() as session:
            links = await LinkCheckStore(session).claim(now, now + _CLAIM, BATCH)
        if not links:
            return done
        by_host: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            by_host[urlsplit(link.url).netloc].append(link)
        found = await asyncio.gather(
            *(_follow_host(follower, of_host, pause) for of_host in by_host.values())
        )
        await _record(database, [one for of_host in found for one in of_host], recheck)
        done += len(links)


async def _follow_host(follower: Follower, links: Sequence[Link], pause: float) -> list[Followed]:
    followed = []
    for number, link in enumerate(links):
        if number:
            await asyncio.sleep(pause)
        followed.append(await _follow(follower, link))
    return followed


async def _follow(follower: Follower, link: Link) -> Followed:
    try:
        status = await follower.status(link.url)
    except ServiceError as error:
        return Followed(link, answers=False, http_status=None, reason=error.message)
    if status >= _REFUSED:
        reason = f"le serveur a répondu {status}"
        return Followed(link, answers=False, http_status=status, reason=reason)
    return Followed(link, answers=True, http_status=status, reason=None)


async def _record(database: Database, found: Sequence[Followed], recheck: timedelta) -> None:
    now = datetime.now(UTC)
    async with database.begin() as session:
        await lock_writers(session)
        await LinkCheckStore(session).record(
            [(one, now + (recheck if one.answers else _AFTER_FAILURE)) for one in found], now
        )
        await score_datasets(session, {one.link.dataset_id for one in found}, now)
