"""Items that are fetched while others are worked on."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from services.harvester.operations.ahead import in_groups


async def test_what_came_while_one_was_worked_on_comes_together() -> None:
    groups = []
    async for group in in_groups(_numbers(10), ahead=4):
        groups.append(group)
        await _a_while()

    assert [number for group in groups for number in group] == list(range(10))
    assert groups[1] == [1, 2, 3, 4]


async def test_no_more_are_fetched_than_may_wait() -> None:
    fetched: list[int] = []
    async for group in in_groups(_numbers(20, fetched), ahead=4):
        await _a_while()
        assert len(fetched) <= group[-1] + 1 + 4


async def test_an_error_is_told_after_what_came_before_it() -> None:
    groups = in_groups(_broken(), ahead=4)
    first = await anext(groups)
    await _a_while()

    assert [*first, *await anext(groups)] == [0, 1]
    with pytest.raises(LookupError):
        await anext(groups)


async def test_who_leaves_early_stops_what_runs_ahead() -> None:
    fetched: list[int] = []
    groups = in_groups(_numbers(20, fetched), ahead=4)
    await anext(groups)
    await groups.aclose()
    known = len(fetched)
    await _a_while()

    assert len(fetched) == known < 20


async def _numbers(end: int, fetched: list[int] | None = None) -> AsyncGenerator[int, None]:
    for number in range(end):
        await asyncio.sleep(0)
        if fetched is not None:
            fetched.append(number)
        yield number


async def _broken() -> AsyncGenerator[int, None]:
    yield 0
    await asyncio.sleep(0)
    yield 1
    await asyncio.sleep(0)
    raise LookupError


async def _a_while() -> None:
    """Long enough for whatever runs beside to come as far as it may."""
    for _ in range(50):
        await asyncio.sleep(0)
