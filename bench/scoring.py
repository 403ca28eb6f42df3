"""Scores, phases and events at national size: `python -m bench.scoring [--datasets N]`.

Datasets are written by SQL (one file each, spread over the communes of more than 2,000
inhabitants, each of which is an organisation), scored by
the catalogue's own operation, and read through its operations, in process. Beside each group
stands the plainest thing that could do: the mean of the stored MQA points by one `select avg`.
"""

import argparse
import asyncio
import platform
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy import text

from services.catalogue.models.event import EventFilter
from services.catalogue.operations.keep_days import keep_today
from services.catalogue.operations.load_territories import load_territories
from services.catalogue.operations.read_events import read_events
from services.catalogue.operations.read_method import read_obligations, read_standing
from services.catalogue.operations.read_mutualisation import read_mutualisation
from services.catalogue.operations.read_quality import read_dataset_quality, read_group_quality
from services.catalogue.operations.score_datasets import score_due
from shared.access.models import Organization
from shared.access.store import AccessStore, organization_id
from shared.db import Database
from shared.migrations import upgrade
from tests.support.services import postgres_running

RUNS = 15
SCHEMAS = ("scdl/deliberations", "scdl/subventions", "scdl/equipements", "scdl/prenoms",
           "scdl/budget", "scdl/menus-collectifs", "etalab/schema-bal")  # fmt: skip
OWNER = Organization(
    id=organization_id(siren="219400280", name="Créteil"),
    name="Créteil",
    siren="219400280",
    insee_code="94028",
)

_DATASETS = """
insert into catalogue.datasets (id, organization_id, revision, remote_id, title, plain_title,
  description, license, frequency, keywords, themes, issued, modified, archived, fictitious,
  territory_code, territory_path, territory_reason, fingerprint, schemas, fresh_at)
select gen_random_uuid(), case when n % 400 = 0 then :owner else md5(t.code)::uuid end, now(),
  n::text, 'Jeu ' || n, 'jeu ' || n, repeat('description ', n % 20),
  case when n % 10 < 8 then 'lov2' end, case when n % 3 > 0 then 'annual' end,
  case when n % 4 > 0 then array['mot'] else '{}' end, '{}', now() - interval '400 days',
  now() - (n % 700) * interval '1 day', false, false, t.code, t.path, 'organization', n::text,
  array[(:schemas ::text[])[1 + n % :kinds]], now()
from generate_series(1, :n) n
join (select row_number() over (order by population desc, code) - 1 as place, code, path
      from catalogue.territories where kind = 'commune' and population > 2000) t
  on t.place = n % (select count(*) from catalogue.territories
                    where kind = 'commune' and population > 2000)
"""
_FILES = """
insert into catalogue.resources (id, dataset_id, organization_id, position, remote_id, url, format,
  size, kind, availability, validation_requested, verdict, declared_schema, schema_name)
select gen_random_uuid(), id, organization_id, 0, 'a', 'https://exemple.fr/' || remote_id, 'csv',
  100, 'main', case when remote_id::int % 12 = 0 then 'unavailable' else 'available' end, true,
  case when remote_id::int % 12 = 0 then 'unavailable' when remote_id::int % 3 = 0 then 'invalid'
  else 'valid' end,
  case when remote_id::int % 2 = 0 then jsonb_build_object('name', schemas[1]) end, schemas[1]
from catalogue.datasets
"""
_EVENTS = """
insert into catalogue.events (kind, dataset_id, organization_id, territory_path, schemas)
select 'dataset-new', id, organization_id, territory_path, schemas from catalogue.datasets
"""


async def fill(database: Database, number: int) -> None:
    """A catalogue of that size."""
    await load_territories(database)
    async with database.begin() as session:
        await AccessStore(session).save_organization(OWNER)
        values = {"n": number, "owner": OWNER.id, "schemas": list(SCHEMAS), "kinds": len(SCHEMAS)}
        await session.execute(text(_DATASETS), values)
        await session.execute(text(_FILES))
        await session.execute(text(_EVENTS))
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("vacuum analyze"))


async def timed(work: Callable[[], Awaitable[object]], runs: int = RUNS) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds; of less than 20 runs the latter is the worst."""
    await work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        await work()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.95)]


async def plain_mean(database: Database, condition: str) -> object:
    """What a group costs without criteria, advice, counts or history."""
    async with database.begin() as session:
        return await session.scalar(
            text(f"select avg(mqa) from catalogue.dataset_quality where {condition}")
        )


async def measure(database: Database, number: int) -> None:
    """Print the figures."""
    start, cpu = time.perf_counter(), time.process_time()
    scored = await score_due(database, datetime.now(UTC))
    took, spent = time.perf_counter() - start, time.process_time() - cpu
    print(f"score {scored:,} datasets: {scored / took:,.0f}/s ({spent:.1f} s of CPU in Python)")
    start = time.perf_counter()
    groups = await keep_today(database)
    print(f"the day's sums of {groups:,} groups: {time.perf_counter() - start:.1f} s")
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("vacuum analyze"))
        one = await connection.scalar(text("select id from catalogue.datasets limit 1"))
    paths = {
        "commune 94028": ("territory", "94028", "territory_path @> '{94028}'"),
        "département 94": ("territory", "94", "territory_path @> '{94}'"),
        "région R11": ("territory", "R11", "territory_path @> '{R11}'"),
        "an organisation": ("organization", str(OWNER.id), f"organization_id = '{OWNER.id}'"),
        "a schema": ("schema", SCHEMAS[0], f"schemas @> '{{{SCHEMAS[0]}}}'"),
        "everything": ("all", "", "true"),
    }
    print(f"{'quality of':34} {'p50':>8} {'p95':>8}   × plain avg")
    for name, (scope, key, condition) in paths.items():
        half, most = await timed(lambda s=scope, k=key: read_group_quality(database, s, k))
        plain, _ = await timed(lambda c=condition: plain_mean(database, c))
        print(f"{name:34} {half:7.1f}  {most:7.1f}   {half / plain:6.1f}")
    others: dict[str, Callable[[], Awaitable[object]]] = {
        "a dataset": lambda: read_dataset_quality(database, one),
        "standing of a commune": lambda: read_standing(database, "94028"),
        "standing of a région": lambda: read_standing(database, "R11"),
        "obligations of a département": lambda: read_obligations(database, "94"),
        "mutualisation of a commune": lambda: read_mutualisation(database, "94028"),
        "mutualisation of a département": lambda: read_mutualisation(database, "94"),
        "events, whole": lambda: read_events(database, EventFilter(), 100),
        "events of a commune": lambda: read_events(database, EventFilter(territory="94028"), 100),
        "events of a région": lambda: read_events(database, EventFilter(territory="R11"), 100),
    }
    for name, work in others.items():
        half, most = await timed(work)
        print(f"{name:34} {half:7.1f}  {most:7.1f}")
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    print(f"milliseconds; {number:,} datasets; {machine}")


def main() -> None:
    """Run it on a PostgreSQL of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=75_000)
    number = parser.parse_args().datasets
    with postgres_running() as server:
        url = server.new_database("bench_scoring_test")
        upgrade(url, "shared.access.migrations")
        upgrade(url, "services.catalogue.migrations")

        async def run() -> None:
            database = Database(url)
            await fill(database, number)
            await measure(database, number)
            await database.close()

        asyncio.run(run())


if __name__ == "__main__":
    main()
