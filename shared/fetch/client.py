"""The guarded HTTP client. No cookies, no proxies or credentials from the environment."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from importlib.metadata import version
from types import TracebackType
from typing import Self, Unpack

import httpcore2
import httpx2

from shared.fetch.addresses import AllowedHosts
from shared.fetch.backend import GuardedBackend, Resolver, system_resolver
from shared.fetch.decoding import GzipDecoder, IdentityDecoder, decoder_for
from shared.fetch.errors import FetchFailed, FetchRefused, FetchTimeout, FetchTooLarge
from shared.fetch.results import FetchLimits, FetchResult, FetchStream, RequestOptions
from shared.fetch.urls import checked_url, redirect_target

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# All that a caller's headers may say to a host other than the one they were meant for.
_HARMLESS = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since"})
_MEBIBYTE = 1024 * 1024


def user_agent(contact: str) -> str:
    """Who is asking, as a portal's administrator wants to read it in the logs.

    `contact` is an address of a person or a page; nameless clients are blocked by some.
    """
    return f"Socle/{version('socle')} (+{contact})"


class Fetcher:
    """Fetches documents of strangers, within limits. One per process and event loop.

    `allowed_hosts` as `AllowedHosts` describes. Statuses are not judged here: a 404 is
    an answer like any other. Errors: `FetchRefused`, `FetchTooLarge`, `FetchFailed`,
    `FetchTimeout`, each with a French sentence.
    """

    def __init__(
        self,
        *,
        allowed_hosts: AllowedHosts | frozenset[str] = frozenset(),
        limits: FetchLimits | None = None,
        user_agent: str | None = None,
        resolve: Resolver = system_resolver,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = (
            allowed_hosts
            if isinstance(allowed_hosts, AllowedHosts)
            else AllowedHosts.parse(",".join(allowed_hosts))
        )
        self._limits = limits or FetchLimits()
        self._user_agent = user_agent or f"Socle/{version('socle')}"
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl_context or httpx2.create_ssl_context(trust_env=False),
            max_connections=50,
            max_keepalive_connections=10,
            keepalive_expiry=15,
            network_backend=GuardedBackend(allowed=self._allowed, resolve=resolve),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def get(self, url: str, **options: Unpack[RequestOptions]) -> FetchResult:
        """The whole body in memory, at most `limit` bytes; for API answers and small files."""
        async with self.stream(url, **options) as answer:
            body = b"".join([chunk async for chunk in answer.chunks])
            return FetchResult(answer.status, answer.url, answer.headers, body)

    @asynccontextmanager
    async def stream(
        self, url: str, **options: Unpack[RequestOptions]
    ) -> AsyncIterator[FetchStream]:
        """The body in chunks, read within the context and within the overall time limit."""
        target = checked_url(url, allowed=self._allowed)
        limit = options.get("limit")
        limit = self._limits.max_bytes if limit is None else limit
        sent = _sent(options)
        try:
            async with asyncio.timeout(self._limits.total_seconds) as clock:
                async with self._follow(target, sent, limit) as answer:
                    yield answer
        except TimeoutError as error:
            if not clock.expired():
                raise
            seconds = self._limits.total_seconds
            raise FetchTimeout(
                f"« {target.host} » n'a pas tout envoyé en {seconds:g} secondes.",
                message_en=f"{target.host} did not send everything within {seconds:g} seconds.",
            ) from error

    @asynccontextmanager
    async def _follow(
        self, url: httpx2.URL, headers: dict[str, str], limit: int
    ) -> AsyncIterator[FetchStream]:
        for _ in range(self._limits.max_redirects + 1):
            async with self._request(url, headers) as (response, received):
                location = received.get("location")
                if response.status not in _REDIRECTS or not location:
                    async with aclosing(self._body(response, received, limit)) as chunks:
                        yield FetchStream(response.status, str(url), received, chunks)
                    return
            following = redirect_target(url, location, allowed=self._allowed)
            if _origin(following) != _origin(url):
                headers = {name: text for name, text in headers.items() if name in _HARMLESS}
            url = following
        raise FetchRefused(
            f"« {url.host} » redirige sans fin : plus de {self._limits.max_redirects} fois.",
            message_en=f"More than {self._limits.max_redirects} redirects.",
        )

    @asynccontextmanager
    async def _request(
        self, url: httpx2.URL, headers: Mapping[str, str]
    ) -> AsyncIterator[tuple[httpcore2.Response, dict[str, str]]]:
        # The guard's own refusals pass through httpcore2 unchanged.
        try:
            async with self._pool.stream(
                b"GET",
                httpcore2.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=self._request_headers(url, headers),
                extensions={
                    "timeout": {
                        "connect": self._limits.connect_seconds,
                        "read": self._limits.read_seconds,
                        "write": self._limits.read_seconds,
                    }
                },
            ) as response:
                yield response, self._received_headers(response)
        except httpcore2.TimeoutException as error:
            raise FetchTimeout(
                f"« {url.host} » ne répond pas.", message_en=f"{url.host} does not answer."
            ) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise _failure(url.host, error) from error

    def _request_headers(
        self, url: httpx2.URL, headers: Mapping[str, str]
    ) -> list[tuple[bytes, bytes]]:
        merged = {
            "accept": "*/*",
            **headers,
            "host": url.netloc.decode("ascii"),
            "user-agent": self._user_agent,
            "accept-encoding": "gzip",
        }
        return [
            (name.encode("ascii"), text.encode("latin-1", "replace"))
            for name, text in merged.items()
        ]

    def _received_headers(self, response: httpcore2.Response) -> dict[str, str]:
        size = sum(len(name) + len(text) for name, text in response.headers)
        if size > self._limits.max_header_bytes or len(response.headers) > self._limits.max_headers:
            raise FetchRefused(
                "Le serveur envoie des en-têtes démesurés.",
                message_en="The headers of the answer are too large.",
            )
        received: dict[str, str] = {}
        for raw_name, raw_text in response.headers:
            name, text = raw_name.decode("latin-1").lower(), raw_text.decode("latin-1")
            received[name] = f"{received[name]}, {text}" if name in received else text
        return received

    async def _body(
        self, response: httpcore2.Response, headers: Mapping[str, str], limit: int
    ) -> AsyncGenerator[bytes, None]:
        if response.status == 304:
            return
        announced = headers.get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > limit:
            raise _too_large(limit)
        decoder = decoder_for(headers.get("content-encoding", ""), max_ratio=self._limits.max_ratio)
        async with aclosing(_bounded(response, decoder, limit)) as chunks:
            async for chunk in chunks:
                yield chunk


async def _bounded(
    response: httpcore2.Response, decoder: IdentityDecoder | GzipDecoder, limit: int
) -> AsyncGenerator[bytes, None]:
    size = 0
    received = 0
    async for raw in response.aiter_stream():
        # Counted before decoding too: empty gzip members inflate to nothing, for ever.
        received += len(raw)
        if received > limit:
            raise _too_large(limit)
        for chunk in decoder.feed(raw):
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            yield chunk
    decoder.finish()


def _sent(options: RequestOptions) -> dict[str, str]:
    sent = {name.lower(): text for name, text in (options.get("headers") or {}).items()}
    if etag := options.get("etag"):
        sent["if-none-match"] = etag
    if last_modified := options.get("last_modified"):
        sent["if-modified-since"] = last_modified
    return sent


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _too_large(limit: int) -> FetchTooLarge:
    size = f"{limit / _MEBIBYTE:.0f} Mo" if limit >= _MEBIBYTE else f"{limit} octets"
    return FetchTooLarge(
        f"Le document dépasse la taille permise ({size}).",
        message_en=f"The document is larger than {limit} bytes.",
    )


def _failure(host: str, error: Exception) -> FetchFailed:
    """One sentence for a broken exchange; an untrusted certificate is named as such."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchFailed(
                f"Le certificat de « {host} » n'est pas reconnu ({cause.verify_message}) : "
                "il est peut-être expiré, ou sa chaîne incomplète.",
                message_en=f"The certificate of {host} is not trusted: {cause.verify_message}.",
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore2.ConnectError):
        return FetchFailed(
            f"Impossible de se connecter à « {host} ».", message_en=f"Cannot connect to {host}."
        )
    return FetchFailed(
        f"« {host} » a interrompu l'échange ou répondu de travers.",
        message_en=f"{host} broke off the exchange or answered badly.",
    )
