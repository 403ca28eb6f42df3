"""Scores, events, feed and badges as their readers get them."""

import csv
import io
import json
from datetime import timedelta
from importlib.resources import files
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx2
import pytest

from services.catalogue.models.event import EventKind
from services.catalogue.models.wording import wording
from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.store_datasets import store_datasets
from services.catalogue.quality.criteria import CRITERIA, MAXIMUM, Action, Score
from services.catalogue.storage.quality_groups import QualityGroupStore
from shared.contracts.catalogue import DatasetBatch, VerdictBatch
from shared.db import Database
from tests.integration.catalogue.builders import (
    CRETEIL,
    EVERYONE,
    LIMEIL,
    NOW,
    checked,
    dataset,
    key,
    resource,
    schema,
    verdict,
)

API = "/api/catalogue/v1"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
async def filled(database: Database) -> Database:
    await store_datasets(
        database,
        DatasetBatch(
            datasets=[
                dataset(
                    "Délibérations <&>",
                    id=key("a"),
                    resources=[checked("a", schema_ref=schema("scdl/deliberations"))],
                ),
                dataset("b", keywords=["mot"], frequency="annual"),
                dataset("c", LIMEIL, license=None, resources=[resource("c", format="pdf")]),
            ]
        ),
        EVERYONE,
    )
    told = verdict("a", verdict="invalid", rows=10, rows_with_errors=4)
    await record_verdicts(database, VerdictBatch(verdicts=[told]), EVERYONE)
    return database


def test_both_languages_say_the_same_things() -> None:
    french, english = wording("fr"), wording("en")
    assert french.keys() == english.keys()
    wanted = {
        *(f"score.{score.value}" for score in Score),
        *(f"criterion.{criterion.code}" for criterion in CRITERIA),
        *(f"action.{action.value}" for action in Action),
        *(f"action.{action.value}.how" for action in Action),
        *(f"event.{kind.value}" for kind in EventKind),
    }
    assert wanted <= french.keys()
    for language in ("fr", "en"):
        folder = files("services.catalogue") / "data" / "words" / language
        keys = [
            key
            for file in folder.iterdir()
            for key, _ in json.loads(file.read_text("utf-8"), object_pairs_hook=list)
        ]
        assert len(keys) == len(set(keys))


async def test_a_dataset_says_what_is_missing_and_what_to_do_first(
    filled: Database, client: httpx2.AsyncClient
) -> None:
    found = (await client.get(f"{API}/datasets/{key('a')}/quality")).json()

    scores = {one["score"]: one for one in found["scores"]}
    assert scores["conformity"]["points"] == 30 + 0 + 12
    assert scores["mqa"]["maximum"] == MAXIMUM[Score.MQA]
    assert scores["mqa"]["band_label"] in {"Bonne", "Suffisante"}
    unmet = [one for one in scores["datagouv"]["criteria"] if not one["met"]]
    assert len(unmet) == scores["datagouv"]["maximum"] - scores["datagouv"]["points"]
    first = found["advice"][0]
    assert first["title"] == "Annoncer la fréquence de mise à jour"
    assert first["gains"] == {"freshness": 100, "datagouv": 2}
    effects = [one["effect"] for one in found["advice"]]
    assert effects == sorted(effects, reverse=True)
    correct = next(one for one in found["advice"] if one["action"] == "correct-files")
    assert correct["gains"] == {"conformity": 58}
    assert [day["mqa"] for day in found["history"]] == [scores["mqa"]["points"]]

    english = await client.get(f"{API}/datasets/{key('a')}/quality?lang=en")
    assert english.json()["advice"][0]["title"] == "Announce how often it is updated"
    assert (await client.get(f"{API}/datasets/{key('zz')}/quality")).status_code == 404


@pytest.mark.parametrize(
    ("path", "datasets"),
    [
        ("organizations/219400280", 2),
        ("organizations/94044", 1),
        ("territories/94", 3),
        ("schemas/scdl/deliberations", 1),
        ("schemas/scdl/inconnu", 0),
        ("territories/33", 0),
    ],
)
async def test_groups_have_means_advice_and_days(
    filled: Database, client: httpx2.AsyncClient, path: str, datasets: int
) -> None:
    async with filled.begin() as session:
        await QualityGroupStore(session).keep_day(NOW.date())

    found = (await client.get(f"{API}/{path}/quality")).json()

    assert found["datasets"] == datasets
    assert [day["datasets"] for day in found["history"]] == ([datasets] if datasets else [])
    for score in found["scores"]:
        missing = sum(
            (one["maximum"] - one["points"]) * one["applies_to"]
            for one in score["criteria"]
            if one["points"] is not None
            and next(c for c in CRITERIA if c.code == one["code"]).action
        )
        gained = sum(one["gains"].get(score["score"], 0) for one in found["advice"])
        assert gained == pytest.approx(missing, abs=0.1)
    before = {"from": str(NOW.date() + timedelta(days=1))}
    assert (await client.get(f"{API}/{path}/quality", params=before)).json()["history"] == []


async def test_an_unknown_organisation_or_territory_is_not_found(
    filled: Database, client: httpx2.AsyncClient
) -> None:
    for path in ("organizations/personne/quality", "territories/99999/quality",
                 "events?organization=personne", "feed.atom?territory=zz"):  # fmt: skip
        assert (await client.get(f"{API}/{path}")).status_code == 404


async def test_all_events_come_as_csv(
    filled: Database, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.catalogue.api.events._READ_AT_ONCE", 2)
    listed = (await client.get(f"{API}/events?territory=94028&page_size=100")).json()["items"]
    table = (await client.get(f"{API}/events.csv?territory=94028")).text
    lines = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))

    assert len(lines) > 2
    assert [(line["titre"], line["jeu"], line["apres"]) for line in lines] == [
        (one["title"], one["dataset"]["name"], one["after"] or "") for one in listed
    ]


async def test_events_are_paged_and_filtered(filled: Database, client: httpx2.AsyncClient) -> None:
    whole = (await client.get(f"{API}/events", params={"page_size": 100})).json()["items"]
    walked, cursor = [], None
    while True:
        params = {"page_size": 2, **({"cursor": cursor} if cursor else {})}
        page = (await client.get(f"{API}/events", params=params)).json()
        walked += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert walked == whole
    assert [one["kind"] for one in whole].count("dataset-new") == 3
    (change,) = [one for one in whole if one["kind"] == "verdict-changed"]
    assert change["title"] == "Délibérations <&>, a.csv\u00a0: non conforme"
    assert (change["before"], change["after"]) == (None, "invalid")
    of_limeil = await client.get(f"{API}/events", params={"territory": "94044"})
    assert [one["organization"]["name"] for one in of_limeil.json()["items"]] == [LIMEIL.name]


async def test_the_feed_is_valid_atom_and_spares_readers_that_have_it(
    filled: Database, client: httpx2.AsyncClient
) -> None:
    address = f"{API}/feed.atom?organization={CRETEIL.siren}"
    answer = await client.get(address)

    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.text.encode())
    assert feed.tag == f"{ATOM}feed"
    for holder in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated", "author"):
            assert len(holder.findall(f"{ATOM}{name}")) == 1
    assert feed.findtext(f"{ATOM}title") == f"Ce qui change – {CRETEIL.name}"
    assert feed.find(f"{ATOM}link[@rel='self']").attrib["href"].endswith(address)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids) == 3
    assert all(UUID(one.removeprefix("urn:uuid:")) for one in ids)
    listed = (await client.get(f"{API}/events?organization={CRETEIL.siren}")).json()["items"]
    assert ids == [f"urn:uuid:{one['id']}" for one in listed]

    tag = {"If-None-Match": answer.headers["etag"]}
    assert (await client.get(address, headers=tag)).status_code == 304
    since = {"If-Modified-Since": answer.headers["last-modified"]}
    again = await client.get(address, headers=since)
    assert (again.status_code, again.content) == (304, b"")
    old = {"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}
    assert (await client.get(address, headers=old)).status_code == 200
    await store_datasets(filled, DatasetBatch(datasets=[dataset("d")]), EVERYONE)
    assert (await client.get(address, headers=tag)).status_code == 200


async def test_a_search_has_a_feed_of_its_own(filled: Database, client: httpx2.AsyncClient) -> None:
    async def titles(query: str) -> list[str | None]:
        feed = ET.fromstring((await client.get(f"{API}/feed.atom?{query}")).text.encode())
        return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]

    assert await titles("q=deliberation") == [
        "Délibérations <&>, a.csv\u00a0: non conforme",
        "Nouveau jeu\u00a0: Délibérations <&>",
    ]
    assert await titles("format=pdf") == ["Nouveau jeu\u00a0: c"]
    assert len(await titles("organization=94028&organization=94044")) == 4
    assert await titles("q=introuvable") == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("datasets/{a}/badge.svg?kind=conformity", "conformité : 42\u00a0%"),
        ("datasets/{a}/badge.svg?kind=conformity&lang=en", "conformity : 42%"),
        ("datasets/{a}/badge.svg?kind=verdict", "données : valides\u00a0: 0 sur 1"),
        ("datasets/{b}/badge.svg?kind=verdict", "données : non évalué"),
        ("organizations/94028/badge.svg?kind=conformity", "conformité : 42\u00a0%"),
        ("schemas/scdl/deliberations/badge.svg?kind=conformity", "conformité : 42\u00a0%"),
        ("territories/33/badge.svg", "qualité : aucun jeu"),
    ],
)
async def test_badges_say_their_value_to_everyone(
    filled: Database, client: httpx2.AsyncClient, path: str, words: str
) -> None:
    address = f"{API}/" + path.format(a=key("a"), b=key("b"))
    answer = await client.get(address)

    image = ET.fromstring(answer.text)
    assert image.findtext("{http://www.w3.org/2000/svg}title") == words
    assert image.attrib["aria-label"] == words
    tag = {"If-None-Match": answer.headers["etag"]}
    assert (await client.get(address, headers=tag)).status_code == 304
