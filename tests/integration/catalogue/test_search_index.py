"""The index says what PostgreSQL says: after any writes, in every process, after every death."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.search import Facet, Sort
from services.catalogue.operations.search_datasets import every_hit, search_datasets
from services.catalogue.storage.conditions import shown
from services.catalogue.storage.tables import catalogue_metadata, datasets
from shared.db import Database
from tests.integration.catalogue.builders import (
    NOW,
    key,
    one,
    put,
)
from tests.support.services import run_apart

quick = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def indexed(index: LiveIndex) -> dict[str, str]:
    return {
        str(hit.id): hit.title
        async for hit in every_hit(index, query="", filters={}, sort=Sort.TITLE)
    }


async def stored(database: Database) -> dict[str, str]:
    async with database.begin() as session:
        rows = await session.execute(select(datasets.c.id, datasets.c.title).where(shown()))
        return {str(row.id): row.title for row in rows}


def folders(root: Path, pattern: str) -> list[str]:
    return sorted(path.name for path in root.glob(pattern))


step = st.tuples(
    st.integers(0, 2),  # which connection
    st.sampled_from(["write", "remove", "commit", "roll back", "read"]),
    st.integers(0, 4),  # which dataset
)


@quick
@given(steps=st.lists(step, min_size=4, max_size=24))
def test_whatever_order_transactions_end_in_the_index_is_what_the_database_holds(
    catalogue_url: str, database: Database, steps: list[tuple[int, str, int]]
) -> None:
    """Several connections write at once; their ids do not become visible in order."""

    async def work() -> None:
        own = Database(catalogue_url)
        index = LiveIndex(own)
        await put(own, *(one(f"i{n}") for n in range(5)))
        await index.catch_up()
        connections = [await own.engine.connect() for _ in range(3)]
        held: dict[int, int] = {}  # which connection holds which row: no deadlocks
        try:
            for number, (who, what, which) in enumerate(steps):
                if what in {"write", "remove"} and held.get(which, who) == who:
                    held[which] = who
                    await connections[who].execute(change(what, which, number))
                elif what in {"commit", "roll back"}:
                    await getattr(connections[who], what.replace("roll back", "rollback"))()
                    held = {row: holder for row, holder in held.items() if holder != who}
                elif what == "read":
                    await index.catch_up()
                    assert await indexed(index) == await stored(own)
            for connection in connections:
                await connection.commit()
            await index.catch_up()
            assert await indexed(index) == await stored(own)
        finally:
            for connection in connections:
                await connection.close()
            await own.close()

    run_apart(work)


def change(what: str, which: int, number: int) -> Any:
    if what == "remove":
        # Shown no more: what removing a copy, or a dataset, comes to.
        return (
            update(datasets).where(datasets.c.id == key(f"i{which}")).values(duplicate_of=key("i9"))
        )
    return (
        update(datasets)
        .where(datasets.c.id == key(f"i{which}"))
        .values(title=f"état {number}", duplicate_of=None)
    )


async def test_a_dataset_that_is_deleted_leaves_the_index(
    database: Database, index: LiveIndex
) -> None:
    await put(database, one("a"), one("b"))
    await index.catch_up()
    async with database.begin() as session:
        for table in catalogue_metadata.tables.values():
            if any(key_.column.table is datasets for key_ in table.foreign_keys):
                await session.execute(delete(table))
        await session.execute(delete(datasets).where(datasets.c.id == key("a")))
    await index.catch_up()

    assert await indexed(index) == {str(key("b")): "b"}


async def test_who_writes_without_knowing_the_index_is_followed(
    database: Database, index: LiveIndex
) -> None:
    await put(database, one("a"))
    await index.catch_up()
    async with database.begin() as session:
        await session.execute(update(datasets).values(quality_points=400))
    await index.catch_up()

    found = await search_datasets(index, filters={Facet.QUALITY: ["excellent"]})
    assert [hit.quality_points for hit in found.hits] == [400]
    assert (await search_datasets(index, filters={Facet.QUALITY: ["401"]})).total == 0


async def test_reads_go_on_while_the_index_is_built_anew(
    database: Database, index: LiveIndex
) -> None:
    await put(database, *(one(f"r{n}") for n in range(60)))
    await index.catch_up()
    building = asyncio.create_task(index.rebuild())
    answers = []
    while not building.done():
        answers.append((await search_datasets(index, filters={})).total)
    await index.catch_up()

    assert answers
    assert set(answers) == {60}
    assert len(await indexed(index)) == 60


async def test_what_is_written_while_the_index_is_built_anew_is_found_before_and_after(
    database: Database, index: LiveIndex
) -> None:
    await put(database, *(one(f"r{n}") for n in range(60)))
    await index.catch_up()
    for turn in range(5):
        building = asyncio.create_task(index.rebuild())
        await put(database, one(f"w{turn}"))
        await index.catch_up()
        assert await indexed(index) == await stored(database)
        await building
        assert await indexed(index) == await stored(database)


async def test_rows_from_a_restore_elsewhere_are_followed(
    database: Database, index: LiveIndex
) -> None:
    """Their transactions have ids of the future."""
    await put(database, one("a"))
    async with database.begin() as session:
        await session.execute(text("alter table catalogue.datasets disable trigger stamp_change"))
        await session.execute(update(datasets).values(changed_in=2**60))
        await session.execute(text("alter table catalogue.datasets enable trigger stamp_change"))
    await index.rebuild()
    await put(database, one("a", title="mis à jour", revision=NOW + timedelta(days=1)))
    await index.catch_up()

    assert list((await indexed(index)).values()) == ["mis à jour"]
    assert await index.catch_up() == 0


async def test_a_folder_is_opened_again_and_brought_up_to_date(
    database: Database, tmp_path: Path
) -> None:
    first = LiveIndex(database, tmp_path)
    await put(database, one("a"))
    await first.catch_up()
    first.close()
    await put(database, one("b"))
    built = folders(tmp_path, "0/*")

    second = LiveIndex(database, tmp_path)
    await second.catch_up()

    assert set((await indexed(second)).values()) == {"a", "b"}
    assert folders(tmp_path, "0/*") == built
    second.close()


async def test_a_folder_that_is_damaged_is_built_anew(database: Database, tmp_path: Path) -> None:
    first = LiveIndex(database, tmp_path)
    await put(database, one("a"))
    await first.catch_up()
    first.close()
    for folder in folders(tmp_path, "0/*"):
        (tmp_path / "0" / folder / "meta.json").write_text("{", encoding="utf-8")

    second = LiveIndex(database, tmp_path)
    await second.catch_up()

    assert set((await indexed(second)).values()) == {"a"}
    second.close()


async def test_two_processes_have_a_folder_each_and_find_the_same(
    database: Database, tmp_path: Path
) -> None:
    one_index, other = LiveIndex(database, tmp_path), LiveIndex(database, tmp_path)
    await put(database, one("a"), one("b"))
    await asyncio.gather(one_index.catch_up(), other.catch_up())
    await put(database, one("c"))
    await asyncio.gather(one_index.catch_up(), other.catch_up())

    assert await indexed(one_index) == await indexed(other) == await stored(database)
    assert folders(tmp_path, "[0-9]") == ["0", "1"]
    one_index.close()
    other.close()


FOLLOWER = """
import asyncio, sys
from pathlib import Path
from services.catalogue.adapters.index.live import LiveIndex
from shared.db import Database

async def follow():
    index = LiveIndex(Database(sys.argv[1]), Path(sys.argv[2]))
    print("started", flush=True)
    while True:
        await index.catch_up()
        print("caught up", flush=True)

asyncio.run(follow())
"""


@pytest.fixture
def follower(catalogue_url: str, tmp_path: Path) -> Iterator[Any]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", FOLLOWER, catalogue_url, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        started.append(process)
        assert process.stdout is not None
        while "started" not in process.stdout.readline():
            pass
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


async def test_killed_at_any_moment_the_next_process_finds_everything(
    database: Database, tmp_path: Path, follower: Any
) -> None:
    """Another process writes its index into a folder, and dies while datasets come in."""
    number = 0
    for wait in (0.0, 0.05, 0.4, 0.9):
        process = follower()
        end = time.monotonic() + wait
        while time.monotonic() < end or number % 30 == 0:
            await put(database, *(one(f"k{number + n}") for n in range(10)))
            number += 10
        process.send_signal(signal.SIGKILL)
        process.wait()

        index = LiveIndex(database, tmp_path)
        await index.catch_up()
        assert await indexed(index) == await stored(database)
        index.close()
    assert folders(tmp_path, "[0-9]") == ["0"]
