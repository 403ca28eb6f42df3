"""A file whose size and SHA-256 are taken while it is read for another purpose."""

import hashlib
import io
import os
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from services.validator.engine.result import FileRef

SMALL = 1 << 20
"""Bytes of a file that is read at once: going back in it then costs nothing."""

_BLOCK = 1 << 16


class Fingerprinted:
    """An open file; use it as a context manager. `stream` reads it, `size` is in bytes."""

    def __init__(self, path: Path) -> None:
        """Raises `OSError`."""
        self._file = io.FileIO(path)
        self.size = os.fstat(self._file.fileno()).st_size
        self._source: _Whole | _Hashing
        self.stream: BinaryIO
        if self.size <= SMALL:
            content = self._file.readall()
            self._source, self.stream = _Whole(content), io.BytesIO(content)
        else:
            self._source = _Hashing(self._file)
            self.stream = io.BufferedReader(self._source, _BLOCK)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def fingerprint(self) -> FileRef:
        """Of the whole file: reads on to its end."""
        return self._source.fingerprint()


class _Whole:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def fingerprint(self) -> FileRef:
        digest = hashlib.sha256(self._content).hexdigest()
        return FileRef(size=len(self._content), sha256=digest)


class _Hashing(io.RawIOBase):
    """Each byte is hashed when it is first read, while it is at hand: the file is read once.

    Readers may go back as they like. A thread of its own for the hash would end sooner, but the
    two would take more of the processor than one after the other, and a worker has one.
    """

    def __init__(self, file: io.FileIO) -> None:
        super().__init__()
        self._file = file
        self._digest = hashlib.sha256()
        self._position = 0
        self._hashed = 0

    def fingerprint(self) -> FileRef:
        self.seek(self._hashed)
        with memoryview(bytearray(_BLOCK)) as view:
            while self.readinto(view):
                pass
        return FileRef(size=self._hashed, sha256=self._digest.hexdigest())

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._position = self._file.seek(offset, whence)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        count = self._file.readinto(buffer) or 0
        fresh = self._position + count - self._hashed
        if 0 < fresh <= count:
            with memoryview(buffer) as view:
                self._digest.update(view[count - fresh : count])
            self._hashed += fresh
        self._position += count
        return count
