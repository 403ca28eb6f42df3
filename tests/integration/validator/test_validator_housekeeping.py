import asyncio
import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from services.harvester.adapters.downloads import Downloader
from services.validator.main import create_app
from services.validator.operations.keep_house import drop_uploads, keep_house
from services.validator.storage.resource_validations import ResourceValidationStore
from services.validator.storage.tables import jobs
from shared.contracts.validation import ResourceValidationRequest
from shared.fetch import AllowedHosts, Fetcher
from shared.jobs.store import JobStore
from shared.store import DiskStore
from tests.integration.validator.conftest import Api
from tests.integration.validator.web import GOOD, FilesOfTheWeb


async def test_old_jobs_and_leftovers_go_and_the_rest_stays(database, tmp_path):
    store = DiskStore(tmp_path)
    leftover = tmp_path / "tmp" / "left"
    leftover.parent.mkdir()
    leftover.write_bytes(b"x")
    os.utime(leftover, (0, 0))
    async with database.begin() as session:
        for _ in range(3):
            await JobStore(session, jobs).enqueue(kind="x", payload={}, organization_id=None)
        ids = list(await session.scalars(text("select id from validator.jobs")))
        for job_id, days in ((ids[0], 100), (ids[1], 10)):
            await session.execute(
                text("update validator.jobs set state='done', finished_at=:at where id=:id"),
                {"id": job_id, "at": datetime.now(UTC) - timedelta(days=days)},
            )

    task = asyncio.create_task(
        keep_house(
            database=database,
            store=store,
            jobs_for=timedelta(days=90),
            uploads_for=timedelta(days=90),
        )
    )
    async with asyncio.timeout(20):
        while leftover.exists() or await count(database) == 3:  # noqa: ASYNC110 – a database
            await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async with database.begin() as session:
        left = set(await session.scalars(text("select id from validator.jobs")))
    assert left == {ids[1], ids[2]}


async def count(database) -> int:
    async with database.begin() as session:
        return await session.scalar(text("select count(*) from validator.jobs"))


async def test_a_file_that_came_to_be_checked_goes_and_its_report_stays(
    api: Api, database, settings, subventions: bytes
):
    store = DiskStore(settings.store_dir)
    answer = await api.validate(subventions, schema="scdl/subventions")
    kept = await api.validate(b"COLL_NOM\nx\n", schema="scdl/deliberations")
    sha256 = answer.json()["file"]["sha256"]

    await drop_uploads(database=database, store=store, before=datetime.now(UTC) - timedelta(days=1))
    assert store.exists(sha256)

    async with database.begin() as session:
        await session.execute(
            text("update validator.reports set created_at = :at where content_sha256 = :sha"),
            {"at": datetime.now(UTC) - timedelta(days=40), "sha": sha256},
        )
    before = datetime.now(UTC) - timedelta(days=30)
    await drop_uploads(database=database, store=store, before=before)

    assert not store.exists(sha256)
    report = await api.http.get(answer.headers["content-location"])
    path = answer.headers["content-location"].partition("?")[0]
    corrected = await api.http.get(f"{path}/corrected")
    again = await api.validate(subventions, schema="scdl/subventions")
    assert store.exists(kept.json()["file"]["sha256"])
    assert report.json()["verdict"] == "valid"
    assert (corrected.status_code, corrected.json()["code"]) == (404, "content-missing")
    assert again.json()["verdict"] == "valid"


async def test_the_content_of_a_resource_stays_whoever_gave_it_first(
    api: Api, database, settings, subventions: bytes
):
    store = DiskStore(settings.store_dir)
    answer = await api.validate(subventions, schema="scdl/subventions")
    sha256 = answer.json()["file"]["sha256"]
    async with database.begin() as session:
        await ResourceValidationStore(session).take(
            [
                ResourceValidationRequest(
                    organization_id=uuid4(),
                    resource_id=uuid4(),
                    content_sha256=sha256,
                    file_name="s.csv",
                )
            ]
        )
        await session.execute(text("update validator.reports set created_at = '2019-01-01'"))

    await drop_uploads(database=database, store=store, before=datetime.now(UTC))

    assert store.exists(sha256)


@pytest.mark.parametrize("first", ["harvested", "checked"])
async def test_what_was_harvested_stays_though_nobody_asked_for_its_check(
    api: Api, database, settings, web: FilesOfTheWeb, first: str
):
    store = DiskStore(settings.store_dir)

    async def harvest() -> None:
        url = f"http://127.0.0.1:{web.port}/good"
        async with Fetcher(allowed_hosts=AllowedHosts.parse("127.0.0.1:*")) as fetcher:
            downloader = Downloader(fetcher=fetcher, store=store, limit=10**7)
            await downloader.download(url, etag=None, last_modified=None, known=None)

    if first == "harvested":
        await harvest()
    answer = await api.validate(GOOD, schema="scdl/subventions")
    if first == "checked":
        await harvest()
    async with database.begin() as session:
        await session.execute(text("update validator.reports set created_at = '2019-01-01'"))

    await drop_uploads(database=database, store=store, before=datetime.now(UTC))

    with store.open(answer.json()["file"]["sha256"]) as content:
        assert content.read() == GOOD


async def test_beyond_its_share_a_caller_is_told_when_to_come_back(settings, database):
    app = create_app(settings.model_copy(update={"open_checks_per_minute": 2}))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app, client=("192.0.2.7", 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://v.test") as http:
            answers = [
                await http.post("/api/validator/v1/validate", files={"file": ("a.csv", b"a\n1\n")})
                for _ in range(3)
            ]
            english = await http.get("/api/validator/validata/validate?lang=en")

    last = answers[-1]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert last.headers["content-type"].startswith("application/problem+json")
    assert last.json()["code"] == "too-many-requests"
    assert int(last.headers["retry-after"]) == last.json()["retry_after"]
    assert 20 <= last.json()["retry_after"] <= 30
    assert english.status_code == 429
    assert "Try again in" in english.json()["detail"]
