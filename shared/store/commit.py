"""Contents made to last, all that wait at once: a disk flushes many for the price of one."""

import asyncio
import contextlib
import ctypes
import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

_FEW = 4
"""Up to so many are flushed one by one: who is nearly alone does not wait for all that others
have written to this disk.
"""

# Not in the standard library; where a system has none, each file is flushed by itself.
_syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


@dataclass(eq=False)
class Draft:
    """A content on its way to its `place`: in memory (`data`), or flushed to the disk under
    its temporary name, in the folder `tmp` of the store.

    `twin` is where the other part of the store may have it; `supersedes`: it goes from there.
    After a commit `new` says whether it was in neither, and `error` why it could not be kept.
    """

    written: Path
    place: Path
    twin: Path
    supersedes: bool
    data: bytes | None = None
    new: bool = field(default=False, init=False)
    error: Exception | None = field(default=None, init=False)
    folders: tuple[Path, ...] = field(default=(), init=False)


class GroupCommit:
    """One commit at a time, of everything that came during the one before. For one loop."""

    def __init__(self, root: Path, threads: Executor) -> None:
        self._root = root
        self._threads = threads
        self._waiting: list[tuple[Draft, asyncio.Future[None]]] = []
        self._working: asyncio.Task[None] | None = None

    async def keep(self, draft: Draft) -> None:
        """Returns when the content is complete under its name and outlives a power cut.

        Raises `OSError` when the disk refuses, `RuntimeError` when no thread can be had.
        """
        settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((draft, settled))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        await settled
        if draft.error is not None:
            raise draft.error

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                drafts = [draft for draft, _ in batch]
                try:
                    await loop.run_in_executor(self._threads, commit, drafts, self._root)
                except Exception as error:  # noqa: BLE001 - no thread to be had: told likewise
                    for draft in drafts:
                        draft.error = error
                for _, settled in batch:
                    if not settled.done():
                        settled.set_result(None)
        finally:
            self._working = None


def commit(drafts: Sequence[Draft], root: Path) -> None:
    """Write, flush, name, flush; drafts tell what became of them.

    No name is given before its content is on the disk, and nobody hears of a content before
    its name is.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        # Opened before anything is written: errors of the disk are told by this descriptor.
        disk = os.open(root, os.O_RDONLY)
        try:
            written = _each(drafts, _write)
            flush([draft.written for draft in written if draft.data is not None], disk)
            named = _each(written, _name)
            flush({folder for draft in named for folder in draft.folders}, disk)
        finally:
            os.close(disk)
        _each([draft for draft in named if draft.supersedes and not draft.new], _clear_twin)
    except Exception as error:  # noqa: BLE001 - of this batch, told to each who waits for it
        for draft in drafts:
            draft.error = draft.error or error
    _each([draft for draft in drafts if draft.error is not None], _discard)


def flush(paths: Collection[Path], disk: int) -> None:
    """These files and folders are on the disk, on which the descriptor `disk` is open."""
    if len(paths) > _FEW and _syncfs is not None:
        if _syncfs(disk):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _each(drafts: Sequence[Draft], step: Callable[[Draft], None]) -> list[Draft]:
    """Those with which it went well: one that fails fails alone."""
    well = []
    for draft in drafts:
        try:
            step(draft)
            well.append(draft)
        except OSError as error:
            draft.error = error
    return well


def _write(draft: Draft) -> None:
    if draft.data is None:
        return
    try:
        descriptor = _create(draft.written)
    except FileNotFoundError:
        draft.written.parent.mkdir(parents=True, exist_ok=True)
        descriptor = _create(draft.written)
    try:
        left = memoryview(draft.data)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def _create(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)


def _name(draft: Draft) -> None:
    draft.new = not (draft.place.exists() or draft.twin.exists())
    folder = draft.place.parent
    draft.folders = (folder,)
    try:
        draft.written.replace(draft.place)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        draft.written.replace(draft.place)
        above_root = draft.written.parent.parent.parent
        draft.folders = (folder, *takewhile(above_root.__ne__, folder.parents))


def _clear_twin(draft: Draft) -> None:
    draft.twin.unlink(missing_ok=True)


def _discard(draft: Draft) -> None:
    """Whatever is still under the temporary name."""
    with contextlib.suppress(OSError):
        draft.written.unlink(missing_ok=True)
