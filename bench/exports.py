"""Series and DCAT at national size: `python -m bench.exports [--datasets N]`.

Datasets are written by SQL (one file each), followed into the history of the stock by the
catalogue's own operation. Beside the series stands the plainest thing that could do: a
`group by` on the present datasets or resources, which knows no history at all.
"""

import argparse
import asyncio
import platform
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from bench.scoring import OWNER, SCHEMAS, fill, timed
from services.catalogue.adapters.dcat.catalogue import CatalogueFacts
from services.catalogue.adapters.dcat.writing import Syntax
from services.catalogue.models.publication import PublishedDataset
from services.catalogue.models.series import Breakdown, Metric, Resolution, SeriesQuery
from services.catalogue.operations.export_dcat import published, whole_document
from services.catalogue.operations.read_series import read_series, rebuild_statistics
from services.catalogue.storage.datasets import DatasetStore
from shared.db import Database
from shared.migrations import upgrade
from tests.support.services import postgres_running

TODAY = datetime.now(UTC).date()
YEAR = {"first": TODAY - timedelta(days=365), "last": TODAY}
SERIES = {
    "datasets, everything, a year of days": SeriesQuery(Metric.DATASETS, **YEAR),
    "files by verdict, everything": SeriesQuery(Metric.RESOURCES, **YEAR, by=Breakdown.VERDICT),
    "files by schema, a région": SeriesQuery(
        Metric.RESOURCES, **YEAR, territory="R11", by=Breakdown.SCHEMA
    ),
    "conformity of a département": SeriesQuery(Metric.CONFORMITY, **YEAR, territory="94"),
    "conformity of a schema, by months": SeriesQuery(
        Metric.CONFORMITY, **YEAR, schema=SCHEMAS[0], resolution=Resolution.MONTH
    ),
    "files of a member": SeriesQuery(Metric.RESOURCES, **YEAR, organization=OWNER.id),
}
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


async def stream(database: Database, syntax: Syntax) -> tuple[int, list[int]]:
    """Bytes of the document, and the peak of memory in MB after each tenth of it."""
    facts = CatalogueFacts("https://bench.invalid", "Banc", "Banc", datetime.now(UTC))
    size, peaks = 0, []
    parts = 0
    async for part in whole_document(facts, every(database), syntax):
        size += len(part)
        parts += 1
        if parts % 37 == 0:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
    return size, peaks


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
    print(f"{'series of':40} {'p50':>7} {'p95':>7}   × plain group by of the present")
    for name, query in SERIES.items():
        work: Callable[[], Awaitable[object]] = lambda q=query: read_series(database, q)  # noqa: E731
        half, most = await timed(work)
        print(f"{name:40} {half:7.1f} {most:7.1f}   {half / half_plain:6.2f}")
    for syntax in Syntax if dcat else ():
        start = time.perf_counter()
        size, peaks = await stream(database, syntax)
        took = time.perf_counter() - start
        print(
            f"DCAT {syntax}, whole: {size >> 20} MB, {number / took:,.0f} datasets/s, "
            f"peak memory {', '.join(map(str, peaks[:: max(1, len(peaks) // 4)]))} MB on the way"
        )
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

        asyncio.run(run())


if __name__ == "__main__":
    main()
