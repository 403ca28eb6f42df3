"""The FastAPI application that each service starts from.

Gives it problem documents, a request id in every log line and answer, security headers,
`/health` (alive), `/ready` (what it needs answers) and `/metrics` (Prometheus). HEAD works wherever
GET does.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from time import perf_counter
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.gauges import Measure, gauge_page
from shared.http.head import HeadAsGet
from shared.http.problem import install_error_handlers

Check = Callable[[], Awaitable[None]]
"""Something that must answer for the service to be ready; raises when it does not."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_SECURITY_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"content-security-policy": (
        b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        b"form-action 'self'; frame-ancestors 'self'"
    ),
}

_EXPOSED = (
    "Content-Disposition",
    "Content-Location",
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "X-Licence",
    "X-Request-Id",
)
"""Headers of an answer that a page of another site may read."""

log = structlog.get_logger()


def create_service_app(
    *,
    name: str,
    title: str,
    prefix: str,
    checks: Callable[[FastAPI], Mapping[str, Check]],
    lifespan: Lifespan,
    description: str = "",
    measure: Measure | None = None,
) -> FastAPI:
    """An application with the common parts; the service adds its routers.

    `prefix` (`/api/validator`) is where its OpenAPI document lives; `checks` is asked at
    each `/ready` with the running application, `measure` at each `/metrics`.
    """
    app = FastAPI(
        title=title,
        description=description,
        version="1",
        lifespan=lifespan,
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    registry = CollectorRegistry()
    app.state.metrics = registry
    _install_layers(app, name, registry)
    install_error_handlers(app)

    @app.get("/health", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "alive", "service": name}

    @app.get("/ready", include_in_schema=False)
    async def ready() -> JSONResponse:
        outcome = await run_checks(checks(app))
        good = all(state == "ok" for state in outcome.values())
        return JSONResponse(
            {"status": "ready" if good else "not-ready", "service": name, "checks": outcome},
            status_code=200 if good else 503,
        )

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        page = generate_latest(registry)
        if measure is not None:
            page += await gauge_page(app, name, measure)
        return Response(page, media_type=CONTENT_TYPE_LATEST)

    return app


def _install_layers(app: FastAPI, name: str, registry: CollectorRegistry) -> None:
    """What every request passes, the innermost first."""
    latency = Histogram(
        "socle_http_request_seconds",
        "Time to answer an HTTP request",
        ["service", "method", "status"],
        registry=registry,
    )
    app.add_middleware(HeadAsGet)
    # Public, and without cookies: a page of any site may call it. Keys are never implied.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=_EXPOSED,
    )
    app.add_middleware(_Observed, service=name, latency=latency)


async def run_checks(checks: Mapping[str, Check]) -> dict[str, str]:
    """`ok`, or what went wrong, for each check. A failing check never raises here."""
    outcome: dict[str, str] = {}
    for name, check in checks.items():
        try:
            await check()
        except Exception as error:  # noqa: BLE001 – any failure of a dependency means "not ready"
            log.warning("Readiness check failed", check=name, error=str(error))
            outcome[name] = f"{type(error).__name__}: {error}"[:200]
        else:
            outcome[name] = "ok"
    return outcome


class _Observed:
    """Pure ASGI, so that streamed answers stay streams: request id, headers, latency."""

    def __init__(self, app: ASGIApp, service: str, latency: Histogram) -> None:
        self._app = app
        self._service = service
        self._latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        request_id = request.headers.get("x-request-id", "")[:64] or uuid4().hex
        status = 500

        async def observed_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode("latin-1", "replace")),
                    *((k, v) for k, v in _SECURITY_HEADERS.items() if k not in present),
                ]
            await send(message)

        started = perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id, service=self._service):
            try:
                await self._app(scope, receive, observed_send)
            finally:
                self._latency.labels(self._service, scope["method"], str(status)).observe(
                    perf_counter() - started
                )
