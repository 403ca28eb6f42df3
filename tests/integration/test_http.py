"""What every service's HTTP side promises: problems, keys, readiness, request ids."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Depends, FastAPI, Query
from sqlalchemy import text

from shared.access.models import Principal, Scope
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import NotFoundError
from shared.http.app import create_service_app
from shared.http.auth import require
from shared.http.paging import decode_cursor, encode_cursor
from shared.migrations import upgrade


@pytest.fixture
async def app(database_url: str) -> AsyncIterator[FastAPI]:
    await asyncio.to_thread(upgrade, database_url, "shared.access.migrations")
    database = Database(database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_service_app(
        name="essai",
        title="Essai",
        prefix="/api/essai",
        lifespan=lifespan,
        checks=lambda app: {"database": app.state.database.ping},
    )
    app.state.database = database

    @app.post("/write")
    async def write(
        principal: Annotated[Principal, Depends(require(Scope.HARVEST))],
    ) -> dict[str, str]:
        return {"by": principal.label}

    @app.get("/missing")
    async def missing() -> None:
        raise NotFoundError("Ce jeu de données n'existe pas.", message_en="No such dataset.")

    @app.get("/names/{name}")
    async def named(name: str, size: Annotated[int, Query(ge=1, le=100)] = 1) -> str:
        async with database.begin() as session:
            kept = await session.scalar(text("select cast(:name as text)"), {"name": name})
        return f"{kept} {size}"

    @app.get("/pages")
    async def pages(cursor: str) -> list[Any]:
        return decode_cursor(cursor, length=1)

    @app.get("/crash")
    async def crash() -> None:
        raise ZeroDivisionError("secret detail")

    yield app
    await database.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def key(app: FastAPI, scope: Scope) -> dict[str, str]:
    database: Database = app.state.database
    async with database.begin() as session:
        _, secret = await AccessStore(session).create_key(label="clé", scopes=[scope])
    return {"Authorization": f"Bearer {secret}"}


async def test_a_write_without_a_fitting_key_is_refused(
    app: FastAPI, client: httpx2.AsyncClient
) -> None:
    bare = await client.post("/write")
    wrong = await client.post("/write", headers={"Authorization": "Bearer socle_faux"})
    other_scope = await client.post("/write", headers=await key(app, Scope.VALIDATE))
    good = await client.post("/write", headers=await key(app, Scope.HARVEST))
    admin = await client.post("/write", headers=await key(app, Scope.ADMIN))

    assert [a.status_code for a in (bare, wrong, other_scope, good, admin)] == [
        401,
        401,
        403,
        200,
        200,
    ]
    assert bare.headers["www-authenticate"] == "Bearer"
    assert other_scope.json()["code"] == "forbidden"


async def test_errors_are_problem_documents_in_the_readers_language(
    client: httpx2.AsyncClient,
) -> None:
    french = await client.get("/missing")
    english = await client.get("/missing", headers={"Accept-Language": "en-GB,en"})
    nowhere = await client.get("/nulle-part")

    assert french.headers["content-type"] == "application/problem+json"
    assert french.json() == {
        "type": "about:blank",
        "title": "Introuvable",
        "status": 404,
        "detail": "Ce jeu de données n'existe pas.",
        "code": "not-found",
        "instance": "/missing",
    }
    assert english.json()["detail"] == "No such dataset."
    assert nowhere.json()["code"] == "not-found"


async def test_a_wrong_method_is_told_which_ones_are_accepted(client: httpx2.AsyncClient) -> None:
    answer = await client.delete("/missing")

    assert answer.status_code == 405
    assert answer.json()["code"] == "http-405"
    assert answer.headers["allow"] == "GET"
    assert "Allow" in answer.json()["detail"]


async def test_a_wrong_value_is_explained_in_the_readers_language(
    client: httpx2.AsyncClient,
) -> None:
    word = await client.get("/names/a", params={"size": "beaucoup"})
    huge = await client.get("/names/a", params={"size": "101"})
    english = await client.get("/names/a", params={"size": "101", "lang": "en"})

    assert word.json()["errors"] == [
        {"location": "query.size", "message": "un nombre entier est attendu"}
    ]
    assert huge.json()["detail"] == "Demande refusée : query.size (100 au plus)"
    assert "less than or equal to 100" in english.json()["detail"]


@pytest.mark.parametrize("name", ["%00", "a%00b"])
async def test_text_that_no_database_keeps_is_the_callers_error(
    client: httpx2.AsyncClient, name: str
) -> None:
    answer = await client.get(f"/names/{name}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "!", "é", encode_cursor(), encode_cursor(1, 2), encode_cursor("\x00"),
        encode_cursor("a\ud800"), encode_cursor([]), encode_cursor({}),
        base64.urlsafe_b64encode(b"[" * 40_000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)  # fmt: skip
async def test_a_cursor_that_is_not_ours_is_refused(
    client: httpx2.AsyncClient, cursor: str
) -> None:
    answer = await client.get("/pages", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


async def test_a_defect_is_answered_without_its_details(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/crash")

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal-error"
    assert "secret detail" not in answer.text


async def test_request_id_is_kept_or_made(client: httpx2.AsyncClient) -> None:
    kept = await client.get("/health", headers={"X-Request-Id": "abc"})
    made = await client.get("/health")

    assert kept.headers["x-request-id"] == "abc"
    assert len(made.headers["x-request-id"]) == 32
    assert made.headers["x-content-type-options"] == "nosniff"


async def test_ready_says_what_does_not_answer(app: FastAPI, client: httpx2.AsyncClient) -> None:
    good = await client.get("/ready")
    app.state.database = Database("postgresql://nobody@127.0.0.1:9/none")
    bad = await client.get("/ready")
    await app.state.database.close()

    assert (good.status_code, good.json()["checks"]) == (200, {"database": "ok"})
    assert bad.status_code == 503
    assert bad.json()["checks"]["database"] != "ok"


async def test_metrics_count_requests(client: httpx2.AsyncClient) -> None:
    await client.get("/health")
    metrics = await client.get("/metrics")

    assert 'socle_http_request_seconds_count{method="GET",service="essai",status="200"}' in (
        metrics.text
    )


async def test_database_session_rolls_back_on_error(database_url: str) -> None:
    database = Database(database_url)
    async with database.begin() as session:
        await session.execute(text("create table if not exists rollback_probe (n int)"))
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 – the error must leave the session
        async with database.begin() as session:
            await session.execute(text("insert into rollback_probe values (1)"))
            raise ZeroDivisionError
    async with database.begin() as session:
        count = (await session.execute(text("select count(*) from rollback_probe"))).scalar_one()
    await database.close()

    assert count == 0
