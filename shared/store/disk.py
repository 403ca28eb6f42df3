"""Contents on a local disk: `root/ab/cd/abcd…`.

A content appears under its name complete or not at all: it is written beside, flushed to
the disk, then renamed. Two writers of one content both succeed. A writer that is killed
leaves a file in `root/tmp`, which `sweep` removes.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from shared.errors import TooLargeError
from shared.store.content import ContentMissing, StoredContent

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEBIBYTE = 1024 * 1024
_BUFFER = _MEBIBYTE


class DiskStore:
    """`root` is created on the first write; it must lie on one file system."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._temporary = root / "tmp"

    async def put(self, chunks: AsyncIterator[bytes], *, limit: int) -> StoredContent:
        """Keep what comes, at most `limit` bytes; raises `TooLargeError` and keeps nothing.

        Disk work runs in threads: a slow disk does not stall the event loop. A small content
        takes one of them, and none when it is there already.
        """
        start = bytearray()
        async for chunk in chunks:
            start += chunk
            if len(start) >= _BUFFER:
                return await self._put_large(bytes(start), chunks, limit=limit)
        return await self._put_small(bytes(start), limit=limit)

    async def _put_small(self, data: bytes, *, limit: int) -> StoredContent:
        if len(data) > limit:
            raise _too_large(limit)
        content = StoredContent(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        if not self.exists(content.sha256):
            await asyncio.to_thread(self._write_whole, data, content)
            return replace(content, new=True)
        return content

    def _write_whole(self, data: bytes, content: StoredContent) -> None:
        file = self._create()
        try:
            file.write(data)
            self._adopt(file, content)
        finally:
            _discard(file)

    async def _put_large(
        self, start: bytes, rest: AsyncIterator[bytes], *, limit: int
    ) -> StoredContent:
        file = await asyncio.to_thread(self._create)
        try:
            content = await _copy(start, rest, file, limit)
            await asyncio.to_thread(self._adopt, file, content)
        finally:
            await asyncio.to_thread(_discard, file)
        return content

    def path(self, sha256: str) -> Path:
        """A readable local file; raises `ContentMissing`, also for what is no SHA-256."""
        path = self._place(sha256)
        if not path.is_file():
            raise ContentMissing(sha256)
        return path

    def open(self, sha256: str) -> BinaryIO:
        """The content, to be closed by the caller; raises `ContentMissing`."""
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError as error:
            raise ContentMissing(sha256) from error

    def exists(self, sha256: str) -> bool:
        """Whether the content is there."""
        return self._place(sha256).is_file()

    async def delete(self, sha256: str) -> None:
        """Drop the content; nothing happens when it is not there."""
        await asyncio.to_thread(self._place(sha256).unlink, missing_ok=True)

    async def sweep(self, *, older_than_seconds: float = 86_400) -> int:
        """Remove what killed writers left; returns how many files. Younger ones may be live."""
        return await asyncio.to_thread(self._sweep, time.time() - older_than_seconds)

    def _place(self, sha256: str) -> Path:
        # The only way from a caller's text to a path: nothing but 64 hexadecimal digits passes.
        if not _SHA256.fullmatch(sha256):
            raise ContentMissing(sha256)
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _create(self) -> BinaryIO:
        path = self._temporary / uuid4().hex
        try:
            return open(path, "xb", opener=_private)
        except FileNotFoundError:
            self._temporary.mkdir(parents=True, exist_ok=True)
            return open(path, "xb", opener=_private)

    def _adopt(self, file: BinaryIO, content: StoredContent) -> None:
        file.flush()
        os.fsync(file.fileno())
        file.close()
        place = self._place(content.sha256)
        written = Path(file.name)
        try:
            written.replace(place)
        except FileNotFoundError:
            place.parent.mkdir(parents=True, exist_ok=True)
            written.replace(place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _sweep(self, before: float) -> int:
        removed = 0
        for path in self._temporary.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    removed += 1
        return removed


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _discard(file: BinaryIO) -> None:
    """Whatever is still under the temporary name: nothing, once it was renamed."""
    with contextlib.suppress(OSError):
        file.close()
    Path(file.name).unlink(missing_ok=True)


async def _copy(
    start: bytes, rest: AsyncIterator[bytes], file: BinaryIO, limit: int
) -> StoredContent:
    digest = hashlib.sha256()
    size = len(start)
    waiting = bytearray(start)
    if size > limit:
        raise _too_large(limit)
    async for chunk in rest:
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        waiting += chunk
        if len(waiting) >= _BUFFER:
            await asyncio.to_thread(_write, file, digest, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(_write, file, digest, bytes(waiting))
    return StoredContent(sha256=digest.hexdigest(), size=size)


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(
        f"Le fichier dépasse la taille permise ({limit / _MEBIBYTE:.0f} Mo).",
        message_en=f"The file is larger than {limit} bytes.",
        limit=limit,
    )


def _write(file: BinaryIO, digest: "hashlib._Hash", data: bytes) -> None:
    digest.update(data)
    file.write(data)
