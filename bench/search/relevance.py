"""Relevance: what citizens, journalists and agents type, and what comes first.

`python -m bench.search.relevance` (`make bench-search`): 144 queries over a generated
catalogue of 75,000 datasets, through our index and through PostgreSQL's full text, beside
what data.gouv.fr published of its own benchmark; and 89 queries on which nothing was tuned,
reported apart.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from bench.measure import count, machine, show
from bench.search import generation
from bench.search.postgres_text import PostgresText
from bench.search.setting import a_database, loaded, migrated
from services.catalogue.operations.search_datasets import search_datasets

_LOOKED_AT = 20
_PUBLISHED = ("data.gouv.fr (published 2022-12)", "123 of 138", "1.45", "107 (78 %)", "117 (85 %)")
Search = Callable[[str], Awaitable[Sequence[UUID]]]


@dataclass(frozen=True)
class Ranks:
    """The rank of each expected dataset, None beyond the first `_LOOKED_AT`."""

    ranks: tuple[int | None, ...]

    def line(self, name: str) -> tuple[str, ...]:
        """Found, mean rank of those found, first, among the first three."""
        found = [rank for rank in self.ranks if rank is not None]
        asked = len(self.ranks)

        def among(first: int) -> str:
            number = sum(rank <= first for rank in found)
            return f"{number} ({number / asked:.0%})".replace("%", " %")

        mean = sum(found) / max(1, len(found))
        return (name, f"{len(found)} of {asked}", f"{mean:.2f}", among(1), among(3))


async def ranks(search: Search, asked: Sequence[tuple[str, UUID]]) -> Ranks:
    """Where each expected dataset comes."""
    found = []
    for typed, wanted in asked:
        hits = list(await search(typed))
        found.append(hits.index(wanted) + 1 if wanted in hits else None)
    return Ranks(tuple(found))


async def _measure(url: str, size: int, *, details: bool) -> None:
    async with loaded(url, size) as (database, index):
        await index.catch_up()

        async def ours(typed: str) -> Sequence[UUID]:
            found = await search_datasets(
                index, query=typed, filters={}, limit=_LOOKED_AT, with_facets=False
            )
            return [hit.id for hit in found.hits]

        engines: dict[str, Search] = {"Socle": ours}
        if not details:
            engines["PostgreSQL full text"] = (await PostgresText.made(database)).search
        for name, asked, beside in (
            ("Relevance", generation.queries(), [_PUBLISHED]),
            ("Relevance, queries on which nothing was tuned", generation.blind_queries(), []),
        ):
            found = {engine: await ranks(search, asked) for engine, search in engines.items()}
            if details:
                _list_misses(asked, found["Socle"])
            show(
                f"{name}: {len(asked)} queries, {count(size)} datasets",
                ("", f"found (first {_LOOKED_AT})", "mean rank", "first", "among first 3"),
                [*(held.line(engine) for engine, held in found.items()), *beside],
            )
    print(f"\nThe published figures are of other queries on another catalogue. {machine()}")


def _list_misses(asked: Sequence[tuple[str, UUID]], found: Ranks) -> None:
    for (typed, _), rank in zip(asked, found.ranks, strict=True):
        if rank != 1:
            print(f"{rank or '–':>3}  {typed}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=75_000)
    parser.add_argument("--database", help="an empty database, kept; else one of our own")
    parser.add_argument("--details", action="store_true", help="list what is not first, only ours")
    given = parser.parse_args()
    with a_database(given.database) as url:
        migrated(url)
        asyncio.run(_measure(url, given.size, details=given.details))


if __name__ == "__main__":
    main()
