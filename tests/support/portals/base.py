"""What every fake portal has: files with validators, a memory of requests, ways to fail.

A fake answers in memory (`MemoryGetter`) or on a loopback port (`served`), from the same
state, which a test changes between two runs.
"""

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.fetch import FetchFailed, FetchRefused

HTML = b"<!DOCTYPE html><html><body><h1>Une erreur est survenue</h1></body></html>"


@dataclass
class Answer:
    """What a fake sends; also what `MemoryGetter` gives back."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""

    @property
    def not_modified(self) -> bool:
        return self.status == 304


@dataclass
class FakeFile:
    """A file of a portal. `validators` off: no ETag, as of an export made on demand."""

    content: bytes
    content_type: str = "text/csv"
    validators: bool = True
    status: int = 200

    @property
    def etag(self) -> str:
        return '"' + hashlib.sha256(self.content).hexdigest()[:16] + '"'


class FakePortal:
    """A portal at `root`.

    `flaky`: every second request of a listing fails with 503. `slow`: seconds before each
    answer. `lying`: any of the words that the kind of portal understands. `validators`: its
    listings have ETags; with the lie `never-changes` it answers 304 to any of them.
    `says_later`: paths that are answered 429 with that Retry-After. `prepares`: paths that
    are answered 202 so many times before their file is there. `most_at_once`: requests that
    it had under way.
    """

    def __init__(
        self, *, flaky: bool = False, slow: float = 0.0, lying: frozenset[str] = frozenset()
    ) -> None:
        self.root = "http://portail.test"
        self.flaky = flaky
        self.slow = slow
        self.lying = set(lying)
        self.files: dict[str, FakeFile] = {}
        self.requests: list[str] = []
        self.not_modified: list[str] = []
        self.validators = False
        self.says_later: dict[str, str] = {}
        self.prepares: dict[str, int] = {}
        self.most_at_once = 0
        self._under_way = 0
        self.downloads: list[str] = []
        self.fail_pages: set[int] = set()
        self._turn = itertools.count(1)

    def listing(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """The answer to an address that is no file; `None` is a 404."""
        raise NotImplementedError

    async def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET of `target` (path and query)."""
        self.requests.append(target)
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        if self.slow:
            await asyncio.sleep(self.slow)
        self._under_way -= 1
        path = urlsplit(target).path
        if path in self.says_later:
            return Answer(429, b"", {"retry-after": self.says_later[path]})
        if left := self.prepares.get(path):
            self.prepares[path] = left - 1
            return Answer(202, b'{"status": "Pending"}', {"content-type": "application/json"})
        if file := self.files.get(path):
            return self._file(path, file, headers)
        return self._listed(target, headers)

    def _listed(self, target: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(target)
        if self.flaky and next(self._turn) % 2:
            return Answer(503, b"occupe")
        if "redirect-loop" in self.lying:
            return Answer(302, b"", {"location": f"{self.root}{target}"})
        answer = self.listing(unquote(parts.path), dict(parse_qsl(parts.query)))
        if answer is None:
            return Answer(404, HTML, {"content-type": "text/html"})
        if "html" in self.lying:
            return Answer(200, HTML, {"content-type": "text/html"})
        if "truncated" in self.lying:
            answer.body = answer.body[: len(answer.body) // 2]
        if "bom" in self.lying:
            answer.body = b"\xef\xbb\xbf" + answer.body
        if self.validators and answer.status == 200:
            return self._conditional(target, answer, headers)
        return answer

    def _conditional(self, target: str, answer: Answer, headers: Mapping[str, str]) -> Answer:
        etag = FakeFile(answer.body).etag
        known = headers.get("If-None-Match") or headers.get("if-none-match")
        if known == etag or (known and "never-changes" in self.lying):
            self.not_modified.append(target)
            return Answer(304, b"", {"etag": etag})
        answer.headers["etag"] = etag
        return answer

    def put(self, path: str, content: bytes | str, **options: object) -> str:
        """Publish a file; its address."""
        data = content.encode() if isinstance(content, str) else content
        self.files[path] = FakeFile(data, **options)  # type: ignore[arg-type]
        return f"{self.root}{path}"

    def _file(self, path: str, file: FakeFile, headers: Mapping[str, str]) -> Answer:
        if file.status != 200:
            return Answer(file.status, HTML, {"content-type": "text/html"})
        sent = {"content-type": file.content_type}
        if file.validators:
            sent["etag"] = file.etag
            if headers.get("if-none-match") == file.etag:
                return Answer(304, b"", sent)
        self.downloads.append(path)
        return Answer(200, file.content, sent)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        query = f"?{request.url.query}" if request.url.query else ""
        answer = await self.answer(request.url.path + query, request.headers)
        await Response(answer.body, answer.status, answer.headers)(scope, receive, send)


class MemoryGetter:
    """Gets from fakes by host, without a socket; follows redirects like the real client."""

    def __init__(self, *portals: FakePortal) -> None:
        self._portals = portals

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit: int | None = None,
    ) -> Answer:
        for _ in range(6):
            portal = next((p for p in self._portals if url.startswith(p.root)), None)
            if portal is None:
                raise FetchFailed(f"Impossible de se connecter à « {url} ».")
            answer = await portal.answer(url.removeprefix(portal.root) or "/", headers or {})
            answer.url = url
            if answer.status not in {301, 302}:
                return answer
            url = answer.headers["location"]
        raise FetchRefused("Redirections sans fin.")


@asynccontextmanager
async def served(portal: FakePortal) -> AsyncIterator[FakePortal]:
    """The fake on a loopback port, `portal.root` set to its address."""
    async with listening(portal) as address:
        portal.root = address
        yield portal


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """Any ASGI application on a loopback port; its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None)
    )
    # Not `serve()`, which would take over the signals of the test's process.
    task = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task
