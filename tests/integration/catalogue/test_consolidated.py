"""One file of all members' valid rows: what is in it, what is not, and when it changes."""

import asyncio
import csv
import io
from datetime import timedelta
from uuid import UUID

import duckdb
import pytest
from sqlalchemy import text

from services.catalogue.operations.consolidate import build_wanted
from tests.integration.catalogue.builders import (
    CRETEIL,
    LIMEIL,
    NOGENT,
    NOW,
    checked,
    dataset,
    key,
    verdict,
)
from tests.integration.catalogue.tables import SCHEMA, announced

API = "/api/catalogue/v1"
ADDRESS = f"{API}/consolidated/essai/montants"


@pytest.fixture
def publish(client, keys, tmp_path):
    """Publish a dataset with one file, its verdict and its table."""

    async def publish(
        name, content, owner=CRETEIL, *, days=30, valid=True, licence="lov2", **values: object
    ):
        given = {"license": licence, "modified": NOW - timedelta(days=days)}
        shown = dataset(
            name, owner, resources=[checked(name)], **given, **values.pop("dataset", {})
        )
        told = verdict(
            name, organization_id=owner.id, verdict="valid" if valid else "invalid",
            schema_name="essai/montants",
        )  # fmt: skip
        table = await announced(tmp_path, name, content, owner=owner, **values)
        for path, body in (
            ("datasets/batch", {"datasets": [shown.model_dump(mode="json")]}),
            ("verdicts", {"verdicts": [told.model_dump(mode="json")]}),
            ("tables", {"tables": [table.model_dump(mode="json")]}),
        ):
            answer = await client.post(f"{API}/{path}", json=body, headers=keys["syndicate"])
            assert answer.status_code == 200, answer.text

    return publish


@pytest.fixture
async def three(publish):
    """Two members under one licence, one of them with a wrong row; a third under another."""
    await publish("creteil", "id,nom,montant\n1,Écoles,10\n2,Piscine,9.50\n")
    await publish("limeil", "id,nom,montant\n2,Gymnase,20\n3,Parc,abc\n4,Rue,30\n", LIMEIL, days=2,
                  valid=False)  # fmt: skip
    await publish("nogent", "id,nom,montant\n5,Quai,1\n", NOGENT, licence="odc-odbl")


def rows_of(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


async def test_valid_rows_of_all_files_under_one_licence_with_their_origin(client, three):
    rows = rows_of(await client.get(f"{ADDRESS}.csv"))

    assert [(row["id"], row["nom"], row["_source"]) for row in rows] == [
        ("1", "Écoles", "Créteil"),
        ("2", "Gymnase", "Limeil-Brévannes"),
        ("4", "Rue", "Limeil-Brévannes"),
    ]
    assert rows[1] == {
        "id": "2", "nom": "Gymnase", "montant": "20", "_source": "Limeil-Brévannes",
        "_jeu": str(key("limeil")), "_ressource": str(key("limeil", "a")), "_ligne": "2",
        "_licence": "lov2", "_valide_le": NOW.isoformat(), "_fichier_conforme": "false",
    }  # fmt: skip


async def test_licences_are_never_mixed_and_each_names_the_others(client, three):
    most = await client.get(f"{ADDRESS}.csv")
    other = await client.get(f"{ADDRESS}.csv", params={"license": "odc-odbl"})
    none = await client.get(f"{ADDRESS}.csv", params={"license": "cc-by"})

    assert (most.headers["x-licence"], other.headers["x-licence"]) == ("lov2", "odc-odbl")
    assert "license=odc-odbl" in most.headers["link"]
    assert [row["id"] for row in rows_of(other)] == ["5"]
    assert none.status_code == 404
    assert "lov2, odc-odbl" in none.json()["detail"]


async def test_the_same_key_comes_from_the_newest_file_whichever_was_told_last(client, publish):
    await publish("neuf", "id,nom,montant\n1,neuf,1\n", days=1)
    await publish("vieux", "id,nom,montant\n1,vieux,1\n", LIMEIL, days=100)

    rows = rows_of(await client.get(f"{ADDRESS}.csv"))

    assert [row["nom"] for row in rows] == ["neuf"]
    listed = (await client.get(f"{API}/consolidated")).json()["items"]
    assert [(one["rows"], one["duplicates"]) for one in listed] == [(2, 1)]
    table = await client.get(f"{API}/consolidated.csv", params={"schema": "essai/montants"})
    (line,) = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
    assert (line["lignes"], line["doublons"], line["csv"]) == ("2", "1", listed[0]["csv_url"])


async def test_parquet_and_csv_hold_the_same_rows(client, three, tmp_path):
    (tmp_path / "c.parquet").write_bytes((await client.get(f"{ADDRESS}.parquet")).content)
    with duckdb.connect() as own:
        parquet = own.execute(f"select id, nom from '{tmp_path / 'c.parquet'}'").fetchall()

    rows = rows_of(await client.get(f"{ADDRESS}.csv"))

    assert parquet == [(row["id"], row["nom"]) for row in rows]


async def test_nothing_changed_gives_the_same_bytes_and_is_not_built_again(client, three, database):
    first = await client.get(f"{ADDRESS}.csv")
    again = await client.get(f"{ADDRESS}.csv", headers={"If-None-Match": first.headers["etag"]})
    async with database.begin() as session:
        await session.execute(text("delete from catalogue.consolidations"))
    rebuilt = await client.get(f"{ADDRESS}.csv")

    assert again.status_code == 304
    assert rebuilt.content == first.content


async def test_a_new_file_changes_the_consolidation(client, three, publish):
    before = await client.get(f"{ADDRESS}.csv")
    await publish("boissy", "id,nom,montant\n9,Mairie,1\n", days=1)

    after = rows_of(await client.get(f"{ADDRESS}.csv"))

    assert "9" in {row["id"] for row in after}
    assert len(after) == len(rows_of(before)) + 1


async def test_a_territory_has_its_own_file(client, three):
    rows = rows_of(await client.get(f"{ADDRESS}.csv", params={"territory": "94044"}))

    assert {row["_source"] for row in rows} == {"Limeil-Brévannes"}
    assert (await client.get(f"{ADDRESS}.csv", params={"territory": "75056"})).status_code == 404


async def test_a_large_file_is_made_by_the_worker(client, three, app, database):
    settings = app.state.settings
    app.state.settings = settings.model_copy(update={"consolidation_direct_rows": 0})
    resources = app.state.resources
    waiting = await client.get(f"{ADDRESS}.csv")
    for task in tuple(app.state.consolidations):
        task.cancel()  # as if the process had ended
    await asyncio.sleep(0)

    made = await build_wanted(database, resources.store, resources.validator)
    ready = await client.get(f"{ADDRESS}.csv")

    assert (waiting.status_code, waiting.headers["retry-after"]) == (202, "10")
    assert (made, ready.status_code) == (1, 200)
    assert await build_wanted(database, resources.store, resources.validator) == 0


async def test_columns_of_every_version_are_there_the_newest_first(client, publish):
    newer = {**SCHEMA, "fields": [*SCHEMA["fields"][::-1], {"name": "objet", "type": "string"}]}
    await publish("v1", "id,nom,montant\n1,a,1\n")
    await publish("v10", "id,nom,objet\n2,b,x\n", LIMEIL, descriptor=newer, schema_version="1.10")

    rows = rows_of(await client.get(f"{ADDRESS}.csv"))

    assert list(rows[0])[:4] == ["montant", "nom", "id", "objet"]
    assert [row["objet"] for row in rows] == ["", "x"]


async def test_the_validator_is_asked_for_a_report_on_the_file(app, client, three):
    asked = []

    async def remember(request):
        asked.append(request)

    app.state.resources.validator.validate_resource = remember
    await client.get(f"{ADDRESS}.csv")

    assert [request.declared_schema.name for request in asked] == ["essai/montants"]
    assert asked[0].organization_id == UUID(int=0)
    assert app.state.resources.store.exists(asked[0].content_sha256)
