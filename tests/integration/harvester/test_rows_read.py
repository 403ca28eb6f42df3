"""What a page costs does not grow with its source, also while PostgreSQL has not counted that:
its statistics know other sources and other runs only, and it expects one row of a new one.
"""

from datetime import UTC, datetime
from typing import Self
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.runs import Run
from services.harvester.models.sources import Source
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.items import ItemStore
from services.harvester.storage.runs import RunStore
from shared.db import planned_by_size
from tests.integration.harvester.world import World

HELD = 3_000
PAGE = [f"d-{number:04}" for number in range(0, HELD, 100)]
ENOUGH = 5 * len(PAGE)

_DATASETS = text("""
insert into harvester.datasets
  (id, source_id, organization_id, remote_id, record, record_hash, delivered_hash, revision)
select gen_random_uuid(), :source, :organization, 'd-' || lpad(n::text, 4, '0'), '{}', '', '', now()
from generate_series(0, :number - 1) n
""")
_FILES = text("""
insert into harvester.resources (id, dataset_id, organization_id, remote_id, next_check_at)
select gen_random_uuid(), id, organization_id, '1', now() + interval '1 day'
from harvester.datasets where source_id = :source
""")
_ITEMS = text("""
insert into harvester.run_items (run_id, key, organization_id, dataset_id, state)
select :run, remote_id, organization_id, id, 'done'
from harvester.datasets where source_id = :source
""")
_READ = text("""
select relname, seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables
where schemaname = 'harvester' and relname in ('datasets', 'resources', 'run_items')
""")


async def filled(world: World, url: str) -> tuple[Source, Run]:
    source = await world.add_source(url)
    run_id: UUID = await world.begin(source)
    values = {"source": source.id, "run": run_id, "organization": source.organization_id}
    async with world.database.begin() as session:
        await session.execute(_DATASETS, {**values, "number": HELD})
        await session.execute(_FILES, values)
        await session.execute(_ITEMS, values)
        return source, await RunStore(session).get(run_id)


class Reading:
    """Rows that statements of a session read within it, by table."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.rows: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        # What the connection did before may not have been handed in yet.
        self._before = await self._counted()
        return self

    async def __aexit__(self, *_: object) -> None:
        after = await self._counted()
        self.rows = {name: rows - self._before.get(name, 0) for name, rows in after.items()}

    async def _counted(self) -> dict[str, int]:
        return {row[0]: row[1] for row in await self._session.execute(_READ)}


@pytest.fixture
async def uncounted(world: World) -> tuple[Source, Run]:
    """The second source is as large as the first, which alone was counted."""
    await filled(world, "http://127.0.0.1:9/une")
    async with world.database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("analyze"))
    return await filled(world, "http://127.0.0.1:9/autre")


async def test_which_keys_a_run_has(world: World, uncounted: tuple[Source, Run]) -> None:
    _, run = uncounted
    async with (
        world.database.begin() as session,
        planned_by_size(session),
        Reading(session) as reading,
    ):
        assert await ItemStore(session).known(run.id, PAGE) == set(PAGE)

    assert reading.rows["run_items"] <= ENOUGH


async def test_which_datasets_a_source_has(world: World, uncounted: tuple[Source, Run]) -> None:
    source, _ = uncounted
    async with (
        world.database.begin() as session,
        planned_by_size(session),
        Reading(session) as reading,
    ):
        assert len(await DatasetStore(session).known(source.id, PAGE)) == len(PAGE)

    assert reading.rows["datasets"] <= ENOUGH


async def test_a_page_that_is_as_it_was(world: World, uncounted: tuple[Source, Run]) -> None:
    source, run = uncounted
    async with world.database.begin() as session:
        await session.execute(text("delete from harvester.run_items where run_id = :run"),
                              {"run": run.id})  # fmt: skip
        async with Reading(session) as reading:
            await DatasetStore(session).seen(source.id, PAGE, run_id=run.id)
            waits = await ItemStore(session).add_again(run, PAGE, now=datetime.now(UTC), lane=0)

    assert not waits
    assert max(reading.rows["datasets"], reading.rows["resources"]) <= ENOUGH
