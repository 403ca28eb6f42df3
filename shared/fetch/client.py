"""The guarded HTTP client. No cookies, no proxies or credentials from the environment."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from importlib.metadata import version
from types import TracebackType
from typing import Self, Unpack

import httpx2

from shared.fetch.addresses import AllowedHosts
from shared.fetch.answers import Head
from shared.fetch.connection import Connection
from shared.fetch.decoding import decoder_for
from shared.fetch.dialing import Dialer, Resolver, system_resolver
from shared.fetch.errors import FetchRefused, FetchTimeout, FetchTooLarge
from shared.fetch.pool import Pool
from shared.fetch.results import FetchLimits, FetchResult, FetchStream, RequestOptions
from shared.fetch.urls import checked_url, origin_of, redirect_target

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
        dial = Dialer(
            allowed=self._allowed,
            limits=self._limits,
            resolve=resolve,
            ssl_context=ssl_context or httpx2.create_ssl_context(trust_env=False),
        )
        self._pool = Pool(dial, size=50, kept=10, seconds=15)

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
        await self._pool.close()

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
                connection, reached, status, received = await self._ask(target, sent)
                try:
                    async with aclosing(self._body(connection, status, received, limit)) as chunks:
                        yield FetchStream(status, str(reached), received, chunks)
                finally:
                    self._pool.give_back(connection)
        except TimeoutError as error:
            if not clock.expired():
                raise
            seconds = self._limits.total_seconds
            raise FetchTimeout(
                f"« {target.host} » n'a pas tout envoyé en {seconds:g} secondes.",
                message_en=f"{target.host} did not send everything within {seconds:g} seconds.",
            ) from error

    async def _ask(
        self, url: httpx2.URL, headers: Mapping[str, str]
    ) -> tuple[Connection, httpx2.URL, int, dict[str, str]]:
        """The connection on which the body comes, to be given back; where the redirects ended,
        status and headers.
        """
        for _ in range(self._limits.max_redirects + 1):
            connection = await self._pool.take(origin_of(url))
            try:
                head = await connection.ask(url.raw_path, self._request_headers(url, headers))
                received = self._received_headers(head)
            except BaseException:
                self._pool.give_back(connection)
                raise
            location = received.get("location")
            if head.status not in _REDIRECTS or not location:
                return connection, url, head.status, received
            self._pool.give_back(connection)
            following = redirect_target(url, location, allowed=self._allowed)
            if origin_of(following) != origin_of(url):
                headers = {name: text for name, text in headers.items() if name in _HARMLESS}
            url = following
        raise FetchRefused(
            f"« {url.host} » redirige sans fin : plus de {self._limits.max_redirects} fois.",
            message_en=f"More than {self._limits.max_redirects} redirects.",
        )

    def _request_headers(self, url: httpx2.URL, headers: Mapping[str, str]) -> dict[str, str]:
        return {
            "accept": "*/*",
            **headers,
            "host": url.netloc.decode("ascii"),
            "user-agent": self._user_agent,
            "accept-encoding": "gzip",
        }

    def _received_headers(self, head: Head) -> dict[str, str]:
        size = sum(len(name) + len(text) for name, text in head.headers)
        if size > self._limits.max_header_bytes or len(head.headers) > self._limits.max_headers:
            raise FetchRefused(
                "Le serveur envoie des en-têtes démesurés.",
                message_en="The headers of the answer are too large.",
            )
        received: dict[str, str] = {}
        for raw_name, raw_text in head.headers:
            name, text = raw_name.decode("ascii"), _text(raw_text)
            received[name] = f"{received[name]}, {text}" if name in received else text
        return received

    async def _body(
        self, connection: Connection, status: int, headers: Mapping[str, str], limit: int
    ) -> AsyncGenerator[bytes, None]:
        if status == 304:
            return
        announced = headers.get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > limit:
            raise _too_large(limit)
        decoder = decoder_for(headers.get("content-encoding", ""), max_ratio=self._limits.max_ratio)
        size = 0
        received = 0
        while raw := await connection.part():
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


def _text(raw: bytes) -> str:
    """Of a header: names of files come as UTF-8 from many servers, as Latin-1 from the others."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _too_large(limit: int) -> FetchTooLarge:
    size = f"{limit / _MEBIBYTE:.0f} Mo" if limit >= _MEBIBYTE else f"{limit} octets"
    return FetchTooLarge(
        f"Le document dépasse la taille permise ({size}).",
        message_en=f"The document is larger than {limit} bytes.",
    )
