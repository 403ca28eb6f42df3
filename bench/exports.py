"""Statistics, series and DCAT at national size: `python -m bench.exports [--datasets N]`.

Datasets are written by SQL (one file each), followed into the history of the stock by the
catalogue's own operation. The statistics are asked of the API, JSON included. Beside them stands
the plainest thing that could do: a `group by` on the present resources, which knows no history,
no territory and no member.
"""

import argparse
import platform
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import httpx2
import psutil
import uvloop
from sqlalchemy import text

from bench.measure import score, show_scores
from bench.scoring import OWNER, SCHEMAS, fill, timed
from services.catalogue.adapters.dcat.catalogue import CatalogueFacts
from services.catalogue.adapters.dcat.writing import Syntax
from services.catalogue.main import create_app
from services.catalogue.models.publication import PublishedDataset
from services.catalogue.operations.export_dcat import published, whole_document
from services.catalogue.operations.read_series import rebuild_statistics
from services.catalogue.settings import CatalogueSettings
from services.catalogue.storage.datasets import DatasetStore
from shared.db import Database
from shared.garbage import spare_what_stays
from shared.migrations import upgrade
from tests.support.services import postgres_running

STATISTICS = {
    "totals, everything": "",
    "totals of a région": "?territory=R11",
    "totals of a département": "?territory=94",
    "totals of a commune": "?territory=94028",
    "totals of a member": f"?organization={OWNER.id}",
    "totals of a member in a département": f"?organization={OWNER.id}&territory=94",
    "every line, everything (CSV)": ".csv",
    "a year of days, everything": "/series?metric=datasets",
    "a year of days by verdict, everything": "/series?metric=resources&by=verdict",
    "a year of days by verdict, a département": "/series?metric=resources&territory=94&by=verdict",
    "a year of days by schema, a région": "/series?metric=resources&territory=R11&by=schema",
    "a year of days of a member": f"/series?metric=resources&organization={OWNER.id}",
    "conformity of a département": "/series?metric=conformity&territory=94",
    "conformity of a schema, by months": (
        f"/series?metric=conformity&schema={SCHEMAS[0]}&resolution=month"
    ),
}
ASKED = 20
RUNS = 100
FLAT = 16  # MB that an export may hold more at its end than at its first quarter
PLAIN = (
    "select verdict, count(*) from catalogue.resources where removed_at is null group by verdict"
)


async def every(database: Database) -> AsyncIterator[list[PublishedDataset]]:
    """All datasets, whole, in the order of their ids."""
    last = UUID(int=0)
    while True:
        async with database.begin() as session:
            ids = await DatasetStore(session).ids_after(last, 200)
        if not ids:
            return
        yield await published(database, ids)
        last = ids[-1]


async def stream(database: Database, syntax: Syntax) -> tuple[int, list[float]]:
    """Bytes of the document, and the memory that this process holds in MB behind each part."""
    facts = CatalogueFacts("https://bench.invalid", "Banc", "Banc", datetime.now(UTC))
    size, held = 0, []
    process = psutil.Process()
    async for part in whole_document(facts, every(database), syntax):
        size += len(part)
        held.append(process.memory_info().rss / 2**20)
    return size, held


async def measure_dcat(database: Database, number: int) -> None:
    """Print how fast the whole catalogue is written, and what memory that takes on its way."""
    for syntax in Syntax:
        start = time.perf_counter()
        size, held = await stream(database, syntax)
        took = time.perf_counter() - start
        quarter = len(held) // 4
        shown = [held[quarter * place] for place in range(4)] + held[-1:]
        print(
            f"DCAT {syntax}, whole: {size >> 20} MB, {number / took:,.0f} datasets/s, memory at "
            f"each quarter of it {', '.join(f'{one:.0f}' for one in shown)} MB"
        )
        grown = max(held[quarter:]) - max(held[: quarter + 1])
        score(f"DCAT {syntax}, memory grown behind a quarter", grown, most=FLAT, unit="MB")


@asynccontextmanager
async def asked_of_the_api(database: Database) -> AsyncIterator[httpx2.AsyncClient]:
    """The catalogue's API on this database, in this process, without an index to build."""
    settings = CatalogueSettings(
        database_url=database.url, redis_url="redis://127.0.0.1:1", store_dir=Path("nowhere")
    )
    app = create_app(settings)
    app.state.resources = SimpleNamespace(database=database)
    spare_what_stays()  # as the process does when it is ready
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://bench") as client:
        yield client


async def told(client: httpx2.AsyncClient, address: str) -> None:
    """Ask; raises unless it answers."""
    answer = await client.get(address)
    answer.raise_for_status()


async def plain(database: Database) -> object:
    """What the present costs by itself."""
    async with database.begin() as session:
        return list(await session.execute(text(PLAIN)))


async def measure(database: Database, number: int, *, dcat: bool) -> None:
    """Print the figures."""
    start = time.perf_counter()
    await rebuild_statistics(database)
    print(f"follow and rebuild: {number / (time.perf_counter() - start):,.0f} datasets/s")
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("vacuum analyze"))
    half_plain, _ = await timed(lambda: plain(database))
    print(f"{'statistics and series':40} {'p50':>7} {'p95':>7}   × plain group by of the present")
    async with asked_of_the_api(database) as client:
        # A process that has answered before: its statements are planned, its code is warm. What
        # PostgreSQL still writes of the loading ends meanwhile.
        for address in [each for each in STATISTICS.values() if not each.startswith(".")] * 20:
            await told(client, f"/api/catalogue/v1/stats{address}")
        for name, address in STATISTICS.items():
            half, most = await timed(
                lambda a=address: told(client, f"/api/catalogue/v1/stats{a}"), RUNS
            )
            print(f"{name:40} {half:7.1f} {most:7.1f}   {half / half_plain:6.2f}")
            if not address.startswith("."):
                score(f"{name}, p95 of the endpoint", most, most=ASKED, unit="ms")
    if dcat:
        await measure_dcat(database, number)
    show_scores()
    print(f"milliseconds; {number:,} datasets; {platform.machine()}")


def main() -> None:
    """Run it on a PostgreSQL of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=75_000)
    parser.add_argument("--series-only", action="store_true")
    asked = parser.parse_args()
    number = asked.datasets
    with postgres_running() as server:
        url = server.new_database("bench_exports_test")
        upgrade(url, "shared.access.migrations")
        upgrade(url, "services.catalogue.migrations")

        async def run() -> None:
            database = Database(url)
            await fill(database, number)
            await measure(database, number, dcat=not asked.series_only)
            await database.close()

        uvloop.run(run())


if __name__ == "__main__":
    main()
