"""Downloads files of portals into the store, conditionally."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from services.harvester.adapters.politeness import PoliteFetcher
from services.harvester.errors import HostResting
from services.harvester.models.files import Fetched
from shared.errors import ServiceError, Transient
from shared.fetch import FetchStream, FetchTimeout
from shared.store import ContentMissing, ContentStore, one_chunk

_RETRY_SECONDS = 1.0
_SMALL = 256 * 1024
_WRITES_AT_ONCE = 128
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
    """`limit` is the largest file in bytes."""

    def __init__(self, *, fetcher: PoliteFetcher, store: ContentStore, limit: int) -> None:
        self._fetcher = fetcher
        self._store = store
        self._limit = limit
        self._writing = asyncio.Semaphore(_WRITES_AT_ONCE)

    async def download(
        self, url: str, *, etag: str | None, last_modified: str | None, known: str | None
    ) -> Fetched:
        """The file, or why there is none. Never raises for what a server does.

        The validators are sent only while the store still has the content they are of
        (`known`). A passing trouble is tried once more; a server too slow is not. A host
        that rests is not asked: `postponed_until` says until when, unless it was away after
        its last rest too: nobody waits for it then.
        """
        conditional = known is not None and self._store.exists(known)
        validators = (etag, last_modified) if conditional else (None, None)
        try:
            fetched, may_pass = await self._once(url, *validators, asked=1)
        except HostResting as error:
            return _not_asked(error, requests=0)
        if not may_pass:
            return fetched
        await asyncio.sleep(_RETRY_SECONDS)
        try:
            return (await self._once(url, *validators, asked=2))[0]
        except HostResting as error:
            # Where it rests because of this very file, what came of that stands.
            return fetched if error.stays_away else _not_asked(error, requests=1)

    async def start_of(self, sha256: str, size: int) -> bytes:
        """The first bytes of a stored content; none when the store has lost it."""
        try:
            return await asyncio.to_thread(self._read, sha256, size)
        except ContentMissing:
            return b""

    async def _once(
        self, url: str, etag: str | None, last_modified: str | None, *, asked: int
    ) -> tuple[Fetched, bool]:
        """What the attempt with this number brought, and whether its trouble may pass soon."""
        try:
            async with AsyncExitStack() as writing:
                async with self._fetcher.stream(
                    url, etag=etag, last_modified=last_modified, limit=self._limit
                ) as answer:
                    if answer.status != 200:
                        return _without_content(answer, asked), answer.status in _PASSING
                    start, whole = await _start(answer.chunks)
                    await writing.enter_async_context(self._writing)
                    if not whole:
                        chunks = _joined(start, answer.chunks)
                        return await self._keep(answer, chunks, asked), False
                # The host has its place back while a small file is written.
                return await self._keep(answer, one_chunk(start), asked), False
        except HostResting:
            raise
        except ServiceError as error:
            passing = isinstance(error, Transient) and not isinstance(error, FetchTimeout)
            return Fetched(None, reason=error.message, requests=asked), passing

    async def _keep(self, answer: FetchStream, chunks: AsyncIterator[bytes], asked: int) -> Fetched:
        content = await self._store.put(chunks, limit=self._limit)
        return Fetched(
            200,
            sha256=content.sha256,
            size=content.size,
            file_name=answer.file_name,
            etag=answer.etag,
            last_modified=answer.last_modified,
            requests=asked,
            received=content.size,
        )

    def _read(self, sha256: str, size: int) -> bytes:
        with self._store.open(sha256) as file:
            return file.read(size)


def _not_asked(error: HostResting, *, requests: int) -> Fetched:
    until = None if error.stays_away else error.until
    return Fetched(None, reason=error.reason, requests=requests, postponed_until=until)


def _without_content(answer: FetchStream, asked: int) -> Fetched:
    if answer.not_modified:
        return Fetched(304, not_modified=True, requests=asked)
    reason = _REASONS.get(answer.status, f"le serveur a répondu {answer.status} au lieu du fichier")
    return Fetched(answer.status, reason=reason, requests=asked)


async def _start(chunks: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """What came first, and whether that was all."""
    start = bytearray()
    async for chunk in chunks:
        start += chunk
        if len(start) > _SMALL:
            return bytes(start), False
    return bytes(start), True


async def _joined(start: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield start
    async for chunk in rest:
        yield chunk
