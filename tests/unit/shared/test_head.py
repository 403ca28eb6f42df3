"""HEAD is GET without its content, whatever the answer is made of."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import FileResponse, StreamingResponse

from shared.http.app import Check, create_service_app

SIZE = 100_000_000


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield


def _checks(app: FastAPI) -> Mapping[str, Check]:
    return {}


@pytest.fixture
def ended() -> list[str]:
    return []


@pytest.fixture
def app(tmp_path: Path, ended: list[str]) -> FastAPI:
    made = create_service_app(
        name="essai", title="Essai", prefix="/api/essai", checks=_checks, lifespan=_lifespan
    )
    file = tmp_path / "long.bin"
    with file.open("wb") as opened:
        opened.truncate(SIZE)

    @made.get("/json")
    async def as_json() -> dict[str, int]:
        return {"n": 1}

    @made.get("/endless")
    async def endless() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x"
                    await asyncio.sleep(0)
            finally:
                ended.append("endless")

        return StreamingResponse(parts(), media_type="text/csv")

    @made.get("/file")
    async def as_file() -> FileResponse:
        return FileResponse(file)

    @made.post("/write")
    async def write() -> None: ...

    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://essai") as opened:
        yield opened


async def test_the_head_is_that_of_get(client: httpx2.AsyncClient) -> None:
    got, head = await client.get("/json"), await client.head("/json")

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "x-content-type-options"):
        assert head.headers[name] == got.headers[name]


async def test_an_answer_without_end_ends(client: httpx2.AsyncClient, ended: list[str]) -> None:
    async with asyncio.timeout(10):
        head = await client.head("/endless")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/csv")
    assert ended == ["endless"]


async def test_a_file_is_not_sent(client: httpx2.AsyncClient) -> None:
    head = await client.head("/file")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(SIZE)
    assert head.headers["etag"]


async def test_what_cannot_be_read_has_no_head(client: httpx2.AsyncClient) -> None:
    assert (await client.head("/write")).status_code == 405
    assert (await client.head("/nowhere")).status_code == 404
