"""One origin for the three services: what a reverse proxy does, inside one process.

A request goes to the application whose path it begins with, unchanged; the catalogue,
which serves the portal, takes the rest. The services still know one another by HTTP
addresses only (docs/adr/0006-one-origin.md).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from jinja2 import Environment
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

_DOCS_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"
HTTP_METHODS = ("get", "post", "put", "patch", "delete")


class PathDispatcher:
    """Sends each request to the application with the longest matching path."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = sorted(apps.items(), key=lambda item: -len(item[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        for path, app in self._apps:
            if path == "/" or scope["path"] == path or scope["path"].startswith(path + "/"):
                await app({**scope, "app": app}, receive, send)
                return


def create_gateway(apps: Mapping[str, FastAPI]) -> Starlette:
    """One application in front of `apps` (path → application); runs their lifespans too."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(request: Request) -> Response:
        answers = await asyncio.gather(*(_ask(app, request, "/ready") for app in apps.values()))
        good = all(status == 200 for status, _ in answers)
        body = b",".join(content for _, content in answers)
        state = b"ready" if good else b"not-ready"
        return Response(
            b'{"status":"' + state + b'","services":[' + body + b"]}",
            status_code=200 if good else 503,
            media_type="application/json",
        )

    async def metrics(request: Request) -> Response:
        answers = [await _ask(app, request, "/metrics") for app in apps.values()]
        return Response(
            _merged_metrics(content.decode() for _, content in answers),
            media_type="text/plain; version=0.0.4; charset=utf-8",
        )

    async def openapi(_: Request) -> Response:
        return JSONResponse(merged_openapi(apps.values()))

    async def docs(_: Request) -> Response:
        page = _docs_page(merged_openapi(apps.values()))
        return HTMLResponse(page, headers={"Content-Security-Policy": _DOCS_POLICY})

    return Starlette(
        routes=[
            Route("/health", health),
            Route("/ready", ready),
            Route("/metrics", metrics),
            Route("/openapi.json", openapi),
            Route("/docs", docs),
            Mount("/", app=PathDispatcher(apps)),
        ],
        lifespan=lifespan,
    )


async def _ask(app: ASGIApp, request: Request, path: str) -> tuple[int, bytes]:
    """One application's answer to GET `path`, without leaving the process."""
    status, body = 500, b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, body
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            body += message.get("body", b"")

    scope = {**request.scope, "method": "GET", "path": path, "raw_path": path.encode(), "app": app}
    await app(scope, receive, send)
    return status, body


def _merged_metrics(pages: Any) -> str:
    """Prometheus pages as one: the format wants each metric's HELP and TYPE only once."""
    headers: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = {}
    for page in pages:
        metric = ""
        for line in page.splitlines():
            if line.startswith("# "):
                metric = line.split(" ", 3)[2]
                known = headers.setdefault(metric, [])
                if line not in known:
                    known.append(line)
            elif line:
                samples.setdefault(metric, []).append(line)
    lines = [line for m in headers for line in (*headers[m], *samples.get(m, []))]
    return "\n".join(lines) + "\n"


def merged_openapi(apps: Any) -> dict[str, Any]:
    """One OpenAPI document of all the services, each operation tagged with its service."""
    merged: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Socle", "version": "1"},
        "paths": {},
        "components": {"schemas": {}},
    }
    for app in apps:
        document = app.openapi()
        merged["openapi"] = document["openapi"]
        merged["components"]["schemas"].update(document.get("components", {}).get("schemas", {}))
        for path, item in document["paths"].items():
            for method in HTTP_METHODS:
                if method in item:
                    item[method]["tags"] = [app.title]
            merged["paths"][path] = item
    return merged


def _docs_page(document: dict[str, Any]) -> str:
    operations: dict[str, list[dict[str, Any]]] = {}
    for path, item in document["paths"].items():
        for method in HTTP_METHODS:
            if method in item:
                operation = {**item[method], "path": path, "method": method.upper()}
                operations.setdefault(operation["tags"][0], []).append(operation)
    template = files("socle").joinpath("templates/docs.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True)
    # A long address may be cut after a slash, nowhere else.
    environment.filters["breakable"] = lambda path: Markup("/<wbr>").join(path.split("/"))
    return environment.from_string(template).render(services=operations)
