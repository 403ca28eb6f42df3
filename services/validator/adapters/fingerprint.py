"""A file whose size and SHA-256 are taken while it is read for another purpose."""

import hashlib
import io
from pathlib import Path
from typing import Any

from services.validator.engine.result import FileRef

_BLOCK = 1 << 16


class Fingerprinted(io.RawIOBase):
    """Each byte is hashed when it is first read, while it is at hand: the file is read once.

    Readers may go back as they like. A thread of its own for the hash would end sooner, but the
    two would take more of the processor than one after the other, and a worker has one.
    """

    def __init__(self, path: Path) -> None:
        """Raises `OSError`."""
        super().__init__()
        self._file = path.open("rb", buffering=0)
        self._digest = hashlib.sha256()
        self._position = 0
        self._hashed = 0

    def fingerprint(self) -> FileRef:
        """Of the whole file: reads on to its end."""
        self.seek(self._hashed)
        with memoryview(bytearray(_BLOCK)) as view:
            while self.readinto(view):
                pass
        return FileRef(size=self._hashed, sha256=self._digest.hexdigest())

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As a file does."""
        self._position = self._file.seek(offset, whence)
        return self._position

    def tell(self) -> int:
        """As a file does."""
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        """As a file does; what is new is hashed."""
        count = self._file.readinto(buffer) or 0
        fresh = self._position + count - self._hashed
        if 0 < fresh <= count:
            with memoryview(buffer) as view:
                self._digest.update(view[count - fresh : count])
            self._hashed += fresh
        self._position += count
        return count

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
