"""Speed of the search over a generated national catalogue, beside its peers in one run.

`python -m bench.search.speed` (`make bench-catalogue`). Ours is measured at the operation that
the API and the portal call, in this process, with all seven facets; the peers do the list, the
total and five facets: tantivy bare (one conjunction of stems over the same fields of the same
index) and PostgreSQL's full text. Every query is new to the caches of counts.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID, uuid5

from tantivy import Occur, Query

from bench.measure import count, machine, show
from bench.search import generation
from bench.search.postgres_text import PostgresText
from bench.search.setting import a_database, loaded, migrated
from services.catalogue.adapters.index.documents import stem
from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.adapters.index.view import View
from services.catalogue.models.search import Criteria, Facet, Position, Sort
from services.catalogue.models.text import parse_query
from services.catalogue.operations.directory import suggest
from services.catalogue.operations.search_datasets import search_datasets
from services.catalogue.operations.store_datasets import store_datasets
from shared.access.models import Principal, Scope
from shared.contracts.catalogue import DatasetBatch, DatasetUpsert
from shared.db import Database

_EVERYONE = Principal(UUID(int=1), "mesure", None, frozenset({Scope.CATALOGUE}))
_ROUNDS = 3
_BATCH = 500
_POLLS = 2_000
_BROAD = ("ecoles", "subventions", "2024", "ville", "donnees", "val de marne")
_FIVE = ("schema", "organization", "territory", "format", "license")


@dataclass
class Times:
    """Wall and CPU time of calls, in milliseconds. CPU is this process's: not PostgreSQL's."""

    wall: list[float]
    cpu: list[float]

    def add(self, other: "Times") -> None:
        """Those of another series behind these."""
        self.wall += other.wall
        self.cpu += other.cpu

    def line(self, name: str, target: str = "–") -> tuple[str, ...]:
        """Medians and 95th percentiles."""
        return (
            name,
            f"{statistics.median(self.wall):.2f}",
            f"{_p95(self.wall):.2f}",
            f"{statistics.median(self.cpu):.2f}",
            f"{_p95(self.cpu):.2f}",
            target,
        )


async def timed(calls: Sequence[Callable[[], Awaitable[object]]]) -> Times:
    """Each call once, one after the other."""
    times = Times([], [])
    for call in calls:
        wall, cpu = time.perf_counter(), time.process_time()
        await call()
        times.wall.append((time.perf_counter() - wall) * 1000)
        times.cpu.append((time.process_time() - cpu) * 1000)
    return times


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _texts() -> list[str]:
    return [typed for typed, _ in generation.queries()] + list(_BROAD)


async def _searches(
    index: LiveIndex, peer: PostgresText, rounds: int
) -> tuple[list[tuple[str, ...]], float]:
    """The tables, and our CPU over bare tantivy's for the queries to which it has an answer."""
    ours, bare, postgres = Times([], []), Times([], []), Times([], [])
    both: list[tuple[float, float]] = []
    for _ in range(rounds):
        view = index.view
        view.forget_counts()
        for text in _texts():
            own = await timed([lambda text=text: search_datasets(index, query=text, filters={})])
            other = await timed([lambda text=text, v=view: asyncio.to_thread(_bare, v, text)])
            ours.add(own)
            bare.add(other)
            if _bare(view, text):
                both.append((own.cpu[0], other.cpu[0]))
    for text in _texts():
        postgres.add(await timed([lambda text=text: _postgres(peer, text)]))
    index.view.forget_counts()
    whole = await timed([lambda: search_datasets(index, filters={})])
    ratio = sum(own for own, _ in both) / sum(other for _, other in both)
    return [
        ours.line("search, seven facets: Socle", "p95 ≤ 15 (75 000), ≤ 50 (350 000)"),
        bare.line("search, five facets: bare tantivy"),
        postgres.line("search, five facets: PostgreSQL full text"),
        whole.line("whole catalogue, seven facets, first time: Socle"),
    ], ratio


def _bare(view: View, text: str) -> int:
    terms = [stem(term.words[0]) for term in parse_query(text) if len(term.words) == 1]
    words = [
        (
            Occur.Must,
            Query.boolean_query(
                [
                    (Occur.Should, Query.term_query(view.schema, name, word))
                    for name in ("title", "names", "topics", "rest")
                ]
            ),
        )
        for word in terms
    ]
    query = Query.boolean_query(words)
    found = view.searcher.search(query, 20)
    for _, address in found.hits:
        view.searcher.doc(address)
    view.searcher.aggregate(query, {name: {"terms": {"field": name, "size": 50}} for name in _FIVE})
    return len(found.hits)


async def _postgres(peer: PostgresText, text: str) -> None:
    await peer.search(text)
    await peer.facets(text)


async def _suggestions(index: LiveIndex) -> Times:
    typed = [text[:length] for text in _texts() for length in range(2, min(len(text), 14), 2)]
    return await timed([lambda text=text: suggest(index, text) for text in typed])


async def _filtered(index: LiveIndex) -> Times:
    filters = [
        {Facet.TERRITORY: ["94"]},
        {Facet.TERRITORY: ["R11"], Facet.FORMAT: ["csv"]},
        {Facet.LICENSE: ["lov2"], Facet.FORMAT: ["csv"], Facet.QUALITY: ["221"]},
    ]
    return await timed(
        [
            lambda text=text, chosen=chosen: search_datasets(index, query=text, filters=chosen)
            for text in _texts()[::6]
            for chosen in filters
        ]
    )


async def _pages(index: LiveIndex) -> Times:
    """Pages of 20 at depths drawn at random, in four orders, of everything and of one word."""
    draw = random.Random(94)
    calls = []
    view = index.view
    for text in ("", "communes"):
        for sort in Sort:
            criteria = Criteria(parse_query(text), {})
            listing, places = view.listing_of(criteria, sort), view.every(criteria, sort)
            for offset in draw.sample(range(len(places) - 1), min(40, len(places) - 1)):
                place = places[offset]
                after = Position(place[0], listing.numbers([place])[0], offset)
                calls.append(
                    lambda text=text, sort=sort, after=after: search_datasets(
                        index,
                        query=text,
                        filters={},
                        sort=sort,
                        after=after,
                        missing=0,
                        with_facets=False,
                    )
                )
    draw.shuffle(calls)
    return await timed(calls)


async def _upserts(database: Database, number: int) -> tuple[float, float]:
    """Datasets stored in a second of wall time, and of this process's CPU: in batches, with all
    that the catalogue makes of each (territory, copies, scores, words).
    """
    told = [_renamed(message) for message in islice(generation.datasets(number * 2), number)]
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, number, _BATCH):
        batch = DatasetBatch(datasets=told[start : start + _BATCH])
        await store_datasets(database, batch, _EVERYONE)
    return number / (time.perf_counter() - wall), number / (time.process_time() - cpu)


def _renamed(message: DatasetUpsert) -> DatasetUpsert:
    """The same dataset under new ids, so that it is inserted."""
    new = uuid5(generation.NAMESPACE, f"new/{message.id}")
    resources = [
        one.model_copy(update={"id": uuid5(new, one.remote_id), "url": f"{one.url}?{new}"})
        for one in message.resources
    ]
    told = {"id": new, "remote_id": str(new), "remote_url": f"https://n.fr/{new}"}
    return message.model_copy(update={**told, "resources": resources})


async def _delays(database: Database, index: LiveIndex, number: int) -> list[float]:
    """Milliseconds from the end of a write to the search that finds it."""
    task = asyncio.create_task(index.follow())
    delays = []
    messages = islice(generation.datasets(number * 4), number)
    for place, message in enumerate(messages):
        word = f"zyx{place}q"
        told = _renamed(message).model_copy(update={"title": word})
        await store_datasets(database, DatasetBatch(datasets=[told]), _EVERYONE)
        began = time.perf_counter()
        for _ in range(_POLLS):
            if await _finds(index, word):
                break
            await asyncio.sleep(0.005)
        delays.append((time.perf_counter() - began) * 1000)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return delays


async def _measure(url: str, size: int, rounds: int) -> None:
    async with loaded(url, size) as (database, index):
        began = time.perf_counter()
        await index.rebuild()
        built = time.perf_counter() - began
        await index.catch_up()
        peer = await PostgresText.made(database)
        lines, ratio = await _searches(index, peer, rounds)
        lines.append((await _filtered(index)).line("search with filters: Socle"))
        lines.append((await _suggestions(index)).line("suggestions", "p95 ≤ 5"))
        lines.append((await _pages(index)).line("a page at any depth", "p95 ≤ 10"))
        show(
            f"Search over {count(size)} datasets, milliseconds, {rounds} rounds",
            ("", "wall p50", "wall p95", "CPU p50", "CPU p95", "target"),
            lines,
        )
        print(f"\nOurs / bare tantivy, CPU, where that finds something: × {ratio:.2f} (target ≤ 2)")
        print(f"Index built from PostgreSQL in {built:.1f} s: {size / built:,.0f} datasets/s")
        rate, cpu_rate = await _upserts(database, 2_000)
        print(f"Batch upsert: {rate:,.0f} datasets/s, {cpu_rate:,.0f} per second of our CPU")
        delays = await _delays(database, index, 20)
        print(
            f"A changed dataset is searchable after {statistics.median(delays):.0f} ms (median), "
            f"{max(delays):.0f} ms (worst of {len(delays)}; target ≤ 1,000)"
        )
        print(machine())


async def _finds(index: LiveIndex, word: str) -> bool:
    found = await search_datasets(index, query=word, filters={}, with_facets=False)
    return found.total > 0


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=75_000)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--database", help="an empty database, kept; else one of our own")
    given = parser.parse_args()
    with a_database(given.database) as url:
        migrated(url)
        asyncio.run(_measure(url, given.size, given.rounds))


if __name__ == "__main__":
    main()
