"""Downloads files of portals into the store: conditionally, a few at once per host."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from services.harvester.models.files import Fetched
from shared.errors import ServiceError, Transient
from shared.fetch import Fetcher, FetchStream, FetchTimeout
from shared.store import ContentStore

_RETRY_SECONDS = 1.0
_PASSING = frozenset({429, 500, 502, 503, 504})
_REASONS = {
    202: "le serveur prépare encore le fichier (réponse 202)",
    204: "le serveur ne renvoie aucun contenu (réponse 204)",
    401: "le serveur demande une identification (réponse 401)",
    403: "le serveur refuse l'accès au fichier (réponse 403)",
    404: "le serveur ne trouve pas ce fichier (réponse 404)",
    410: "le serveur indique que ce fichier a été retiré (réponse 410)",
    429: "le serveur reçoit trop de demandes (réponse 429)",
}


class Downloader:
    """`limit` is the largest file in bytes. One per process: it counts per host."""

    def __init__(
        self, *, fetcher: Fetcher, store: ContentStore, limit: int, host_concurrency: int
    ) -> None:
        self._fetcher = fetcher
        self._store = store
        self._limit = limit
        self._concurrency = host_concurrency
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._waiting: dict[str, int] = {}

    async def download(
        self, url: str, *, etag: str | None, last_modified: str | None, known: str | None
    ) -> Fetched:
        """The file, or why there is none. Never raises for what a server does.

        The validators are sent only while the store still has the content they are of
        (`known`). A passing trouble is tried once more; a server too slow is not.
        """
        conditional = known is not None and self._store.exists(known)
        validators = (etag, last_modified) if conditional else (None, None)
        async with self._turn(urlsplit(url).netloc):
            fetched = await self._once(url, *validators)
            if fetched is None:
                await asyncio.sleep(_RETRY_SECONDS)
                fetched = await self._once(url, *validators, last=True)
        return fetched or Fetched(None, reason="le serveur n'a pas répondu")

    async def start_of(self, sha256: str, size: int) -> bytes:
        """The first bytes of a stored content."""
        return await asyncio.to_thread(self._read, sha256, size)

    async def _once(
        self, url: str, etag: str | None, last_modified: str | None, *, last: bool = False
    ) -> Fetched | None:
        """One attempt; `None` for a passing trouble unless it is the `last` one."""
        try:
            async with self._fetcher.stream(
                url, etag=etag, last_modified=last_modified, limit=self._limit
            ) as answer:
                if answer.status in _PASSING and not last:
                    return None
                return await self._keep(answer)
        except ServiceError as error:
            passing = isinstance(error, Transient) and not isinstance(error, FetchTimeout)
            return None if passing and not last else Fetched(None, reason=error.message)

    async def _keep(self, answer: FetchStream) -> Fetched:
        if answer.not_modified:
            return Fetched(304, not_modified=True)
        if answer.status != 200:
            return Fetched(answer.status, reason=_reason(answer.status))
        content = await self._store.put(answer.chunks, limit=self._limit)
        return Fetched(
            200,
            sha256=content.sha256,
            size=content.size,
            file_name=answer.file_name,
            etag=answer.etag,
            last_modified=answer.last_modified,
        )

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        """One of the places of a host; forgotten when nobody waits for it."""
        semaphore = self._hosts.setdefault(host, asyncio.Semaphore(self._concurrency))
        self._waiting[host] = self._waiting.get(host, 0) + 1
        try:
            async with semaphore:
                yield
        finally:
            self._waiting[host] -= 1
            if not self._waiting[host]:
                del self._waiting[host], self._hosts[host]

    def _read(self, sha256: str, size: int) -> bytes:
        with self._store.open(sha256) as file:
            return file.read(size)


def _reason(status: int) -> str:
    return _REASONS.get(status, f"le serveur a répondu {status} au lieu du fichier")
