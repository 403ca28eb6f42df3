"""Rows of a resource's table: pages, filters, order, CSV and Parquet."""

import csv
import io
from pathlib import Path

import duckdb
import pytest

from tests.integration.catalogue.builders import NOGENT, NOW, checked, dataset, key
from tests.integration.catalogue.tables import announced

API = "/api/catalogue/v1"
FILE = "id,nom,montant\n1,Écoles,10\n2,=cmd(),9.50\n3,piscine,abc\n4,école,100\n5,,\n"


@pytest.fixture
def table(client, keys, tmp_path: Path):
    """Publish the table of a file for the resource `jeu/a`."""

    async def published(text: str = FILE, **values: object):
        report = await announced(tmp_path, "jeu", text, **values)
        body = {"tables": [report.model_dump(mode="json")]}
        return await client.post(f"{API}/tables", json=body, headers=keys["syndicate"])

    return published


@pytest.fixture
async def rows(client, keys, table):
    """Ask for rows of the published table; parameters as a list of pairs or a mapping."""
    batch = {"datasets": [dataset("jeu", resources=[checked("jeu")]).model_dump(mode="json")]}
    await client.post(f"{API}/datasets/batch", json=batch, headers=keys["syndicate"])
    assert (await table()).status_code == 200

    async def rows(**params: object):
        return (await client.get(f"{API}/resources/{key('jeu', 'a')}/rows", params=params)).json()

    return rows


async def test_a_page_tells_columns_rows_and_their_errors(rows):
    page = await rows(page_size=3)

    assert page["rows"][1] == {
        "id": "2", "nom": "=cmd()", "montant": "9.5", "_row": 3, "_valid": True,
    }  # fmt: skip
    assert page["rows"][2]["_valid"] is False
    assert (page["total"], page["rows_in_table"], page["valid_rows"]) == (5, 5, 4)
    assert page["columns"][0] == {"name": "id", "type": "integer", "key": True}
    rest = await rows(page_size=3, cursor=page["next_cursor"])
    assert [row["id"] for row in rest["rows"]] == ["4", "5"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"nom__contains": "ECOLE"}, ["1", "4"]),
        ({"montant__greater": "10"}, ["1", "4"]),
        ({"montant__strictly_less": "10"}, ["2"]),
        ({"montant__sort": "desc"}, ["4", "1", "2", "3", "5"]),
        ({"nom__isnull": ""}, ["5"]),
        ({"nom__exact": "école"}, ["4"]),
        ({"id__in": "1,3"}, ["1", "3"]),
        ({"id__differs": "1"}, ["2", "3", "4", "5"]),
        ({"valid": "false"}, ["3"]),
    ],
)
async def test_rows_are_filtered_and_sorted_by_the_types_of_the_schema(rows, asked, ids):
    assert [row["id"] for row in (await rows(**asked))["rows"]] == ids


async def test_only_the_columns_asked_for(rows):
    page = await rows(columns="nom", page_size=1)

    assert page["rows"] == [{"nom": "Écoles", "_row": 2, "_valid": True}]


@pytest.mark.parametrize("asked", [{"columns": "prix"}, {"prix__sort": "asc"}, {"id__like": "1"}])
async def test_unknown_columns_and_operators_are_refused_with_those_that_exist(rows, asked):
    problem = await rows(**asked)

    assert problem["status"] == 422
    assert "id, nom, montant" in problem["detail"] or "contains" in problem["detail"]


async def test_csv_is_exact_and_safe_in_a_spreadsheet_when_asked(rows, client):
    address = f"{API}/resources/{key('jeu', 'a')}/rows.csv"

    exact = (await client.get(address)).content.decode()
    safe = (await client.get(address, params={"spreadsheet": "true"})).content.decode()
    accepted = await client.get(address.removesuffix(".csv"), headers={"Accept": "text/csv"})

    assert accepted.content.decode() == exact
    lines = list(csv.reader(io.StringIO(exact)))
    assert lines[0] == ["id", "nom", "montant", "_row", "_valid"]
    assert lines[2] == ["2", "=cmd()", "9.5", "3", "true"]
    assert safe.startswith("\ufeffid")
    assert "'=cmd()" in safe


async def test_the_parquet_file_is_served_as_it_is(rows, client, tmp_path):
    answer = await client.get(f"{API}/resources/{key('jeu', 'a')}/table.parquet")

    (tmp_path / "got.parquet").write_bytes(answer.content)
    with duckdb.connect() as own:
        count = own.execute(f"select count(*) from '{tmp_path / 'got.parquet'}'").fetchone()
    assert count == (5,)


async def test_a_table_on_a_former_content_is_not_shown(rows, client, keys):
    moved = checked("jeu", text="v2")
    batch = {
        "datasets": [
            dataset("jeu", resources=[moved], revision=NOW.replace(day=21)).model_dump(mode="json")
        ]
    }
    await client.post(f"{API}/datasets/batch", json=batch, headers=keys["syndicate"])

    assert (await rows())["status"] == 404


async def test_an_older_check_never_replaces_a_newer_one(rows, table):
    await table("id,nom,montant\n9,vieux,1\n", checked_at=NOW.replace(year=2020))

    assert (await rows())["total"] == 5


async def test_a_table_of_somebody_else_s_resource_is_refused(rows, table):
    assert (await table(owner=NOGENT)).status_code in {403, 409}
