"""The catalogue's API, over its application and a real PostgreSQL."""

import csv
import io
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel

from services.catalogue.api.schemas import StatisticsView
from services.catalogue.api.series import SeriesView
from shared.clients.catalogue import CatalogueClient
from shared.contracts.catalogue import BatchResult, DatasetBatch, VerdictBatch
from tests.integration.catalogue.builders import (
    CRETEIL,
    LIMEIL,
    checked,
    dataset,
    key,
    resource,
    verdict,
)

API = "/api/catalogue/v1"
Keys = dict[str, dict[str, str]]


def body(*messages: Any) -> dict[str, Any]:
    return DatasetBatch(datasets=list(messages)).model_dump(mode="json")


def rows(answer: httpx2.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
async def filled(client: httpx2.AsyncClient, keys: Keys) -> httpx2.AsyncClient:
    messages = [
        dataset("Délibérations", CRETEIL, resources=[checked("Délibérations")]),
        dataset("Budget", CRETEIL, resources=[resource("Budget", availability="unavailable")]),
        *(dataset(f"Marché {n:02}", LIMEIL) for n in range(25)),
    ]
    sent = await client.post(
        f"{API}/datasets/batch", json=body(*messages), headers=keys["syndicate"]
    )
    assert sent.status_code == 200, sent.text
    batch = VerdictBatch(verdicts=[verdict("Délibérations")]).model_dump(mode="json")
    told = await client.post(f"{API}/verdicts", json=batch, headers=keys["creteil"])
    assert (told.status_code, told.json()) == (200, {"recorded": 1})
    return client


@pytest.mark.parametrize(
    ("who", "owner", "status", "code"),
    [
        (None, CRETEIL, 401, "unauthorized"),
        ("harvester", CRETEIL, 403, "forbidden"),
        ("creteil", LIMEIL, 403, "forbidden"),
    ],
)
async def test_a_write_without_a_fitting_key_is_refused_and_changes_nothing(
    client: httpx2.AsyncClient, keys: Keys, who: str | None, owner: Any, status: int, code: str
) -> None:
    headers = keys[who] if who else {}

    answer = await client.post(
        f"{API}/datasets/batch", json=body(dataset("a", owner)), headers=headers
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get(f"{API}/stats")).json()["datasets"] == 0


async def test_the_typed_client_speaks_with_the_service(
    client: httpx2.AsyncClient, keys: Keys
) -> None:
    secret = keys["creteil"]["Authorization"].removeprefix("Bearer ")
    transport = client._transport
    async with CatalogueClient("http://catalogue", key=secret, transport=transport) as catalogue:
        batch = DatasetBatch(datasets=[dataset("a", resources=[checked("a")])])
        assert await catalogue.upsert_datasets(batch) == BatchResult(created=1)
        await catalogue.report_verdicts(VerdictBatch(verdicts=[verdict("a")]))

    found = (await client.get(f"{API}/datasets/{key('a')}")).json()
    assert found["resources"][0]["verdict"] == "valid"


async def test_texts_that_postgresql_refuses_are_stored_without_what_it_refuses(
    client: httpx2.AsyncClient, keys: Keys
) -> None:
    told = dataset("a", title="a\x00b", keywords=["\x00"], description="x" * 3_000_000)

    sent = await client.post(f"{API}/datasets/batch", json=body(told), headers=keys["syndicate"])

    assert (sent.status_code, sent.json()["created"]) == (200, 1)
    assert (await client.get(f"{API}/datasets/{told.id}")).json()["title"] == "ab"


async def test_a_batch_that_is_too_large_or_malformed_is_refused(
    client: httpx2.AsyncClient, keys: Keys
) -> None:
    many = {"datasets": [body(dataset("a"))["datasets"][0]] * 501}
    for wrong in (many, {"datasets": [{"id": 1}]}, {"nothing": []}):
        answer = await client.post(f"{API}/datasets/batch", json=wrong, headers=keys["syndicate"])
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")


@pytest.mark.parametrize(("lang", "word"), [("fr", "ou"), ("en", "or")])
async def test_possible_values_are_named_in_the_reader_s_language(
    client: httpx2.AsyncClient, lang: str, word: str
) -> None:
    answer = await client.get(f"{API}/datasets", params={"sort": "size", "lang": lang})

    assert f"'title' {word} 'quality'" in answer.json()["detail"]


async def test_a_search_answers_with_hits_total_and_facets(filled: httpx2.AsyncClient) -> None:
    answer = (await filled.get(f"{API}/datasets", params={"q": "deliberation creteil"})).json()

    assert (answer["total"], answer["relaxed"], answer["next_cursor"]) == (1, False, None)
    (hit,) = answer["hits"]
    assert hit["title"] == "Délibérations"
    assert hit["organization"] == {"id": str(CRETEIL.id), "name": "Créteil"}
    assert hit["territory"] == {"id": "94028", "name": "Créteil"}
    assert hit["verdicts"] == {"valid": 1}
    assert hit["url"] == f"https://donnees.exemple.fr/jeux/{hit['id']}"
    assert set(answer["facets"]) == {
        "schema",
        "organization",
        "territory",
        "format",
        "license",
        "verdict",
        "quality",
    }


async def test_cursors_lead_through_the_whole_list(filled: httpx2.AsyncClient) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"page_size": 7, "sort": "title", **({"cursor": cursor} if cursor else {})}
        page = (await filled.get(f"{API}/datasets", params=params)).json()
        seen += [hit["title"] for hit in page["hits"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(seen) == 27
    assert seen == sorted(seen, key=lambda title: title.replace("é", "e"))


@pytest.mark.parametrize(
    "params",
    [
        {"cursor": "not-a-cursor"},
        {"cursor": "WzFd"},
        {"cursor": "WyJ0aXRsZSIsIngiLGZhbHNlLCJhIiwiYiJd"},
        {"sort": "unknown"},
        {"page_size": 0},
        {"page_size": 101},
        {"q": "x" * 501},
    ],
)
async def test_parameters_that_mean_nothing_are_refused(
    filled: httpx2.AsyncClient, params: dict[str, Any]
) -> None:
    answer = await filled.get(f"{API}/datasets", params=params)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_cursor_of_another_order_is_refused(filled: httpx2.AsyncClient) -> None:
    page = (await filled.get(f"{API}/datasets", params={"page_size": 2})).json()

    answer = await filled.get(
        f"{API}/datasets", params={"cursor": page["next_cursor"], "sort": "title"}
    )

    assert answer.status_code == 422


@pytest.mark.parametrize("how", ["suffix", "accept"])
async def test_the_whole_list_of_a_search_comes_as_csv(
    filled: httpx2.AsyncClient, how: str
) -> None:
    params = {"organization": LIMEIL.siren}
    if how == "suffix":
        answer = await filled.get(f"{API}/datasets.csv", params=params)
    else:
        answer = await filled.get(f"{API}/datasets", params=params, headers={"Accept": "text/csv"})

    table = rows(answer)
    assert len(table) == 25
    assert {row["organisation"] for row in table} == {"Limeil-Brévannes"}


async def test_columns_are_named_in_english_for_whom_asks_in_the_address(
    filled: httpx2.AsyncClient,
) -> None:
    asks = {"Accept-Language": "en"}  # a browser's own language renames nothing
    for address, french, english in (
        ("datasets.csv?", "organisation", "organization"),
        ("organizations.csv?", "jeux", "datasets"),
        ("stats.csv?", "repartition", "breakdown"),
        ("stats/series.csv?metric=datasets&", "valeur", "value"),
    ):
        usual = columns(await filled.get(f"{API}/{address}", headers=asks))
        asked = columns(await filled.get(f"{API}/{address}lang=en"))
        assert french in usual
        assert english in asked
        assert french not in asked
    assert columns(await filled.get(f"{API}/obligations.csv?lang=en"))[-1] == "next_step"


@pytest.mark.parametrize(("lang", "name"), [("fr", "Délibérations"), ("en", "Council decisions")])
async def test_schemas_are_named_in_the_readers_language(
    filled: httpx2.AsyncClient, lang: str, name: str
) -> None:
    async def asked(address: str) -> Any:
        answer = await filled.get(f"{API}/{address}", headers={"Accept-Language": lang})
        return answer.json()

    facets = (await asked("datasets"))["facets"]["schema"]
    counted = (await asked("stats"))["by_schema"]
    followed = (await asked("schemas"))["items"]
    feed = await filled.get(f"{API}/feed.atom?schema=scdl/deliberations&lang={lang}")
    in_file = await filled.get(f"{API}/stats.csv?lang={lang}")

    for lines, key_name in ((facets, "value"), (counted, "key"), (followed, "key")):
        assert {line[key_name]: line["label"] for line in lines}["scdl/deliberations"] == name
    assert name in feed.text[: feed.text.index("<updated>")]
    assert f"schema,scdl/deliberations,{name}," in in_file.text


def columns(answer: httpx2.Response) -> list[str]:
    return answer.text.removeprefix("\ufeff").splitlines()[0].split(",")


async def test_filters_narrow_and_several_values_widen(filled: httpx2.AsyncClient) -> None:
    async def total(params: Any) -> int:
        return int((await filled.get(f"{API}/datasets", params=params)).json()["total"])

    assert await total({"verdict": "valid"}) == 1
    assert await total([("verdict", "valid"), ("verdict", "unavailable")]) == 2
    assert await total({"verdict": "valid", "territory": "94044"}) == 0
    assert await total({"territory": "94"}) == 27
    assert await total({"schema": "scdl/deliberations"}) == 1
    assert await total({"format": ""}) == 27


async def test_a_dataset_and_its_history_can_be_read(filled: httpx2.AsyncClient) -> None:
    id_ = key("Délibérations")

    found = (await filled.get(f"{API}/datasets/{id_}")).json()
    history = (await filled.get(f"{API}/datasets/{id_}/history")).json()["items"]

    assert found["territory"]["code"] == "94028"
    assert found["resources"][0]["last_verdict"]["summary"].startswith("Le fichier")
    assert [line["verdict"] for line in history] == ["valid"]
    for path in (f"datasets/{key('none')}", f"datasets/{key('none')}/history", "territories/none"):
        answer = await filled.get(f"{API}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_statistics_are_the_same_as_json_and_as_csv(filled: httpx2.AsyncClient) -> None:
    found = (await filled.get(f"{API}/stats")).json()
    table = rows(await filled.get(f"{API}/stats.csv"))

    assert (found["datasets"], found["resources"]) == (27, 27)
    assert sum(found["by_verdict"].values()) == 27
    (total,) = [row for row in table if row["repartition"] == "total"]
    assert (total["jeux"], total["valid"]) == ("27", str(found["by_verdict"]["valid"]))
    assert sum(int(row["jeux"]) for row in table if row["repartition"] == "organisation") == 27


@pytest.mark.parametrize(
    ("address", "view"),
    [("stats", StatisticsView), ("stats/series?metric=resources&by=verdict", SeriesView)],
)
async def test_what_is_written_without_its_view_is_what_the_view_says(
    filled: httpx2.AsyncClient, address: str, view: type[BaseModel]
) -> None:
    answer = await filled.get(f"{API}/{address}")

    assert view.model_validate(answer.json()).model_dump(mode="json") == answer.json()
    assert answer.headers["content-type"] == "application/json"


async def test_statistics_of_a_territory_or_member_are_a_part(filled: httpx2.AsyncClient) -> None:
    town = (await filled.get(f"{API}/stats", params={"territory": "94028"})).json()
    member = (await filled.get(f"{API}/stats", params={"organization": str(CRETEIL.id)})).json()

    assert (town["datasets"], member["datasets"]) == (2, 2)
    assert (await filled.get(f"{API}/stats", params={"territory": "nope"})).status_code == 404


async def test_members_territories_schemas_and_suggestions(filled: httpx2.AsyncClient) -> None:
    members = {
        one["name"]: one for one in (await filled.get(f"{API}/organizations")).json()["items"]
    }
    place = (await filled.get(f"{API}/territories/200058006")).json()
    schemas = (await filled.get(f"{API}/schemas")).json()["items"]
    suggested = (await filled.get(f"{API}/suggest", params={"q": "cré"})).json()["items"]

    assert members["Créteil"]["datasets"] == 2
    assert members["Créteil"]["roles"] == ["animator"]
    assert members["INFOCOM’94"]["datasets"] == 0
    assert place["datasets"] == 27
    assert {m["name"] for m in place["members"]} == {
        "Boissy-Saint-Léger",
        "Créteil",
        "Limeil-Brévannes",
    }
    assert [(s["key"], s["label"]) for s in schemas] == [("scdl/deliberations", "Délibérations")]
    assert {(s["kind"], s["label"]) for s in suggested} >= {
        ("organization", "Créteil"),
        ("territory", "Créteil"),
        ("dataset", "Délibérations"),
    }
    assert len(rows(await filled.get(f"{API}/organizations.csv"))) == 5


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("nogent sur m", "Nogent-sur-Marne"),
        ("9405", "Nogent-sur-Marne"),
        ("94130", "Nogent-sur-Marne"),
        ("%", None),
        ("", None),
    ],
)
async def test_territories_are_suggested_by_name_code_and_postal_code(
    filled: httpx2.AsyncClient, typed: str, name: str | None
) -> None:
    found = (await filled.get(f"{API}/suggest", params={"q": typed})).json()["items"]

    labels = [one["label"] for one in found if one["kind"] == "territory"]
    assert name in labels if name else not labels


@pytest.mark.parametrize(
    ("typed", "kinds"), [("delib", {"schema"}), ("crétiel", {"organization", "territory"})]
)
async def test_a_typing_error_is_forgiven_when_no_name_begins_so(
    filled: httpx2.AsyncClient, typed: str, kinds: set[str]
) -> None:
    found = (await filled.get(f"{API}/suggest", params={"q": typed})).json()["items"]

    # Délincourt is one letter away from a word that names a schema.
    assert {one["kind"] for one in found if one["kind"] != "dataset"} == kinds


async def test_an_unknown_address_of_the_api_is_a_problem_document(
    client: httpx2.AsyncClient,
) -> None:
    answer = await client.get("/api/catalogue/v1/nothing")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_the_service_says_that_it_is_ready(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/ready")).json()["checks"] == {
        "database": "ok",
        "search": "ok",
    }
    assert (await client.get("/metrics")).status_code == 200
    assert (
        "/api/catalogue/v1/datasets"
        in (await client.get("/api/catalogue/openapi.json")).json()["paths"]
    )


async def test_a_known_address_with_a_wrong_method_says_which_it_takes(
    client: httpx2.AsyncClient,
) -> None:
    answer = await client.delete(f"{API}/datasets")

    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "GET"


async def test_a_page_of_another_site_may_read(filled: httpx2.AsyncClient) -> None:
    for address, status in (("stats", 200), ("datasets.csv", 200), ("territories/99999", 404)):
        answer = await filled.get(f"{API}/{address}", headers={"Origin": "https://ville.example"})

        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
