"""Much that disappears at once: the operator is asked, and decides."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from services.harvester.models.states import RunState
from services.harvester.operations.decide_removal import decide_removal
from services.harvester.settings import removal_of
from services.harvester.storage.tables import datasets
from shared.errors import ConflictError
from tests.integration.harvester.world import World
from tests.support.portals.base import served
from tests.support.portals.udata import UdataPortal


@pytest.fixture
async def portal() -> AsyncIterator[UdataPortal]:
    async with served(UdataPortal()) as started:
        assert isinstance(started, UdataPortal)
        for number in range(10):
            started.add_dataset(f"Jeu {number}")
        yield started


async def archived(world: World) -> int:
    await world.idle()
    return sum(each.archived for each in world.catalogue.datasets.values())


async def decide(world: World, run_id, *, confirmed: bool):
    async with world.database.begin() as session:
        return await decide_removal(
            session,
            run_id,
            confirmed=confirmed,
            by="essai",
            removal=removal_of(world.settings),
            now=datetime.now(UTC),
        )


async def test_a_run_that_would_archive_much_asks_and_archives_once_it_is_confirmed(
    world: World, portal: UdataPortal
) -> None:
    world.settings = world.settings.model_copy(update={"archive_after_runs": 1})
    source = await world.add_source(portal.root)
    await world.harvest(source)
    del portal.datasets[4:]

    run, counts = await world.harvest(source)

    assert (run.state, run.condemned, counts.missing) == (RunState.ASKING, 6, 6)
    assert "seraient archivés d'un coup" in run.warnings[-1]
    async with world.working():
        assert await archived(world) == 0
        decided = await decide(world, run.id, confirmed=True)
        assert await archived(world) == 6
    assert (decided.state, decided.decision, decided.decided_by) == (
        RunState.DONE, "confirmed", "essai",
    )  # fmt: skip
    with pytest.raises(ConflictError):
        await decide(world, run.id, confirmed=True)


async def test_a_refusal_waits_for_them_anew(world: World, portal: UdataPortal) -> None:
    world.settings = world.settings.model_copy(update={"archive_after_runs": 2})
    source = await world.add_source(portal.root)
    await world.harvest(source)
    gone = portal.datasets[4:]
    del portal.datasets[4:]
    await world.harvest(source)
    asked, _ = await world.harvest(source)
    assert asked.state is RunState.ASKING

    await decide(world, asked.id, confirmed=False)
    once_more, _ = await world.harvest(source)
    portal.datasets += gone
    back, counts = await world.harvest(source)

    assert once_more.state is RunState.DONE  # counted from the beginning again
    assert (back.state, counts.missing, counts.unchanged) == (RunState.DONE, 0, 10)


async def test_a_later_run_makes_the_question_void(world: World, portal: UdataPortal) -> None:
    world.settings = world.settings.model_copy(update={"archive_after_runs": 1})
    source = await world.add_source(portal.root)
    await world.harvest(source)
    gone = portal.datasets[4:]
    del portal.datasets[4:]
    asked, _ = await world.harvest(source)
    portal.datasets += gone

    run, _ = await world.harvest(source)

    earlier, _ = await world.look(asked.id)
    assert (earlier.state, earlier.decision) == (RunState.DONE, "void")
    assert run.state is RunState.DONE


async def test_nothing_is_archived_before_its_days_are_over(
    world: World, portal: UdataPortal
) -> None:
    world.settings = world.settings.model_copy(
        update={"archive_after_runs": 1, "archive_after_days": 7.0}
    )
    source = await world.add_source(portal.root)
    await world.harvest(source)
    portal.datasets.pop()

    async with world.working():
        await world.ended(await world.begin(source))
        assert await archived(world) == 0
        async with world.database.begin() as session:
            past = datetime.now(UTC) - timedelta(days=8)
            await session.execute(
                update(datasets).where(datasets.c.missing_runs > 0).values(missing_since=past)
            )
        await world.ended(await world.begin(source))
        assert await archived(world) == 1
