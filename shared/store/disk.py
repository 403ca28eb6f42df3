"""Contents on a local disk: `root/ab/abcd…`, passing ones `root/passing/ab/abcd…`; those of
former versions, one folder deeper, are found there.

A content appears under its name complete or not at all: it is written beside, flushed to
the disk, then renamed, small ones many at once (`commit.py`). Two writers of one content both
succeed. A writer that is killed leaves files in `root/tmp`, which `sweep` removes.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TypeVar, TypeVarTuple
from uuid import uuid4

from shared.errors import TooLargeError
from shared.store.commit import Draft, GroupCommit
from shared.store.content import ContentMissing, StoredContent

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEBIBYTE = 1024 * 1024
_BUFFER = _MEBIBYTE
_THREADS = 8

Result = TypeVar("Result")
Ts = TypeVarTuple("Ts")


class DiskStore:
    """`root` is created on the first write; it must lie on one file system."""

    def __init__(self, root: Path) -> None:
        self._kept = root
        self._passing = root / "passing"
        self._temporary = root / "tmp"
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store")
        self._commits = GroupCommit(root, self._threads)

    async def put(
        self, chunks: AsyncIterator[bytes], *, limit: int, passing: bool = False
    ) -> StoredContent:
        """Keep what comes, at most `limit` bytes; raises `TooLargeError` and keeps nothing.

        Disk work runs in threads: a slow disk does not stall the event loop. Small contents
        that come while others are written are flushed together; one that is there already
        costs a look.
        """
        home = self._passing if passing else self._kept
        start = bytearray()
        async for chunk in chunks:
            start += chunk
            if len(start) >= _BUFFER:
                return await self._put_large(bytes(start), chunks, limit, home)
        return await self._put_small(bytes(start), limit, home)

    async def _put_small(self, data: bytes, limit: int, home: Path) -> StoredContent:
        if len(data) > limit:
            raise _too_large(limit)
        content = StoredContent(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        if any(_place(each, content.sha256).is_file() for each in {self._kept, home}):
            return content
        return await self._adopt(self._temporary / uuid4().hex, content, home, data)

    async def _put_large(
        self, start: bytes, rest: AsyncIterator[bytes], limit: int, home: Path
    ) -> StoredContent:
        file = await self._in_thread(self._create)
        try:
            content = await self._copy(start, rest, file, limit)
            # By its own thread: small ones do not wait for it.
            await self._in_thread(_finish, file)
            return await self._adopt(Path(file.name), content, home)
        except BaseException:
            await self._in_thread(_discard, file)
            raise

    async def _adopt(
        self, written: Path, content: StoredContent, home: Path, data: bytes | None = None
    ) -> StoredContent:
        keeps = home == self._kept
        draft = Draft(
            written=written,
            place=_place(home, content.sha256),
            twin=_place(self._passing if keeps else self._kept, content.sha256),
            supersedes=keeps,
            data=data,
        )
        await self._commits.keep(draft)
        return replace(content, new=draft.new)

    def path(self, sha256: str) -> Path:
        """A readable local file; raises `ContentMissing`, also for what is no SHA-256."""
        for path in self._places(sha256):
            if path.is_file():
                return path
        raise ContentMissing(sha256)

    def open(self, sha256: str) -> BinaryIO:
        """The content, to be closed by the caller; raises `ContentMissing`."""
        for path in self._places(sha256):
            with contextlib.suppress(FileNotFoundError):
                return path.open("rb")
        raise ContentMissing(sha256)

    def exists(self, sha256: str) -> bool:
        """Whether the content is there."""
        return any(path.is_file() for path in self._places(sha256))

    async def drop(self, sha256: str) -> None:
        """Drop a passing content; nothing happens when somebody keeps it, or it is not there."""
        places = _place(self._passing, sha256), _former_place(self._passing, sha256)
        await self._in_thread(_unlink, places)

    async def sweep(self, *, older_than_seconds: float = 86_400) -> int:
        """Remove what killed writers left; returns how many files. Younger ones may be live."""
        return await self._in_thread(self._sweep, time.time() - older_than_seconds)

    def _places(self, sha256: str) -> Iterator[Path]:
        """Where it may be, to be looked at in this order: what passes may be kept meanwhile."""
        yield _place(self._kept, sha256)
        yield _place(self._passing, sha256)
        yield _place(self._kept, sha256)
        yield _former_place(self._kept, sha256)
        yield _former_place(self._passing, sha256)

    def _create(self) -> BinaryIO:
        path = self._temporary / uuid4().hex
        try:
            return open(path, "xb", opener=_private)
        except FileNotFoundError:
            self._temporary.mkdir(parents=True, exist_ok=True)
            return open(path, "xb", opener=_private)

    async def _copy(
        self, start: bytes, rest: AsyncIterator[bytes], file: BinaryIO, limit: int
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
                await self._in_thread(_write, file, digest, bytes(waiting))
                waiting.clear()
        await self._in_thread(_write, file, digest, bytes(waiting))
        return StoredContent(sha256=digest.hexdigest(), size=size)

    async def _in_thread(self, work: Callable[[*Ts], Result], *arguments: *Ts) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, work, *arguments)

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


def _place(root: Path, sha256: str) -> Path:
    # The only way from a caller's text to a path: nothing but 64 hexadecimal digits passes.
    if not _SHA256.fullmatch(sha256):
        raise ContentMissing(sha256)
    return Path(f"{root}/{sha256[:2]}/{sha256}")


def _former_place(root: Path, sha256: str) -> Path:
    place = _place(root, sha256)
    return place.with_name(sha256[2:4]) / sha256


def _finish(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _unlink(places: Iterable[Path]) -> None:
    for place in places:
        place.unlink(missing_ok=True)


def _discard(file: BinaryIO) -> None:
    """Whatever is still under the temporary name."""
    with contextlib.suppress(OSError):
        file.close()
    Path(file.name).unlink(missing_ok=True)


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(
        f"Le fichier dépasse la taille permise ({limit / _MEBIBYTE:.0f} Mo).",
        message_en=f"The file is larger than {limit} bytes.",
        limit=limit,
    )


def _write(file: BinaryIO, digest: "hashlib._Hash", data: bytes) -> None:
    digest.update(data)
    file.write(data)
