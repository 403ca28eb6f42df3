"""Batches of datasets at national size: `python -m bench.upsert [--size N] [--told N]`.

A catalogue of `--size` generated datasets is told batch by batch, as the harvester does; then
`--told` of them under new ids, changed, and as they are, by one sender and by two at once (two
portals harvested at the same time). Before that PostgreSQL counts and tidies up what it holds, as
it does by itself in the minutes after so much was written, when nobody measures. Everything that
the catalogue makes of a dataset is in the figures: territory, copies, verdicts, scores, statistics,
words, events. Beside them stands the plainest thing that could do: the messages alone, one insert a
batch.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID, uuid5

import psutil
import uvloop
from sqlalchemy import text

from bench.measure import count, machine, score, show, show_scores
from bench.search import generation
from bench.search.setting import a_database, migrated
from services.catalogue.operations.load_territories import load_territories
from services.catalogue.operations.store_datasets import store_datasets
from shared.access.models import Principal, Scope
from shared.access.store import AccessStore
from shared.contracts.catalogue import DatasetBatch, DatasetUpsert
from shared.db import Database
from shared.garbage import spare_what_stays

_EVERYONE = Principal(UUID(int=1), "mesure", None, frozenset({Scope.CATALOGUE}))
_BATCH = 500
_ASKED = 2_000
_PLAIN = """
insert into plain_datasets
select (one ->> 'id')::uuid, one from jsonb_array_elements(cast(:rows as jsonb)) one
on conflict (id) do update set record = excluded.record
"""


@dataclass
class Spent:
    """Seconds for some datasets: of the clock, of our CPU, of PostgreSQL's."""

    datasets: int
    wall: float
    cpu: float
    postgres: float

    def line(self, name: str) -> tuple[str, ...]:
        """Rates, and microseconds of CPU for one."""
        return (
            name,
            f"{self.datasets / self.wall:,.0f}",
            f"{self.cpu / self.datasets * 1e6:,.0f}",
            f"{self.postgres / self.datasets * 1e6:,.0f}",
        )


def _postgres_cpu() -> dict[int, float]:
    """Seconds that each server below this process has had."""
    spent = {}
    for process in psutil.Process().children(recursive=True):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent[process.pid] = times.user + times.system
    return spent


def _since(before: dict[int, float]) -> float:
    """What those that are still there have had since: one that ends takes its own along."""
    return sum(spent - before.get(pid, 0.0) for pid, spent in _postgres_cpu().items())


async def _timed(
    messages: Iterator[DatasetUpsert],
    work: Callable[[DatasetBatch], Awaitable[object]],
    senders: int,
) -> Spent:
    """Only the work is timed: a service holds the batches that it is sent, not a catalogue."""
    spent = Spent(0, 0.0, 0.0, 0.0)
    while parts := [part for _ in range(senders) if (part := list(islice(messages, _BATCH)))]:
        batches = [DatasetBatch(datasets=part) for part in parts]
        postgres = _postgres_cpu()  # a look at every process: not part of what is timed
        wall, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*map(work, batches))
        spent.datasets += sum(map(len, parts))
        spent.wall += time.perf_counter() - wall
        spent.cpu += time.process_time() - cpu
        spent.postgres += _since(postgres)
    return spent


def _again(
    number: int, change: Callable[[DatasetUpsert], DatasetUpsert]
) -> Iterator[DatasetUpsert]:
    return map(change, islice(generation.datasets(number * 2), number))


def same(message: DatasetUpsert, turn: int = 1) -> DatasetUpsert:
    """The same dataset, as it was last changed, told some time later."""
    return changed(message, turn).model_copy(update={"revision": datetime.now(UTC)})


def renamed(message: DatasetUpsert, turn: int = 0) -> DatasetUpsert:
    """The same dataset under new ids and addresses."""
    new = uuid5(generation.NAMESPACE, f"new/{turn}/{message.id}")
    resources = [
        one.model_copy(update={"id": uuid5(new, one.remote_id), "url": f"{one.url}?{new}"})
        for one in message.resources
    ]
    told = {"id": new, "remote_id": str(new), "remote_url": f"https://n.fr/{new}"}
    return message.model_copy(update={**told, "resources": resources})


def changed(message: DatasetUpsert, turn: int = 1) -> DatasetUpsert:
    """The same dataset with another title and more said of it."""
    return message.model_copy(
        update={
            "title": f"{message.title} (mise à jour {turn})",
            "description": f"{message.description} Deuxième édition.",
            "frequency": "annual",
            "revision": datetime.now(UTC),
        }
    )


async def _tidy_up(database: Database) -> None:
    async with database.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text("vacuum analyze"))


async def _measure(url: str, size: int, told: int) -> None:
    database = Database(url)
    try:
        await load_territories(database)
        async with database.begin() as session:
            for owner in generation.organizations(size):
                await AccessStore(session).save_organization(owner)
            await session.execute(text("create temp table if not exists nothing (id int)"))
            await session.execute(
                text("create table plain_datasets (id uuid primary key, record jsonb)")
            )

        spare_what_stays()

        async def ours(batch: DatasetBatch) -> None:
            await store_datasets(database, batch, _EVERYONE)

        async def plain(batch: DatasetBatch) -> None:
            rows = f"[{','.join(one.model_dump_json() for one in batch.datasets)}]"
            async with database.begin() as session:
                await session.execute(text(_PLAIN), {"rows": rows})

        first = await _timed(generation.datasets(size), ours, 1)
        await _tidy_up(database)
        lines = [
            first.line(f"the first {count(size)}"),
            (await _timed(_again(told, renamed), plain, 1)).line("new, rows alone"),
        ]
        for senders in (1, 2):
            for name, change in {"new": renamed, "changed": changed, "as they are": same}.items():
                # Each time others: a dataset is new once.
                messages = _again(told, lambda one, c=change, s=senders: c(one, s))
                spent = await _timed(messages, ours, senders)
                sent = f"{name}, {senders} at once"
                lines.append(spent.line(sent))
                score(sent, spent.datasets / spent.wall, least=_ASKED, unit="datasets/s")
        show(
            f"Batches of {_BATCH} datasets into a catalogue of {count(size)}",
            ("", "datasets/s", "our CPU, µs each", "PostgreSQL's CPU, µs each"),
            lines,
        )
        show_scores()
        print(machine())
    finally:
        await database.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=75_000)
    parser.add_argument("--told", type=int, default=10_000)
    parser.add_argument("--database", help="an empty database, kept; else one of our own")
    given = parser.parse_args()
    with a_database(given.database) as url:
        migrated(url)
        uvloop.run(_measure(url, given.size, given.told))


if __name__ == "__main__":
    main()
