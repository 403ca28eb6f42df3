"""Every list of the API is also there as CSV, at an address of its own and by `Accept`."""

import csv
import io
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from services.catalogue.operations.guides import load_guides
from shared.access.store import AccessStore
from shared.contracts.catalogue import SourcePortal
from shared.contracts.records import Publisher, Spatial
from shared.db import Database
from tests.integration.catalogue.builders import (
    CRETEIL,
    NOGENT,
    SYNDICATE,
    checked,
    commune,
    covering,
    dataset,
    key,
    put,
    resource,
    verdict,
)

API = "/api/catalogue/v1"
NO_LIST = {"/suggest", "/guides/search", "/datasets/{dataset_id}/edits"}
"""What completes a word, the best few, an operator's own few corrections."""


async def told(client: httpx2.AsyncClient, address: str, **how: Any) -> list[dict[str, str]]:
    answer = await client.get(f"{API}{address}", **how)
    assert answer.headers["content-type"].startswith("text/csv"), address
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def varies(answer: httpx2.Response) -> bool:
    """Whether a cache is told that the answer depends on what is accepted."""
    return "Accept" in answer.headers.get("vary", "").split(", ")


def lists(app: FastAPI) -> set[str]:
    """Addresses whose JSON answer is a list, or a page of one."""
    shapes = app.openapi()["components"]["schemas"]
    found = set()
    for path, calls in app.openapi()["paths"].items():
        answer = calls.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = answer.get("application/json", {}).get("schema", {})
        name = schema.get("$ref", "").rpartition("/")[2]
        parts = {"items", "hits", "series"} & set(shapes.get(name, {}).get("properties", {}))
        if parts or schema.get("type") == "array" or "additionalProperties" in schema:
            found.add(path.removeprefix(API))
    return found - NO_LIST


async def test_every_list_has_an_address_as_csv(app: FastAPI) -> None:
    addresses = {path.removeprefix(API) for path in app.openapi()["paths"]}
    expected = {"/datasets", "/events", "/unattached", "/stats/series", "/obligations"}

    assert lists(app) > expected
    assert {f"{one}.csv" for one in lists(app)} <= addresses


@pytest.fixture
async def filled(client: httpx2.AsyncClient, keys: Any, database: Database) -> httpx2.AsyncClient:
    nowhere = commune("Nulle-Part", "999999999", "99999", 1)
    async with database.begin() as session:
        await AccessStore(session).save_organization(nowhere)
    copies = [
        dataset(
            name, owner, uri="https://v.fr/arbres", title="Arbres", source_id=key(name),
            portal=SourcePortal(kind="ckan", url=f"https://{name}.fr", name=name),
            resources=[resource(name, url=f"https://{name}.fr/arbres.csv")],
            spatial=covering("fr:commune:94052"),
        )
        for name, owner in (("mairie", NOGENT), ("syndicat", SYNDICATE))
    ]  # fmt: skip
    await put(
        database,
        dataset("Délibérations", CRETEIL, resources=[checked("Délibérations")]),
        dataset("perdu", nowhere, publisher=Publisher(), spatial=Spatial(name="Saint-Denis")),
        *copies,
    )
    answer = await client.post(
        f"{API}/verdicts",
        json={"verdicts": [verdict("Délibérations").model_dump(mode="json")]},
        headers=keys["syndicate"],
    )
    assert answer.status_code == 200, answer.text
    return client


async def test_by_accept_as_at_its_own_address(app: FastAPI, filled: httpx2.AsyncClient) -> None:
    given = {"{dataset_id}": str(key("Délibérations"))}
    asked = 0
    for address in sorted((lists(app) | {"/stats"}) - {"/resources/{resource_id}/rows"}):
        for name, value in given.items():
            address = address.replace(name, value)  # noqa: PLW2901
        params = {"metric": "datasets", "lang": "en"}
        as_json = await filled.get(f"{API}{address}", params=params)
        own = await filled.get(f"{API}{address}.csv", params=params)
        accepted = await filled.get(
            f"{API}{address}", params=params, headers={"Accept": "text/csv, */*;q=0.5"}
        )
        assert as_json.headers["content-type"] == "application/json", address
        assert varies(as_json)
        assert varies(accepted)
        assert own.content == accepted.content, address
        assert own.headers["content-disposition"].endswith('.csv"')
        assert not varies(own)
        asked += 1
    assert asked > 8


async def test_schemas(filled: httpx2.AsyncClient) -> None:
    (line,) = await told(filled, "/schemas.csv")

    assert (line["schema"], line["libelle"]) == ("scdl/deliberations", "Délibérations")
    assert (line["jeux"], line["ressources"], line["valid"]) == ("1", "1", "1")


async def test_duplicates_one_line_per_copy(filled: httpx2.AsyncClient) -> None:
    shown, other = await told(filled, "/duplicates.csv")

    assert shown["jeu"] == other["jeu"] == shown["id"] != other["id"]
    assert (shown["montre"], other["montre"]) == ("1", "0")
    assert {shown["portail"], other["portail"]} == {"mairie", "syndicat"}
    assert (shown["reconnu_par"], other["reconnu_par"]) == ("", "page")


@pytest.mark.parametrize(
    ("lang", "column", "says"), [("fr", "conseil", "ne désigne pas"), ("en", "advice", "not the")]
)
async def test_what_belongs_nowhere_with_what_to_do(
    filled: httpx2.AsyncClient, lang: str, column: str, says: str
) -> None:
    (line,) = await told(filled, "/unattached.csv", params={"lang": lang})
    page = await filled.get(f"{API}/unattached", headers={"Accept-Language": lang})

    assert says in line[column]
    assert page.json()["items"][0]["advice"] == line[column]


async def test_history_of_a_dataset(filled: httpx2.AsyncClient) -> None:
    (line,) = await told(filled, f"/datasets/{key('Délibérations')}/history.csv")

    assert (line["verdict"], line["schema"]) == ("valid", "scdl/deliberations")
    assert line["fichier"] == str(key("Délibérations", "a"))


async def test_guides_that_fit(filled: httpx2.AsyncClient, database: Database) -> None:
    await load_guides(database)
    every = await told(filled, "/guides.csv")
    first = await told(filled, "/guides.csv", params={"phase": 1})

    assert 0 < len(first) < len(every)
    assert {one["phase"] for one in first} == {"1"}
