"""Speed of the search over a generated national catalogue, beside its peers in one run.

`python -m bench.search.speed` (`make bench-catalogue`). Ours is measured at the operation that
the API and the portal call, in this process; the peers are asked for the same: the first 20
datasets, how many there are, and the counts of facets. `bare_tantivy` says how the one goes
about it, `postgres_text` the other (one query in five, five facets). No count of facets is
remembered.

Ratios are of CPU: the same queries in turn, each engine's best of the rounds.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bench.measure import count, machine, show
from bench.search import generation
from bench.search.bare_tantivy import BareAnswer, BareTantivy
from bench.search.freshness import freshness
from bench.search.postgres_text import PostgresText
from bench.search.setting import a_database, loaded, migrated
from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.search import Criteria, Facet, Position, SearchResult, Sort
from services.catalogue.models.text import parse_query
from services.catalogue.operations.directory import suggest
from services.catalogue.operations.search_datasets import search_datasets

_ROUNDS = 3
_POSTGRES_EVERY = 5  # queries: it takes most of a second for each
_BROAD = ("ecoles", "subventions", "2024", "ville", "donnees", "val de marne")


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


@dataclass(frozen=True)
class Asked:
    """One query: what both found, and the least CPU it took each, in milliseconds."""

    own: SearchResult
    bare: BareAnswer
    own_cpu: float
    bare_cpu: float


async def _searches(
    index: LiveIndex, bare: BareTantivy, peer: PostgresText, rounds: int
) -> tuple[list[tuple[str, ...]], list[Asked]]:
    """The table's lines, and each query beside bare tantivy."""
    ours, theirs, postgres = Times([], []), Times([], []), Times([], [])
    asked = []
    for place, text in enumerate(_texts()):
        own, other = Times([], []), Times([], [])
        for _ in range(rounds):
            index.view.forget_counts()
            own.add(await timed([partial(search_datasets, index, query=text, filters={})]))
            other.add(await timed([partial(asyncio.to_thread, bare.search, text)]))
        found = await search_datasets(index, query=text, filters={}, with_facets=False)
        asked.append(Asked(found, bare.search(text), min(own.cpu), min(other.cpu)))
        ours.add(own)
        theirs.add(other)
        if place % _POSTGRES_EVERY == 0:
            postgres.add(await timed([partial(_postgres, peer, text)]))
    index.view.forget_counts()
    whole = await timed([lambda: search_datasets(index, filters={})])
    return [
        ours.line("search, seven facets: Socle", "p95 ≤ 15 (75 000), ≤ 50 (350 000)"),
        theirs.line("search, seven facets: bare tantivy"),
        postgres.line("search, five facets: PostgreSQL full text"),
        whole.line("whole catalogue, seven facets: Socle"),
    ], asked


def _ratios(asked: Sequence[Asked]) -> list[tuple[str, ...]]:
    """Ours over bare tantivy: of the sums, of the median query, of the 95th percentiles."""
    groups = {
        "every query": asked,
        "bare tantivy finds all the words": [one for one in asked if one.bare.all_words],
        "both find all the words": [
            one for one in asked if one.bare.all_words and not one.own.missing
        ],
        "bare tantivy finds some words only": [one for one in asked if not one.bare.all_words],
    }
    return [
        (
            name,
            str(len(group)),
            f"× {sum(one.own_cpu for one in group) / sum(one.bare_cpu for one in group):.2f}",
            f"× {statistics.median(one.own_cpu / one.bare_cpu for one in group):.2f}",
            f"× {_p95([o.own_cpu for o in group]) / _p95([o.bare_cpu for o in group]):.2f}",
            "≤ 2",
        )
        for name, group in groups.items()
        if group
    ]


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


async def _measure(url: str, size: int, rounds: int) -> None:
    async with loaded(url, size) as (database, index):
        began, cpu = time.perf_counter(), time.process_time()
        await index.catch_up()
        built, built_cpu = time.perf_counter() - began, time.process_time() - cpu
        bare = await BareTantivy.made(database)
        peer = await PostgresText.made(database)
        lines, asked = await _searches(index, bare, peer, rounds)
        lines.append((await _filtered(index)).line("search with filters: Socle"))
        lines.append((await _suggestions(index)).line("suggestions", "p95 ≤ 5"))
        lines.append((await _pages(index)).line("a page at any depth", "p95 ≤ 10"))
        show(
            f"Search over {count(size)} datasets, milliseconds, {rounds} rounds",
            ("", "wall p50", "wall p95", "CPU p50", "CPU p95", "target"),
            lines,
        )
        show(
            "Ours / bare tantivy, CPU",
            ("queries", "number", "of the sums", "median query", "of the p95", "target"),
            _ratios(asked),
        )
        print(
            f"\nIndex built from PostgreSQL in {built:.1f} s ({built_cpu:.1f} s of CPU): "
            f"{size / built:,.0f} datasets/s"
        )
        await freshness(database, url)
        print(machine())


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
