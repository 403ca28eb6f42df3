"""Series add up in every breakdown, end where the present stands, and can be made again."""

import csv
import io
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.catalogue.models.described import Described
from services.catalogue.models.series import Breakdown, Metric, Resolution, SeriesQuery, steps
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.operations.read_series import (
    bring_statistics_up_to_date,
    read_series,
    rebuild_statistics,
)
from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.operations.store_datasets import store_datasets
from services.catalogue.storage.stock import StockStore, counted
from shared.access.store import AccessStore
from shared.contracts.catalogue import DatasetBatch, VerdictBatch
from shared.db import Database
from tests.integration.catalogue.builders import (
    CRETEIL,
    EVERYONE,
    LIMEIL,
    MEMBERS,
    NOW,
    checked,
    dataset,
    verdict,
)
from tests.integration.catalogue.conftest import TABLES
from tests.integration.catalogue.test_catalogue_statistics import DATASET, message
from tests.support.services import run_apart

API = "/api/catalogue/v1"
_SHIFT = "set {0} = {0} - interval '1000 days'", "set {0} = {0} + interval '999 days'"


_DATED = {"stock_changes": ["day"], "stock_totals": ["day"], "stock_states": ["since", "until"]}


async def a_day_passes(database: Database) -> None:
    """Everything that was noted until now was noted a day earlier."""
    async with database.begin() as session:
        for table, columns in _DATED.items():
            told = f"alter table catalogue.{table} {{}} trigger user"
            await session.execute(text(told.format("disable")))
            for column, shift in product(columns, _SHIFT):
                await session.execute(text(f"update catalogue.{table} {shift.format(column)}"))
            await session.execute(text(told.format("enable")))


_LINE = "scope, key, schema_name, verdict"
_FILES = ", ".join(f'"{verdict}"' for verdict in VERDICTS)
_KEPT = {
    "totals": f"select {_LINE}, datasets, resources from catalogue.stock_totals",
    "pairs": f"""
        select organization_id, cast(territory_path as text), {_FILES}, datasets,
               {_FILES.replace(",", " +")} as resources
        from catalogue.stock_pairs
    """,
    "days": f"""
        select {_LINE}, day, datasets, resources from catalogue.stock_changes union all
        select {_LINE}, day, day_datasets, day_resources from catalogue.stock_totals
    """,
}


async def kept(database: Database) -> set[tuple]:
    async with database.begin() as session:
        return {
            (name, *row)
            for name, lines in _KEPT.items()
            for row in await session.execute(
                text(f"select * from ({lines}) l where datasets <> 0 or resources <> 0")
            )
        }


def asked(metric: Metric, **values: object) -> SeriesQuery:
    today = datetime.now(UTC).date()
    return SeriesQuery(metric, today - timedelta(days=6), today, **values)


async def check_sums(database: Database) -> None:
    present = await read_statistics(database)
    for metric in (Metric.DATASETS, Metric.RESOURCES):
        (whole,) = await read_series(database, asked(metric))
        divisions = [Breakdown.ORGANIZATION, Breakdown.TERRITORY]
        if metric is Metric.RESOURCES:
            divisions += [Breakdown.VERDICT, Breakdown.SCHEMA]
        for division in divisions:
            parts = await read_series(database, asked(metric, by=division))
            summed: dict[date, int] = defaultdict(int)
            for part in parts:
                for day, value in part.points.items():
                    summed[day] += value
            assert all(summed[day] == value for day, value in whole.points.items()), division
        now = present.total.datasets if metric is Metric.DATASETS else present.total.resources
        assert list(whole.points.values())[-1] == now
    for part in await read_series(database, asked(Metric.RESOURCES, by=Breakdown.VERDICT)):
        assert list(part.points.values())[-1] == present.total.verdicts[part.key]


async def check_combinations(database: Database) -> None:
    """What is read of the states themselves agrees with what is kept added up."""
    for metric in (Metric.DATASETS, Metric.RESOURCES):
        (kept_so,) = await read_series(database, asked(metric, organization=CRETEIL.id))
        parts = await read_series(
            database, asked(metric, territory="94", by=Breakdown.ORGANIZATION)
        )
        (both,) = await read_series(
            database, asked(metric, territory="94", organization=CRETEIL.id)
        )
        own = {part.key: part.points for part in parts}.get(str(CRETEIL.id))
        assert own is None or own == both.points
        assert all(value <= kept_so.points[day] for day, value in both.points.items())


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(DATASET, min_size=1, max_size=3), min_size=1, max_size=3))
def test_sums_agree_and_the_rebuilt_is_the_followed(catalogue_url, days):
    async def check() -> None:
        database = Database(catalogue_url)
        try:
            await emptied(database)
            for number, drawn_of_day in enumerate(days):
                told = [message(at, drawn) for at, drawn in enumerate(drawn_of_day)]
                at = NOW + timedelta(days=number)
                batch = [each.model_copy(update={"revision": at}) for each, _ in told]
                await store_datasets(database, DatasetBatch(datasets=batch), EVERYONE)
                verdicts = [one for _, many in told for one in many]
                await record_verdicts(database, VerdictBatch(verdicts=verdicts), EVERYONE)
                if number < len(days) - 1:
                    await a_day_passes(database)
            await check_sums(database)
            await check_combinations(database)
            followed = await kept(database)
            await rebuild_statistics(database)
            assert await kept(database) == followed
        finally:
            await database.close()

    run_apart(check)


def stock_of(number: int, verdicts: list[str]) -> Described:
    """A dataset of Créteil with a file of each verdict; of none: one that another shows."""
    row = {
        "id": UUID(int=number),
        "organization_id": CRETEIL.id,
        "territory_path": ["94028", "94"],
        "duplicate_of": None if verdicts else UUID(int=99),
    }
    files = [
        {"id": UUID(int=100 + 10 * number + at), "schema_name": None, "verdict": one}
        for at, one in enumerate(verdicts)
    ]
    return Described(row, files)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1), st.lists(st.sampled_from(["valid", "invalid"]), max_size=2),
            st.integers(0, 3),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_days_agree_with_the_states_though_batches_come_late(catalogue_url, told):
    """What processes with other clocks, or with a batch begun before midnight, tell."""

    async def check() -> None:
        database = Database(catalogue_url)
        try:
            await emptied(database)
            for number, verdicts, day in told:
                async with database.begin() as session:
                    write = counted([stock_of(number, verdicts)], date(2026, 1, 1 + day))
                    await session.execute(*write)
            followed = await kept(database)
            async with database.begin() as session:
                await StockStore(session).rebuild()
            assert await kept(database) == followed
        finally:
            await database.close()

    run_apart(check)


async def emptied(database: Database) -> None:
    async with database.begin() as session:
        for table in TABLES:
            await session.execute(text(f"delete from {table}"))
        for member in MEMBERS:
            await AccessStore(session).save_organization(member)


@pytest.fixture
async def two_days(database):
    """Yesterday two members' files were checked; today one of them became invalid."""
    sets = [dataset("a", CRETEIL, resources=[checked("a")]),
            dataset("b", LIMEIL, resources=[checked("b")])]  # fmt: skip
    await store_datasets(database, DatasetBatch(datasets=sets), EVERYONE)
    good = [verdict("a"), verdict("b", organization_id=LIMEIL.id)]
    await record_verdicts(database, VerdictBatch(verdicts=good), EVERYONE)
    await a_day_passes(database)
    bad = verdict("a", verdict="invalid", checked_at=NOW + timedelta(hours=1))
    await record_verdicts(database, VerdictBatch(verdicts=[bad]), EVERYONE)


async def test_a_series_tells_each_day_and_its_csv_the_same(client, two_days):
    today = datetime.now(UTC).date()
    params = {"metric": "conformity", "from": str(today - timedelta(days=2))}

    series = (await client.get(f"{API}/stats/series", params=params)).json()["series"]
    table = (await client.get(f"{API}/stats/series.csv", params=params)).text

    assert [point["value"] for point in series[0]["points"]] == [None, 1.0, 0.5]
    assert table.splitlines()[-1] == f"{today},,0.5"


@pytest.mark.parametrize(
    ("by", "named"),
    [
        ("organization", {str(CRETEIL.id): "Créteil", str(LIMEIL.id): "Limeil-Brévannes"}),
        ("territory", {"94028": "Créteil", "94044": "Limeil-Brévannes"}),
        ("schema", {"scdl/deliberations": "Délibérations"}),
        ("verdict", {"valid": "conforme", "invalid": "non conforme"}),
    ],
)
async def test_the_parts_of_a_series_have_names(client, two_days, by, named):
    today = datetime.now(UTC).date()
    params = {"by": by, "from": str(today)}

    series = (await client.get(f"{API}/stats/series", params=params)).json()["series"]
    table = (await client.get(f"{API}/stats/series.csv", params=params)).text

    assert {one["key"]: one["label"] for one in series} == named
    lines = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert {line["cle"]: line["libelle"] for line in lines} == named


async def test_filters_and_breakdowns(client, two_days):
    async def last(**params: str) -> dict[str, float]:
        body = (await client.get(f"{API}/stats/series", params=params)).json()
        return {one["key"]: one["points"][-1]["value"] for one in body["series"]}

    assert await last(by="verdict") == {"valid": 1, "invalid": 1}
    assert await last(verdict="invalid", territory="94028") == {"": 1}
    assert await last(schema="scdl/deliberations", metric="datasets") == {"": 2}
    assert await last(metric="datasets", by="organization") == {
        str(CRETEIL.id): 1, str(LIMEIL.id): 1,
    }  # fmt: skip
    assert await last(territory="94", organization=str(LIMEIL.id)) == {"": 1}


@pytest.mark.parametrize(
    "params",
    [
        {"metric": "datasets", "verdict": "valid"},
        {"metric": "quality", "territory": "94", "schema": "scdl/budget"},
        {"from": "2026-02-01", "to": "2026-01-01"},
        {"from": "1900-01-01"},
        {"metric": "charm"},
    ],
)
async def test_what_is_not_kept_is_refused_with_a_reason(client, params):
    answer = await client.get(f"{API}/stats/series", params=params)

    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_only_the_syndicate_has_the_series_made_again(client, keys, two_days):
    own = await client.post(f"{API}/stats/rebuild", headers=keys["creteil"])
    all_ = await client.post(f"{API}/stats/rebuild", headers=keys["syndicate"])

    assert (own.status_code, all_.json()) == (403, {"datasets": 2})


async def test_what_was_stored_before_there_were_statistics_is_counted_at_the_next_start(
    database, two_days
):
    before = await read_statistics(database)
    async with database.begin() as session:
        for table in ("stock_states", "stock_changes", "stock_totals", "stock_pairs"):
            await session.execute(text(f"delete from catalogue.{table}"))
        await session.execute(text("delete from catalogue.loaded_data where name = 'statistics'"))

    looked_at = [await bring_statistics_up_to_date(database) for _ in range(2)]

    assert looked_at == [2, 0]
    assert await read_statistics(database) == before
    assert before.total.datasets == 2


def test_steps_end_with_months_years_and_the_period():
    query = SeriesQuery(Metric.DATASETS, date(2024, 1, 15), date(2024, 3, 10), Resolution.MONTH)

    assert list(steps(query)) == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 10)]
