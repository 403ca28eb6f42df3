"""How soon two catalogue processes find what was written, and after one of them was killed.

Real processes (`socle serve catalogue`), each with an index in a folder of its own, asked over
HTTP every few milliseconds until the first hit is what was written. A delay goes from the end
of the write (its commit) to the end of that answer, in the slower of the two processes.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import httpx2
import psutil

from bench.measure import show
from bench.search import generation
from services.catalogue.operations.store_datasets import store_datasets
from shared.access.models import Principal, Scope
from shared.contracts.catalogue import DatasetBatch, DatasetUpsert
from shared.db import Database
from socle.embedded.process import ProcessSpec
from tests.support.platform import environment, free_port

EVERYONE = Principal(UUID(int=1), "mesure", None, frozenset({Scope.CATALOGUE}))
BATCH = 500
_SINGLE = 40
_FLOOD = 5_000
_PAUSE = 0.01
_GIVEN_UP_AFTER = 60.0
_SOCLE = Path(sys.executable).with_name("socle")


@dataclass
class Catalogue:
    """One catalogue process."""

    process: "subprocess.Popen[bytes]"
    client: httpx2.AsyncClient

    async def first(self, words: str) -> tuple[str | None, int]:
        """The title of the first hit, and how many datasets there are in all."""
        answer = await self.client.get("/datasets", params={"q": words, "page_size": 1})
        if answer.status_code != httpx2.codes.OK:
            return None, 0
        found = answer.json()
        return (found["hits"][0]["title"] if found["hits"] else None), found["total"]

    async def until_found(self, word: str, since: float) -> float:
        """Milliseconds since a moment until the word's dataset is found."""
        while time.perf_counter() < since + _GIVEN_UP_AFTER:
            if (await self.first(word))[0] == word:
                return (time.perf_counter() - since) * 1000
            await asyncio.sleep(_PAUSE)
        raise RuntimeError(f"{word} was not found after {_GIVEN_UP_AFTER:.0f} s")

    async def until_ready(self, datasets: int = 1) -> None:
        """Until it answers, and has so many datasets."""
        for _ in range(30_000):
            try:
                if (await self.first(""))[1] >= datasets:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(_PAUSE)
        raise RuntimeError("a catalogue process does not answer")


@contextmanager
def catalogue(url: str, folder: Path) -> Iterator[Catalogue]:
    """A process over this database, with its index below the folder."""
    port = free_port()
    given = {
        "CATALOGUE_DATABASE_URL": url,
        "CATALOGUE_REDIS_URL": "redis://127.0.0.1:1",  # the catalogue's web side asks it nothing
        "CATALOGUE_STORE_DIR": str(folder / "store"),
        "CATALOGUE_INDEX_DIR": str(folder / "search"),
        "CATALOGUE_LOG_LEVEL": "WARNING",
    }
    spec = ProcessSpec(
        name="catalogue",
        argv=(str(_SOCLE), "serve", "catalogue", "--port", str(port)),
        env=environment() | given,
    )
    # It ends with this process, however that ends.
    process = subprocess.Popen(spec.argv, **spec.popen_arguments(None))
    base = f"http://127.0.0.1:{port}/api/catalogue/v1"
    try:
        yield Catalogue(
            process, httpx2.AsyncClient(base_url=base, trust_env=False, timeout=_GIVEN_UP_AFTER)
        )
    finally:
        process.kill()
        process.wait()


async def freshness(database: Database, url: str) -> None:
    """Print the delays, and the memory of a process."""
    with (
        tempfile.TemporaryDirectory(prefix="socle-bench-") as root,
        catalogue(url, Path(root)) as one,
    ):
        with catalogue(url, Path(root)) as other:
            both = (one, other)
            await asyncio.gather(*(each.until_ready() for each in both))
            alone = await _singles(database, both, _SINGLE, "alone")
            flood = asyncio.create_task(_flooded(database, both))
            among = await _singles(database, both, _SINGLE // 2, "among", until=flood)
            batches = await flood
            # Killed while thousands come in: a third of them before, the rest while it is gone.
            torrent = asyncio.create_task(_flooded(database, (one,)))
            await asyncio.sleep(1.0)
            other.process.kill()
            await torrent
        began = time.perf_counter()
        with catalogue(url, Path(root)) as again:
            whole = (await one.first(""))[1]
            await again.until_ready(whole)
            back = time.perf_counter() - began
            after = await _singles(database, (one, again), _SINGLE // 2, "after")
        memory = psutil.Process(one.process.pid).memory_full_info().uss / 2**20
    show(
        "From a commit to the answer that has it, the slower of two processes, milliseconds",
        ("", "writes", "p50", "p95", "worst", "target"),
        [
            _line("one changed dataset, nothing else written", alone),
            _line(f"one among {_FLOOD} that come in batches of {BATCH}", among),
            _line("each of these batches", batches),
            _line("one changed dataset, after kill -9 of one process", after),
        ],
    )
    print(
        f"\nKilled while {_FLOOD} datasets came in, a process has all {whole:,} again "
        f"{back:.1f} s after its start (Python's own included)."
        f"\nMemory of a catalogue process: {memory:.0f} MB of its own (USS)"
    )


def _line(name: str, delays: Sequence[float]) -> tuple[str, ...]:
    ordered = sorted(delays)
    at = [ordered[int(len(ordered) * share)] for share in (0.5, 0.95)]
    return (
        name, str(len(ordered)), *(f"{delay:.0f}" for delay in (*at, ordered[-1])), "≤ 1,000",
    )  # fmt: skip


async def _singles(
    database: Database,
    processes: Sequence[Catalogue],
    number: int,
    name: str,
    *,
    until: "asyncio.Task[list[float]] | None" = None,
) -> list[float]:
    """One dataset gets another title, again and again; no more of it when a task has ended."""
    told = next(iter(_new(1, name)))
    delays = []
    for turn in range(number):
        if until and until.done():
            break
        revision = told.revision.replace(microsecond=turn + 1)
        delays.append(
            await _written(database, processes, [told.model_copy(update={"revision": revision})])
        )
    return delays


async def _flooded(database: Database, processes: Sequence[Catalogue]) -> list[float]:
    """New datasets in batches, one after the other; nobody waits until a batch is found."""
    told = list(_new(_FLOOD, uuid4().hex))
    waits = []
    for start in range(0, _FLOOD, BATCH):
        word, since = await _stored(database, told[start : start + BATCH])
        waits.append(asyncio.create_task(_found(processes, word, since)))
    return list(await asyncio.gather(*waits))


async def _written(
    database: Database, processes: Sequence[Catalogue], batch: Sequence[DatasetUpsert]
) -> float:
    word, since = await _stored(database, batch)
    return await _found(processes, word, since)


async def _stored(database: Database, batch: Sequence[DatasetUpsert]) -> tuple[str, float]:
    """The word by which the last one of the batch is found, and when all were committed."""
    word = uuid4().hex
    marked = batch[-1].model_copy(update={"title": word})
    await store_datasets(database, DatasetBatch(datasets=[*batch[:-1], marked]), EVERYONE)
    return word, time.perf_counter()


async def _found(processes: Sequence[Catalogue], word: str, since: float) -> float:
    return max(await asyncio.gather(*(one.until_found(word, since) for one in processes)))


def _new(number: int, name: str) -> Iterator[DatasetUpsert]:
    return (
        renamed(message, name) for message in islice(generation.datasets(2 * number + 200), number)
    )


def renamed(message: DatasetUpsert, name: str) -> DatasetUpsert:
    """The same dataset under new ids, so that it is inserted."""
    new = uuid5(generation.NAMESPACE, f"{name}/{message.id}")
    resources = [
        one.model_copy(update={"id": uuid5(new, one.remote_id), "url": f"{one.url}?{new}"})
        for one in message.resources
    ]
    told = {"id": new, "remote_id": str(new), "remote_url": f"https://n.fr/{new}"}
    return message.model_copy(update={**told, "resources": resources})
