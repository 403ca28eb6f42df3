"""The typed table of a validated content: made after the verdict, told to the catalogue."""

import asyncio
from collections.abc import AsyncIterator

import duckdb
import pytest

from shared.store import DiskStore
from tests.integration.validator.test_validator_worker import (  # noqa: F401 - fixtures
    ask,
    catalogue,
    worker,
)


@pytest.fixture
async def told(ask, catalogue, worker, settings) -> AsyncIterator:  # noqa: F811
    """Have a content validated; its table as the catalogue is told, and the table's rows."""

    async def told(content: bytes, **more: object):
        _, body = await ask(content, **more)
        async with worker(), asyncio.timeout(60):
            while body["resource_id"] not in catalogue.tables:
                catalogue.table_news.clear()
                await catalogue.table_news.wait()
        report = catalogue.tables[body["resource_id"]]
        path = DiskStore(settings.store_dir).path(report.table_sha256)
        with duckdb.connect() as own:
            rows = own.sql(f"select * from read_parquet('{path}')").fetchall()
        return report, rows

    return told


async def test_a_table_has_the_schema_s_columns_and_marks_the_rows_without_error(
    told, subventions, bad_subventions
):
    good_row = subventions.decode().splitlines()[1]
    content = bad_subventions + b"\n" + good_row.encode() + b"\n"

    report, rows = await told(content, declared_schema={"name": "scdl/subventions"})

    names = [column.name for column in report.columns]
    assert (report.rows, report.valid_rows, report.complete) == (2, 1, True)
    assert [row[-2:] for row in rows] == [(2, False), (4, True)]
    assert rows[0][names.index("dateConvention")] == "31/12/2023"
    assert {c.name: c.type for c in report.columns}["montant"] == "number"
    assert report.schema_name == "scdl/subventions"


async def test_a_table_that_no_schema_describes_keeps_its_own_columns_unjudged(told):
    report, rows = await told(b"Nom;nom;\nA;b;c\nD;;\n")

    assert [column.name for column in report.columns] == ["Nom", "nom_2", "colonne_3"]
    assert rows == [("A", "b", "c", 2, None), ("D", None, None, 3, None)]
    assert report.valid_rows is None


async def test_the_same_content_gives_the_same_table_again(told, subventions):
    schema = {"name": "scdl/subventions"}

    first, _ = await told(subventions, declared_schema=schema)
    second, _ = await told(subventions, declared_schema=schema)

    assert first.resource_id != second.resource_id
    assert first.table_sha256 == second.table_sha256
