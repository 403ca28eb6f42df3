"""The worker keeps up with time: links, lateness, the history of the day."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from sqlalchemy import func, select, text

from services.catalogue.operations.check_links import check_links
from services.catalogue.operations.store_datasets import store_datasets
from services.catalogue.quality.criteria import Score
from services.catalogue.quality.score import points_of
from services.catalogue.settings import CatalogueSettings
from services.catalogue.storage.link_checks import LinkCheckStore
from services.catalogue.storage.quality import QualityStore
from services.catalogue.storage.quality_tables import link_checks, quality_days
from services.catalogue.worker import run_worker
from shared.contracts.catalogue import DatasetBatch
from shared.db import Database
from tests.integration.catalogue.builders import EVERYONE, dataset, key, resource

DAY = timedelta(days=1)


class Remote(BaseHTTPRequestHandler):
    """`/200…`, `/404…`: answers that status; `/moved` leads to `/200`."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/200")
        else:
            self.send_response(int(self.path[1:4]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def remote() -> Iterator[tuple[str, list[str]]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Remote)
    server.asked = []  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}", server.asked  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


def service(name: str, url: str) -> object:
    return dataset(
        name,
        resources=[resource(name, kind="api", availability="unknown", url=url, checked_at=None)],
    )


async def availability(database: Database, name: str) -> int | None:
    async with database.begin() as session:
        found = await QualityStore(session).of_dataset(key(name))
    return points_of(found.earned, Score.AVAILABILITY)


async def until(condition: object, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # type: ignore[operator] # noqa: ASYNC110 – a database tells nobody
            await asyncio.sleep(0.05)


def quick_settings(url: str, folder: Path, host: str) -> CatalogueSettings:
    return CatalogueSettings(
        database_url=url,
        redis_url="redis://127.0.0.1:1",
        store_dir=folder,
        allowed_hosts=host,
        link_pause_seconds=0,
        upkeep_seconds=0.2,
    )


async def test_a_round_follows_links_scores_what_is_late_and_keeps_the_day(
    database: Database, catalogue_url: str, tmp_path: Path
) -> None:
    with remote() as (host, asked):
        await store_datasets(
            database,
            DatasetBatch(
                datasets=[
                    service("ok", f"http://{host}/moved"),
                    service("gone", f"http://{host}/404"),
                    service("nobody", "http://127.0.0.1:1/200"),
                    dataset("file"),
                ]
            ),
            EVERYONE,
        )
        assert await availability(database, "ok") is None
        async with database.begin() as session:
            await session.execute(
                text("update catalogue.dataset_quality set due_at = now() - interval '1 day'")
            )
        settings = quick_settings(catalogue_url, tmp_path, host)
        stop = asyncio.Event()
        worker = asyncio.create_task(run_worker(settings, stop))

        async def followed() -> bool:
            async with database.begin() as session:
                return await session.scalar(select(func.count(link_checks.c.answers))) == 3

        async def day_kept() -> bool:
            async with database.begin() as session:
                days = await session.execute(
                    select(quality_days.c.availability, quality_days.c.datasets).where(
                        quality_days.c.scope == "all"
                    )
                )
                return [tuple(row) for row in days] == [(200, 4)]

        try:
            await until(followed)
            await until(day_kept)
        finally:
            stop.set()
            await worker
        assert sorted(asked) == ["/200", "/404", "/moved"]
    assert await availability(database, "ok") == 100
    assert await availability(database, "gone") == 0
    assert await availability(database, "nobody") == 0
    async with database.begin() as session:
        reasons = dict(
            list(await session.execute(select(link_checks.c.resource_id, link_checks.c.reason)))
        )
        waiting = await session.scalar(
            text("select count(*) from catalogue.dataset_quality where due_at < now()")
        )
    assert reasons[key("gone", "a")] == "le serveur a répondu 404"
    assert reasons[key("nobody", "a")]
    assert waiting == 0


class Answers:
    """Answers 200 and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def status(self, url: str) -> int:
        self.asked.append(url)
        await asyncio.sleep(0.01)
        return 200


async def test_two_workers_never_follow_the_same_link(database: Database) -> None:
    services = [service(str(number), f"https://exemple.fr/{number}") for number in range(30)]
    await store_datasets(database, DatasetBatch(datasets=services), EVERYONE)
    remote_end = Answers()

    done = await asyncio.gather(
        *(check_links(database, remote_end, recheck=DAY, pause=0) for _ in range(3))
    )

    assert sum(done) == len(services)
    assert sorted(remote_end.asked) == sorted(set(remote_end.asked))
    assert await check_links(database, remote_end, recheck=DAY, pause=0) == 0


async def test_a_link_is_followed_again_when_its_address_changes(database: Database) -> None:
    remote_end = Answers()
    await store_datasets(
        database, DatasetBatch(datasets=[service("a", "https://exemple.fr/1")]), EVERYONE
    )
    await check_links(database, remote_end, recheck=DAY, pause=0)
    moved = service("a", "https://exemple.fr/2").model_copy(
        update={"revision": datetime(2027, 1, 1, tzinfo=UTC)}
    )
    await store_datasets(database, DatasetBatch(datasets=[moved]), EVERYONE)
    assert await availability(database, "a") is None

    assert await check_links(database, remote_end, recheck=DAY, pause=0) == 1
    assert remote_end.asked == ["https://exemple.fr/1", "https://exemple.fr/2"]
    assert await availability(database, "a") == 100


async def test_a_worker_that_died_leaves_its_links_to_others(database: Database) -> None:
    await store_datasets(
        database, DatasetBatch(datasets=[service("a", "https://exemple.fr/1")]), EVERYONE
    )
    now = datetime.now(UTC)
    async with database.begin() as session:
        assert await LinkCheckStore(session).claim(now - DAY, now - timedelta(hours=1), 10)

    assert await check_links(database, Answers(), recheck=DAY, pause=0) == 1
