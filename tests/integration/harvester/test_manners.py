"""How many requests one host gets at once, how far apart, and at which hours."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from services.harvester.adapters.politeness import HostBook, PoliteFetcher
from services.harvester.models.states import RunState
from services.harvester.operations.start_run import start_run
from shared.db import Database
from shared.fetch import AllowedHosts, Fetcher
from shared.zone import PARIS
from tests.integration.harvester.world import World, adds_up
from tests.support.portals.udata import UdataPortal

LOOPBACK = AllowedHosts.parse("127.0.0.1:*")
NOBODY = AllowedHosts()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Counting:
    """A server that answers after a moment, and knows how many it kept waiting at once."""

    def __init__(self) -> None:
        self.active = 0
        self.most = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with_more = True
        while with_more:
            try:
                await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                with_more = False
                continue
            self.active += 1
            self.most = max(self.most, self.active)
            await asyncio.sleep(0.05)
            self.active -= 1
            writer.write(OK)
        writer.close()


@asynccontextmanager
async def asking(
    database: Database, *, concurrency: int, interval: float, own: AllowedHosts
) -> AsyncIterator[tuple[PoliteFetcher, Counting, str]]:
    counting = Counting()
    server = await asyncio.start_server(counting.serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    book = HostBook(database, rest=timedelta(seconds=60), clock=lambda: datetime.now(UTC))
    async with Fetcher(allowed_hosts=LOOPBACK) as fetcher:
        yield (
            PoliteFetcher(
                fetcher,
                book,
                concurrency=concurrency,
                interval=timedelta(seconds=interval),
                own=own,
            ),
            counting,
            address,
        )
    server.close()


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_a_host_gets_so_many_requests_at_once_and_no_more(
    database: Database, concurrency: int
) -> None:
    async with asking(database, concurrency=concurrency, interval=0, own=NOBODY) as (
        polite,
        counting,
        address,
    ):
        answers = await asyncio.gather(*(polite.get(f"{address}/{n}") for n in range(12)))

    assert [answer.status for answer in answers] == [200] * 12
    assert counting.most == concurrency


async def test_two_sources_of_one_host_share_its_few_requests(
    world: World, portal: UdataPortal
) -> None:
    portal.slow = 0.05
    sources = [await world.add_source(portal.root, config={"nommée": name}) for name in "ab"]
    runs = [await world.begin(source) for source in sources]

    async with world.working(host_concurrency=2):
        ended = [(await world.ended(run_id))[0] for run_id in runs]

    assert [run.state for run in ended] == [RunState.DONE] * 2
    assert ended[1].started_at < ended[0].finished_at  # they were under way together
    assert portal.most_at_once == 2


@pytest.mark.parametrize(("own", "paced"), [(NOBODY, True), (LOOPBACK, False)])
async def test_requests_to_a_strangers_host_begin_apart(
    database: Database, own: AllowedHosts, *, paced: bool
) -> None:
    interval = 60.0 if not paced else 0.2
    async with asking(database, concurrency=8, interval=interval, own=own) as (
        polite,
        _,
        address,
    ):
        began = time.monotonic()
        await asyncio.gather(*(polite.get(f"{address}/{n}") for n in range(6)))
        taken = time.monotonic() - began

    # The operator's own host is not kept waiting: it would have taken five minutes.
    assert (taken >= 5 * interval) is paced


async def test_a_scheduled_run_leaves_files_alone_until_its_hours_begin(
    world: World, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    async with world.database.begin() as session:
        run_id, _ = await start_run(session, source, trigger="schedule", mode="changes")
    hour = datetime.now(PARIS).hour
    async with world.working(off_peak=f"{(hour + 2) % 24}-{(hour + 3) % 24}"):
        while (await world.look(run_id))[0].state is not RunState.PROCESSING:  # noqa: ASYNC110 – a database
            await asyncio.sleep(0.05)
        by_hand = await world.begin(await world.add_source(portal.root, config={"par": "la main"}))
        assert (await world.ended(by_hand))[0].state is RunState.DONE
        asked = len(portal.downloads)
        waiting, before = await world.look(run_id)

    await world.wake()
    async with world.working(off_peak=f"{hour}-{(hour + 2) % 24}"):
        run, counts = await world.ended(run_id)

    # What was asked for until then was all asked by hand.
    assert (waiting.state, before.pending, asked) == (RunState.PROCESSING, 6, 6)
    assert (run.state, counts.new, len(portal.downloads)) == (RunState.DONE, 6, 12)
    assert adds_up(counts)
