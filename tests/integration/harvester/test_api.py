"""The harvester's API: sources, previews, runs, jobs; who may write what."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import func, select

from services.harvester.storage.sources import SourceStore
from services.harvester.storage.tables import jobs, runs, sources
from shared.jobs.store import JobStore
from tests.integration.harvester.conftest import CRETEIL
from tests.support.portals.base import served
from tests.support.portals.dcat import DcatPortal
from tests.support.portals.udata import UdataPortal

API = "/api/harvester/v1"


@pytest.fixture
async def portal() -> AsyncIterator[UdataPortal]:
    async with served(UdataPortal()) as started:
        assert isinstance(started, UdataPortal)
        for number in range(3):
            started.add_resource(started.add_dataset(f"Jeu {number}"), f"f{number}.csv", "a;b\n1;2")
        yield started


def body(portal: UdataPortal, **values: Any) -> dict[str, Any]:
    return {"organization_id": str(CRETEIL.id), "url": portal.root, **values}


async def added(
    client: httpx2.AsyncClient, keys: dict[str, dict[str, str]], portal: UdataPortal
) -> dict[str, Any]:
    answer = await client.post(
        f"{API}/sources", json=body(portal, kind="udata"), headers=keys["creteil"]
    )
    assert answer.status_code == 201, answer.text
    source: dict[str, Any] = answer.json()
    return source


async def test_a_source_is_added_its_kind_found_and_shown(client, keys, portal) -> None:
    answer = await client.post(f"{API}/sources", json=body(portal), headers=keys["creteil"])

    assert answer.status_code == 201
    source = answer.json()
    assert source["kind"] == "udata"
    assert source["enabled"]
    assert source["next_run_at"] is not None
    shown = await client.get(answer.headers["Location"])
    assert shown.json() == source
    assert (await client.get(f"{API}/sources")).json()["items"] == [source]


async def test_the_same_source_twice_is_a_conflict_that_names_the_first(
    client, keys, portal
) -> None:
    source = await added(client, keys, portal)

    again = await client.post(f"{API}/sources", json=body(portal), headers=keys["creteil"])

    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"
    assert again.json()["source_id"] == source["id"]


async def test_a_change_that_makes_two_sources_the_same_names_the_other(
    client, keys, portal
) -> None:
    first = await added(client, keys, portal)
    other = body(portal, kind="udata", config={"organization": "219400280"})
    second = (await client.post(f"{API}/sources", json=other, headers=keys["creteil"])).json()

    refused = await client.patch(
        f"{API}/sources/{second['id']}", json={"config": {}}, headers=keys["creteil"]
    )

    assert (refused.status_code, refused.json()["source_id"]) == (409, first["id"])
    assert first["id"] in refused.json()["detail"]
    assert (await client.get(f"{API}/sources/{second['id']}")).json() == second


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schedule": "toutes les nuits"}, "invalid-input"),
        ({"kind": "wordpress"}, "unknown-portal-kind"),
        ({"url": "ftp://ville.fr/"}, "invalid-input"),
        ({"url": "https://moi:secret@ville.fr/"}, "invalid-input"),
        ({"inconnu": 1}, "invalid-request"),
        ({"config": {"organisation": "21940028000018"}}, "invalid-input"),
        ({"kind": "listing", "config": {"organization": "219400280"}}, "invalid-input"),
        ({"url": "http://127.0.0.1:9/", "kind": None}, "portal-unreachable"),
        ({"url": "http://10.0.0.1/", "kind": None}, "portal-refused"),
    ],
)
async def test_a_source_that_makes_no_sense_is_refused_with_its_code(
    world, client, keys, portal, changes, code
) -> None:
    answer = await client.post(
        f"{API}/sources", json=body(portal, **changes), headers=keys["creteil"]
    )

    assert answer.json()["code"] == code
    assert answer.status_code in {422, 502}
    async with world.database.begin() as session:
        assert await session.scalar(select(func.count()).select_from(sources)) == 0


async def test_an_organisation_that_does_not_exist_is_refused(client, keys, portal) -> None:
    answer = await client.post(
        f"{API}/sources",
        json=body(portal, kind="udata", organization_id=str(uuid4())),
        headers=keys["syndicate"],
    )

    assert answer.status_code == 422


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("validator", 403), ("perigny", 403)])
async def test_a_write_without_a_fitting_key_changes_nothing(
    world, client, keys, portal, who, status
) -> None:
    source = await added(client, keys, portal)
    async with world.database.begin() as session:
        job = await JobStore(session, jobs).enqueue(
            kind="run-source", payload={}, organization_id=CRETEIL.id
        )
    url = f"{API}/sources/{source['id']}"

    answers = [
        await client.post(f"{API}/sources", json=body(portal, name="x"), headers=keys[who]),
        await client.patch(url, json={"name": "volé"}, headers=keys[who]),
        await client.post(f"{url}/runs", headers=keys[who]),
        await client.delete(url, headers=keys[who]),
        await client.post(f"{API}/jobs/{job}/relaunch", headers=keys[who]),
    ]

    assert [answer.status_code for answer in answers] == [status] * 5
    assert all(a.headers["content-type"] == "application/problem+json" for a in answers)
    assert (await client.get(url)).json() == source
    async with world.database.begin() as session:
        assert await session.scalar(select(func.count()).select_from(sources)) == 1
        assert await session.scalar(select(func.count()).select_from(runs)) == 0


async def test_a_preview_and_the_jobs_need_a_key(client, keys, portal) -> None:
    preview = {"url": portal.root}

    assert (await client.post(f"{API}/sources/preview", json=preview)).status_code == 401
    assert (await client.get(f"{API}/jobs")).status_code == 401


async def test_only_what_is_given_is_changed(client, keys, portal) -> None:
    source = await added(client, keys, portal)

    answer = await client.patch(
        f"{API}/sources/{source['id']}",
        json={"name": "Nouveau nom", "enabled": False, "schedule": None},
        headers=keys["creteil"],
    )

    changed = answer.json()
    assert (changed["name"], changed["enabled"]) == ("Nouveau nom", False)
    assert (changed["schedule"], changed["next_run_at"]) == (None, None)
    assert changed["url"] == source["url"]


async def test_an_option_that_the_kind_does_not_know_is_refused_in_a_change_and_a_preview(
    client, keys, portal
) -> None:
    source = await added(client, keys, portal)
    url, headers = f"{API}/sources/{source['id']}", keys["creteil"]

    changed = await client.patch(url, json={"config": {"publisher": "Ville"}}, headers=headers)
    seen = await client.post(
        f"{API}/sources/preview", json={"url": portal.root, "config": {"x": 1}}, headers=headers
    )

    assert [answer.status_code for answer in (changed, seen)] == [422, 422]
    assert "« publisher »" in changed.json()["detail"]
    assert "il connaît : organization" in changed.json()["detail"]
    assert (await client.get(url)).json() == source


@pytest.mark.parametrize("schedule", ["", "0 25 * * *"])
async def test_a_schedule_that_is_none_is_refused_in_a_change_too(
    client, keys, portal, schedule
) -> None:
    source = await added(client, keys, portal)
    url = f"{API}/sources/{source['id']}"

    changed = await client.patch(url, json={"schedule": schedule}, headers=keys["creteil"])

    assert changed.status_code == 422
    assert "cinq champs attendus" in changed.json()["detail"]
    assert (await client.get(url)).json() == source


async def test_a_removed_source_is_hidden_and_nothing_is_lost(world, client, keys, portal) -> None:
    source = await added(client, keys, portal)
    url = f"{API}/sources/{source['id']}"

    removed = await client.delete(url, headers=keys["creteil"])

    assert removed.status_code == 204
    assert (await client.get(url)).status_code == 404
    assert (await client.get(f"{API}/sources")).json()["items"] == []
    async with world.database.begin() as session:
        kept = await SourceStore(session).get(source["id"], removed=True)
    assert kept.url == portal.root
    assert (await added(client, keys, portal))["id"] != source["id"]


async def test_a_run_is_begun_followed_and_accounted_for(world, client, keys, portal) -> None:
    source = await added(client, keys, portal)
    portal.datasets[0]["title"] = ""

    begun = await client.post(f"{API}/sources/{source['id']}/runs", headers=keys["creteil"])
    again = await client.post(f"{API}/sources/{source['id']}/runs", headers=keys["creteil"])
    async with world.working():
        await world.ended(UUID(begun.json()["id"]))

    assert begun.status_code == again.status_code == 202
    assert begun.headers["Location"] == again.headers["Location"]
    run = (await client.get(begun.headers["Location"])).json()
    assert run["state"] == "done"
    assert run["created_at"] <= run["started_at"] <= run["finished_at"]
    assert run["counts"] == {
        "found": 3, "new": 2, "changed": 0, "unchanged": 0,
        "failed": 0, "skipped": 1, "missing": 0, "pending": 0, "deferred": 0,
    }  # fmt: skip
    items = f"{begun.headers['Location']}/items"
    [skipped] = (await client.get(items, params={"state": "skipped"})).json()["items"]
    assert "titre" in skipped["reason"]
    first = (await client.get(items, params={"page_size": 2})).json()
    rest = (await client.get(items, params={"cursor": first["next_cursor"]})).json()
    assert len({item["key"] for item in first["items"] + rest["items"]}) == 3
    assert rest["next_cursor"] is None
    history = (await client.get(f"{API}/sources/{source['id']}/runs")).json()["items"]
    assert [each["id"] for each in history] == [run["id"]]
    shown = (await client.get(f"{API}/sources/{source['id']}")).json()
    assert shown["last_run"] == run


async def test_lists_are_paged_by_cursor(world, client, keys, portal) -> None:
    for number in range(5):
        await world.add_source(f"{portal.root}/{number}")

    first = (await client.get(f"{API}/sources", params={"page_size": 3})).json()
    rest = (
        await client.get(f"{API}/sources", params={"page_size": 3, "cursor": first["next_cursor"]})
    ).json()

    assert [len(first["items"]), len(rest["items"])] == [3, 2]
    assert len({item["url"] for item in first["items"] + rest["items"]}) == 5
    wrong = await client.get(f"{API}/sources", params={"cursor": "n'importe quoi"})
    assert wrong.status_code == 422


async def test_a_preview_shows_what_would_come_and_writes_nothing(world, client, keys) -> None:
    world.validator.down = True
    async with served(DcatPortal()) as portal:
        assert isinstance(portal, DcatPortal)
        for number in range(3):
            portal.add_file(portal.add_dataset(str(number), f"Jeu {number}"), f"{number}.csv", "a")

        answer = await client.post(
            f"{API}/sources/preview", json={"url": portal.url}, headers=keys["creteil"]
        )

    found = answer.json()
    assert (found["kind"], found["datasets"], found["resources"]) == ("dcat", 3, 3)
    assert [record["title"] for record in found["sample"]] == ["Jeu 0", "Jeu 1", "Jeu 2"]
    async with world.database.begin() as session:
        assert await session.scalar(select(func.count()).select_from(sources)) == 0


async def test_a_dead_job_is_shown_to_its_owner_and_relaunched(world, client, keys, portal) -> None:
    portal.lying.add("html")
    source = await world.add_source(portal.root)
    await world.harvest(source)

    own = await client.get(f"{API}/jobs", params={"state": "dead"}, headers=keys["creteil"])
    other = await client.get(f"{API}/jobs", params={"state": "dead"}, headers=keys["perigny"])
    [dead] = own.json()["items"]
    relaunched = await client.post(f"{API}/jobs/{dead['id']}/relaunch", headers=keys["creteil"])

    assert other.json()["items"] == []
    assert "page web" in dead["error"]
    assert relaunched.status_code == 202
    assert relaunched.json()["state"] == "queued"


async def test_the_service_is_ready_and_documented(client) -> None:
    assert (await client.get("/ready")).status_code == 200
    paths = (await client.get("/api/harvester/openapi.json")).json()["paths"]
    assert f"{API}/sources/preview" in paths
