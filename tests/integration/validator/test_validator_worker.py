"""Requests of the harvester through the real worker to a catalogue that remembers."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from services.validator import resources as resources_module
from services.validator.worker import run_worker
from shared.clients.catalogue import CatalogueClient
from shared.jobs.models import Backoff
from shared.jobs.worker import WorkerSettings
from shared.store import DiskStore, one_chunk
from tests.integration.validator.catalogue_fake import FakeCatalogue
from tests.integration.validator.conftest import CRETEIL, NOGENT, ended

FAST = WorkerSettings(
    lease=timedelta(seconds=10),
    poll=timedelta(milliseconds=100),
    grace=timedelta(seconds=2),
    backoff=Backoff(base=timedelta(milliseconds=50), cap=timedelta(milliseconds=200)),
)


@pytest.fixture
def catalogue() -> FakeCatalogue:
    return FakeCatalogue()


@pytest.fixture
def worker(settings, catalogue, database, monkeypatch):
    """`async with worker():` works until the block ends."""
    transport = httpx2.ASGITransport(app=catalogue.app())

    def client(url, *, key):
        return CatalogueClient(url, key=key, transport=transport)

    monkeypatch.setattr(resources_module, "CatalogueClient", client)
    keyed = settings.model_copy(update={"service_key": SecretStr("socle_service")})

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(run_worker(keyed, stop, worker_settings=FAST))
        try:
            yield
        finally:
            stop.set()
            await task

    return running


@pytest.fixture
def ask(api, keys, settings):
    """Store a content and have it validated for a resource."""

    async def asked(
        content=None, *, sha256=None, key="creteil", organization=CRETEIL, **more: object
    ):
        if content is not None:
            stored = await DiskStore(settings.store_dir).put(one_chunk(content), limit=10**7)
            sha256 = stored.sha256
        body = {
            "organization_id": str(organization.id),
            "resource_id": str(uuid4()),
            "content_sha256": sha256 or "0" * 64,
            "file_name": "fichier.csv",
            **more,
        }
        headers = {"Authorization": f"Bearer {keys[key]}"} if key else {}
        answer = await api.http.post(f"{api.url}/resource-validations", json=body, headers=headers)
        return answer, body

    return asked


async def verdict_of(catalogue, resource_id, *, seconds=40):
    async with asyncio.timeout(seconds):
        while resource_id not in catalogue.verdicts:
            catalogue.news.clear()
            await catalogue.news.wait()
    return catalogue.verdicts[resource_id]


@pytest.mark.parametrize("flaky", [False, True])
async def test_a_verdict_reaches_the_catalogue(api, ask, worker, catalogue, flaky, subventions):
    catalogue.flaky = flaky
    answer, body = await ask(subventions, declared_schema={"name": "scdl/subventions"})
    assert answer.status_code == 202
    async with worker():
        verdict = await verdict_of(catalogue, body["resource_id"])
        job = await ended(api, answer.headers["location"])
    assert verdict.verdict == "valid"
    assert verdict.organization_id == CRETEIL.id
    assert verdict.content_sha256 == body["content_sha256"]
    assert (verdict.schema_name, verdict.detected) == ("scdl/subventions", False)
    assert (verdict.rows, verdict.errors) == (1, 0)
    assert verdict.summary
    assert catalogue.keys == {"Bearer socle_service"}
    assert job["state"] == "done"
    path = job["report_url"].removeprefix("https://socle.example")
    assert path.endswith(str(verdict.report_id))
    assert (await api.http.get(path)).json()["verdict"] == "valid"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"zoz,ziz\n1,2\n", "no-schema"),
        (b"<!doctype html><html></html>", "unreadable"),
        (b"", "unreadable"),
    ],
)
async def test_every_ending_has_its_word_in_the_catalogue(
    ask, worker, catalogue, content, expected
):
    _, body = await ask(content)
    async with worker():
        verdict = await verdict_of(catalogue, body["resource_id"])
    assert verdict.verdict == expected


async def test_content_that_is_gone_ends_as_failed_and_not_pending(api, ask, worker, catalogue):
    answer, body = await ask(sha256="0" * 64)
    async with worker():
        verdict = await verdict_of(catalogue, body["resource_id"])
        job = await ended(api, answer.headers["location"])
    assert verdict.verdict == "failed"
    assert job["state"] == "dead"
    assert "conservé" in job["error"]
    report = await api.http.get(f"{api.url}/reports/{verdict.report_id}")
    assert report.json()["verdict"] == "failed"
    assert (
        "text/html"
        in (await api.http.get(f"{api.url}/reports/{verdict.report_id}?format=html")).headers[
            "content-type"
        ]
    )


@pytest.mark.parametrize(
    ("declared", "warning"),
    [
        ({"name": "ville/inconnu"}, "declared-schema-unknown"),
        ({"url": "https://ville.example/schema.json"}, "declared-schema-unknown"),
        ({"name": "scdl/subventions", "version": "99.0"}, "declared-version-unknown"),
        ({"name": "scdl/subventions", "version": "2.1.0"}, None),
        ({}, None),
    ],
)
async def test_a_wrong_declaration_is_made_good_and_said(
    api, ask, worker, catalogue, subventions, declared, warning
):
    _, body = await ask(subventions, declared_schema=declared)
    async with worker():
        verdict = await verdict_of(catalogue, body["resource_id"])
    assert verdict.schema_name == "scdl/subventions"
    assert verdict.detected == (warning == "declared-schema-unknown" or not declared)
    report = (await api.http.get(f"{api.url}/reports/{verdict.report_id}")).json()
    codes = {finding["code"] for finding in report["warnings"]}
    assert codes & {"declared-schema-unknown", "declared-version-unknown"} == (
        {warning} if warning else set()
    )


async def test_asking_twice_gives_the_same_job(api, ask, database, subventions):
    first, body = await ask(subventions)
    resource = {"resource_id": body["resource_id"]}
    second, _ = await ask(subventions, **resource)
    third, _ = await ask(subventions, **resource, declared_schema={"name": "scdl/subventions"})
    assert first.json()["id"] == second.json()["id"] != third.json()["id"]
    async with database.begin() as session:
        assert await session.scalar(text("select count(*) from validator.jobs")) == 2


async def test_asking_at_once_gives_one_job(ask, subventions):
    fixed = {"resource_id": str(uuid4())}
    answers = await asyncio.gather(*(ask(subventions, **fixed) for _ in range(8)))
    assert len({answer.json()["id"] for answer, _ in answers}) == 1


async def test_a_known_verdict_is_published_again(api, ask, worker, catalogue, subventions):
    first, body = await ask(subventions)
    async with worker():
        known = await verdict_of(catalogue, body["resource_id"])
        catalogue.verdicts.clear()
        second, _ = await ask(subventions, resource_id=body["resource_id"])
        again = await verdict_of(catalogue, body["resource_id"])
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["state"] == "done"
    assert again == known


async def test_a_failed_validation_is_tried_anew(api, ask, worker, catalogue, subventions):
    first, body = await ask(sha256=hashlib.sha256(subventions).hexdigest())
    async with worker():
        await verdict_of(catalogue, body["resource_id"])
        await ended(api, first.headers["location"])
        catalogue.verdicts.clear()
        second, _ = await ask(subventions, resource_id=body["resource_id"])
        verdict = await verdict_of(catalogue, body["resource_id"])
    assert second.json()["id"] != first.json()["id"]
    assert verdict.verdict == "valid"


async def test_a_catalogue_that_refuses_is_not_asked_for_ever(ask, worker, catalogue, database):
    catalogue.refuses = True
    await ask(b"zoz,ziz\n1,2\n")
    async with worker():
        await settled(database, "select count(*) from validator.jobs where state = 'dead'")
    assert catalogue.calls == 1


async def badge_of(api, resource_id):
    answer = await api.http.get(f"{api.url}/badge.svg", params={"resource": resource_id})
    return answer.text


async def settled(database, statement, *, seconds=30):
    async with asyncio.timeout(seconds):
        while True:
            async with database.begin() as session:
                if await session.scalar(text(statement)):
                    return
            await asyncio.sleep(0.1)


async def test_a_badge_shows_only_a_verdict_that_the_catalogue_took(
    api, ask, worker, catalogue, database, subventions
):
    _, asked = await ask(subventions, declared_schema={"name": "scdl/subventions"})
    resource = asked["resource_id"]
    async with worker():
        await verdict_of(catalogue, resource)
        await settled(database, "select count(published_at) from validator.resource_validations")
        ours = await badge_of(api, resource)
        catalogue.refuses = True
        await ask(b"zoz,ziz\n1,2\n", resource_id=resource, key="nogent", organization=NOGENT)
        await settled(database, "select count(*) from validator.jobs where state = 'dead'")

    assert "conforme" in ours or "valide" in ours
    assert await badge_of(api, resource) == ours


@pytest.mark.parametrize(
    ("key", "organization", "status"),
    [
        (None, CRETEIL, 401),
        ("reader", CRETEIL, 403),
        ("nogent", CRETEIL, 403),
        ("creteil", NOGENT, 403),
        ("syndicate", NOGENT, 202),
    ],
)
async def test_only_a_fitting_key_may_ask(ask, database, key, organization, status):
    answer, _ = await ask(key=key, organization=organization)
    assert answer.status_code == status
    async with database.begin() as session:
        count = await session.scalar(text("select count(*) from validator.jobs"))
    assert count == (1 if status == 202 else 0)


async def test_a_malformed_request_is_refused(ask):
    answer, _ = await ask(sha256="../../etc/passwd")
    assert answer.status_code == 422


@pytest.mark.parametrize("how", ["upload", "url"])
async def test_a_submission_is_checked_by_the_worker(api, web, worker, bad_subventions, how):
    if how == "upload":
        answer = await api.validate(bad_subventions, schema="scdl/subventions", wait="false")
    else:
        body = {"url": f"{web.url}/bad", "schema": f"{web.url}/schema", "wait": False}
        answer = await api.http.post(f"{api.url}/validate", json=body)
    async with worker():
        job = await ended(api, answer.headers["location"])
    assert job["state"] == "done", job
    assert job["progress"]["step"] == "checking"
    path = job["report_url"].removeprefix("https://socle.example")
    report = (await api.http.get(path)).json()
    assert report["verdict"] == "invalid"
    assert report["errors"][0]["code"] == "type-error"


async def test_a_dead_link_ends_the_job_with_its_reason(api, web, worker):
    body = {"url": f"{web.url}/nowhere", "wait": False}
    answer = await api.http.post(f"{api.url}/validate", json=body)
    async with worker():
        job = await ended(api, answer.headers["location"])
    assert job["state"] == "dead"
    assert "404" in job["error"]
    assert job["report_url"] is None


async def test_the_work_of_telling_the_catalogue_is_nobodys_business(api, ask, worker, database):
    await ask(b"zoz,ziz\n1,2\n")
    statement = text("select id from validator.jobs where kind = 'publish-verdict'")
    async with worker(), asyncio.timeout(30):
        while True:
            async with database.begin() as session:
                if job_id := await session.scalar(statement):
                    break
            await asyncio.sleep(0.1)
    assert (await api.http.get(f"{api.url}/jobs/{job_id}")).status_code == 404
