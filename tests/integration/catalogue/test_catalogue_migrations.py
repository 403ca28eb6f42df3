"""The schema `catalogue` goes up, says what the code says, and goes down again."""

from datetime import date, timedelta
from typing import Any

from alembic import command
from sqlalchemy import select, text

from services.catalogue.operations.load_territories import load_territories
from services.catalogue.storage.quality import QualityStore, saved_scores
from services.catalogue.storage.quality_tables import dataset_quality
from shared.access.store import AccessStore
from shared.db import Database
from shared.migrations import alembic_config, upgrade
from tests.integration.catalogue.builders import CRETEIL, dataset, key, put
from tests.support.services import PostgresServer, run_apart

PACKAGE = "services.catalogue.migrations"
DATASET, OWNER, ONE, OTHER = (f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 5))
# A dataset of two files, the first of which became invalid on the third.
FORMER_STATES = f"""
insert into catalogue.stock_states
    (dataset_id, resource_id, organization_id, territory_path, schema_name, verdict, since, until)
values
    ('{DATASET}', null, '{OWNER}', '{{94028}}', '*', '', '2026-01-01', null),
    ('{DATASET}', null, '{OWNER}', '{{94028}}', 'scdl/budget', '', '2026-01-01', null),
    ('{DATASET}', '{ONE}', '{OWNER}', '{{94028}}', 'scdl/budget', 'valid', '2026-01-01',
     '2026-01-03'),
    ('{DATASET}', '{ONE}', '{OWNER}', '{{94028}}', 'scdl/budget', 'invalid', '2026-01-03', null),
    ('{DATASET}', '{OTHER}', '{OWNER}', '{{94028}}', 'scdl/budget', 'valid', '2026-01-01', null)
"""
LINES_OF_FILES = """
select verdict, count(*), since::text, coalesce(until::text, 'now') from catalogue.stock_states
where resource_id is not null and schema_name = 'scdl/budget' group by 1, 3, 4
"""


def test_migrations_make_the_tables_that_the_code_expects(postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database("catalogue_migrations_test")
    upgrade(url, "shared.access.migrations")
    upgrade(url, PACKAGE)
    upgrade(url, PACKAGE)

    command.check(alembic_config(url, PACKAGE))

    assert run_apart(lambda: first_and_second_load(url)) == [True, False]
    command.downgrade(alembic_config(url, PACKAGE), "base")
    assert run_apart(lambda: remaining(url)) == []


def test_states_of_files_become_those_of_their_dataset_and_go_back(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.new_database("catalogue_states_test")
    upgrade(url, "shared.access.migrations")
    config = alembic_config(url, PACKAGE)
    command.upgrade(config, "0017_days_kept_once")
    run_apart(lambda: lines(url, FORMER_STATES))
    command.upgrade(config, "head")

    days = "select since::text, until::text, schema_names, verdicts, numbers"
    budget = "scdl/budget"
    assert run_apart(lambda: lines(url, f"{days} from catalogue.stock_states")) == [
        ("2026-01-01", "2026-01-03", ["*", budget, budget], ["", "", "valid"], [1, 1, 2]),
        ("2026-01-03", None, ["*", *[budget] * 3], ["", "", "invalid", "valid"], [1, 1, 1, 1]),
    ]
    pairs = "select territory_path, datasets, valid, invalid, pending from catalogue.stock_pairs"
    assert run_apart(lambda: lines(url, pairs)) == [(["94028"], 1, 1, 1, 0)]
    command.downgrade(config, "0020_fewer_index_entries")
    pairs = "select place, verdict, datasets, resources from catalogue.stock_pairs"
    assert run_apart(lambda: lines(url, pairs)) == [
        ("94028", "", 1, 0),
        ("94028", "invalid", 0, 1),
        ("94028", "valid", 0, 1),
    ]
    command.downgrade(config, "0017_days_kept_once")
    assert run_apart(lambda: lines(url, LINES_OF_FILES)) == [
        ("invalid", 1, "2026-01-03", "now"),
        ("valid", 1, "2026-01-03", "now"),
        ("valid", 2, "2026-01-01", "2026-01-03"),
    ]


def test_days_of_scores_outlive_the_way_in_which_they_are_kept(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.new_database("catalogue_days_test")
    upgrade(url, "shared.access.migrations")
    upgrade(url, PACKAGE)
    day = run_apart(lambda: two_scored(url))
    later = day + timedelta(days=1)
    assert run_apart(lambda: days_of_two(url)) == [[(day, 1), (later, 2)], [(day, 3)]]

    command.downgrade(alembic_config(url, PACKAGE), "0017_days_kept_once")
    assert run_apart(lambda: lines(url, "select day, mqa from catalogue.dataset_quality_days")) == [
        (day, 1),
        (day, 3),
        (later, 2),
    ]
    # Without a day of their own, scores are of the day on which they were computed.
    run_apart(lambda: lines(url, "delete from catalogue.dataset_quality_days where mqa = 3"))
    upgrade(url, PACKAGE)

    assert run_apart(lambda: days_of_two(url)) == [[(day, 1), (later, 2)], [(day, 3)]]
    assert run_apart(lambda: lines(url, "select day, mqa from catalogue.dataset_quality_days")) == [
        (day, 1)
    ]


async def two_scored(url: str) -> date:
    """Store `a`, whose scores change the day after, and `b`; that first day."""
    database = Database(url)
    async with database.begin() as session:
        await AccessStore(session).save_organization(CRETEIL)
    await put(database, dataset("a"), dataset("b"))
    async with database.begin() as session:
        rows = (await session.execute(select(dataset_quality))).mappings()
        one, other = (
            {**row} for row in sorted(rows, key=lambda row: row["dataset_id"] != key("a"))
        )
        day: date = one["day"]
        await session.execute(*saved_scores([{**one, "mqa": 1}, {**other, "mqa": 3}], day))
        await session.execute(*saved_scores([{**one, "mqa": 2}], day + timedelta(days=1)))
    await database.close()
    return day


async def days_of_two(url: str) -> list[list[tuple[date, float | None]]]:
    database = Database(url)
    async with database.begin() as session:
        store = QualityStore(session)
        found = [await store.days_of_dataset(key(name)) for name in ("a", "b")]
    await database.close()
    return [[(one.day, one.mqa) for one in days] for days in found]


async def lines(url: str, query: str) -> list[tuple[Any, ...]]:
    """What the query gives, in order."""
    database = Database(url)
    async with database.begin() as session:
        found = await session.execute(text(query))
        rows = sorted(tuple(row) for row in found) if found.returns_rows else []
    await database.close()
    return rows


async def first_and_second_load(url: str) -> list[bool]:
    database = Database(url)
    loaded = [await load_territories(database) for _ in range(2)]
    await database.close()
    return loaded


async def remaining(url: str) -> list[str]:
    database = Database(url)
    async with database.begin() as session:
        names = await session.scalars(
            text(
                "select tablename from pg_tables where schemaname = 'catalogue'"
                " and tablename <> 'alembic_version'"
                " union select cfgname from pg_ts_config c"
                " join pg_namespace n on n.oid = c.cfgnamespace where nspname = 'catalogue'"
            )
        )
        found = list(names)
    await database.close()
    return found
