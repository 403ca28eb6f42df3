"""Rows as parameters, and writing beside computing."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from services.catalogue.operations.behind import Behind, in_turns
from services.catalogue.operations.read_dataset import read_dataset
from services.catalogue.storage.quality_tables import events
from services.catalogue.storage.tables import datasets, loaded_data, removed_datasets
from shared.db import Database
from shared.given import Given, array_literal, together
from tests.integration.catalogue.builders import dataset, put, resource

_ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_MORE_THAN_A_PART = 400


@pytest.mark.parametrize(
    "values",
    [
        ["", "NULL", "null", " a ", "{b}", "c,d"],
        ['un "mot"', "\\", '\\"', "\\n", "\\\\u0041", "\\abcd"],
        ["\n", "\r\t\b\f", "\x01\x1f\x7f", "é\u2028", "a\\\nb"],
        [None, "x", None],
        [],
    ],
)
async def test_an_array_is_read_as_it_was_given(
    database: Database, values: list[str | None]
) -> None:
    await _comes_back(database, values)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(values=st.lists(st.none() | _ANY, max_size=6))
async def test_whatever_the_text_an_array_is_read_as_it_was_given(
    database: Database, values: list[str | None]
) -> None:
    await _comes_back(database, values)


async def _comes_back(database: Database, values: list[str | None]) -> None:
    async with database.begin() as session:
        found = await session.scalar(
            text("select cast(cast(:value as text) as text[])"), {"value": array_literal(values)}
        )
    assert found == values


async def test_rows_come_back_as_they_were_given(database: Database) -> None:
    names = ["dataset_id", "resource_id", "territory_path", "kind", "before", "at"]
    one = {**dict.fromkeys(names), "dataset_id": uuid4(), "territory_path": [], "kind": 'à "b"\n'}
    sent = Given(events, names)
    async with database.begin() as session:
        now = await session.scalar(select(func.now()))
        other = {**one, "resource_id": uuid4(), "territory_path": ["94028", "R11"], "at": now}
        rows = (await session.execute(select(sent.rows), sent.values([one, other]))).mappings()
        assert [dict(row) for row in rows] == [one, other]
        assert list(await session.execute(select(sent.rows), sent.values([]))) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(values=st.lists(st.none() | _ANY | st.sampled_from(["", "\x1f\x1e", "\x1d\x1c", "\x1f"])))
async def test_whatever_the_texts_rows_come_back_as_they_were_given(
    database: Database, values: list[str | None]
) -> None:
    sent = Given(events, ["kind", "before"])
    rows: list[dict[str, str | None]] = [{"kind": "x", "before": value} for value in values]
    async with database.begin() as session:
        found = (await session.execute(select(sent.rows), sent.values(rows))).mappings()
        assert [dict(row) for row in found] == rows


async def test_inserts_of_several_tables_are_one_statement(database: Database) -> None:
    one = Given(removed_datasets, ["id", "changed_in"])
    other = Given(loaded_data, ["name", "version"])
    gone = [{"id": uuid4(), "changed_in": number} for number in (1, 2)]
    loaded = [{"name": "essai", "version": "1"}]
    write = together(
        [(one.plain_insert(), one.values(gone)), (other.plain_insert(), other.values(loaded))]
    )
    async with database.begin() as session:
        await session.execute(*write)
        ids = await session.scalars(select(removed_datasets.c.id))
        assert {row["id"] for row in gone} <= set(ids)
        version = select(loaded_data.c.version).where(loaded_data.c.name == "essai")
        assert await session.scalar(version) == "1"


def test_inserts_of_one_table_cannot_be_one_statement() -> None:
    given = Given(loaded_data, ["name", "version"])
    insert = given.plain_insert(), given.values([{"name": "essai", "version": "1"}])
    with pytest.raises(ValueError, match="of one table"):
        together([insert, insert])


async def test_nothing_is_stored_when_the_last_of_many_datasets_cannot_be(
    database: Database,
) -> None:
    messages = [dataset(str(n)) for n in range(_MORE_THAN_A_PART)]
    # What a message would not let through: only the database refuses it.
    too_large = resource("z").model_copy(update={"size": 2**70})
    with pytest.raises(DBAPIError):
        await put(database, *messages, dataset("z", resources=[too_large]))
    async with database.begin() as session:
        assert await session.scalar(select(func.count()).select_from(datasets)) == 0
    result = await put(database, *messages)
    assert result.created == _MORE_THAN_A_PART
    assert (await read_dataset(database, messages[-1].id)).title == messages[-1].title


async def test_what_runs_behind_runs_one_after_the_other_while_items_are_worked_on() -> None:
    seen: list[str] = []

    async def write(name: str) -> None:
        seen.append(f"{name} begins")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        seen.append(f"{name} ends")

    async with Behind() as behind:
        for part in (range(40), range(40, 80)):
            seen.extend([str(item) async for item in in_turns(part)])
            behind.start(write(f"{part.start}"))
    places = {name: place for place, name in enumerate(seen)}
    assert [name for name in seen if name.isdecimal()] == [str(n) for n in range(80)]
    assert places["0 begins"] < places["79"] < places["40 begins"]
    assert places["0 ends"] < places["40 begins"] < places["40 ends"]


async def test_what_fails_behind_is_raised_at_the_end_and_nothing_begins_after_it() -> None:
    begun: list[str] = []

    async def fail() -> None:
        begun.append("first")
        raise ValueError("behind")

    async def work() -> None:
        async with Behind() as behind:
            behind.start(fail())
            behind.start(fail())

    with pytest.raises(ValueError, match="behind"):
        await work()
    assert begun == ["first"]


async def test_an_error_in_front_waits_for_what_runs_behind_and_for_nothing_more() -> None:
    ended: list[str] = []

    async def write(name: str) -> None:
        await asyncio.sleep(0.01)
        ended.append(name)

    async def work() -> None:
        async with Behind() as behind:
            behind.start(write("first"))
            behind.start(write("second"))
            await asyncio.sleep(0)
            raise KeyError("front")

    with pytest.raises(KeyError, match="front"):
        await work()
    assert ended == ["first"]
