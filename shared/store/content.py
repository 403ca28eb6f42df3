"""What a store of contents promises, wherever it keeps them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from shared.errors import NotFoundError


class ContentMissing(NotFoundError):
    """No content has this hash, or the store has dropped it."""

    code = "content-missing"
    title = "Fichier absent"

    def __init__(self, sha256: str) -> None:
        super().__init__(
            "Ce fichier n'est plus conservé : déposez-le à nouveau.",
            message_en="This file is no longer kept.",
            sha256=sha256[:64],
        )


@dataclass(frozen=True)
class StoredContent:
    """`sha256` in lower-case hexadecimal, `size` in bytes; `new`: it was not there before."""

    sha256: str
    size: int
    new: bool = field(default=False, compare=False)


class ContentStore(Protocol):
    """Contents by their SHA-256. The same content is kept once.

    What somebody once put to stay stays, whoever brought it before or brings it afterwards:
    only `passing` contents can be dropped.
    """

    async def put(
        self, chunks: AsyncIterator[bytes], *, limit: int, passing: bool = False
    ) -> StoredContent:
        """Keep what comes, at most `limit` bytes; raises `TooLargeError` and keeps nothing."""
        ...

    def path(self, sha256: str) -> Path:
        """A readable local file; raises `ContentMissing`."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """The content, to be closed by the caller; raises `ContentMissing`."""
        ...

    def exists(self, sha256: str) -> bool:
        """Whether the content is there."""
        ...

    async def drop(self, sha256: str) -> None:
        """Drop a passing content; nothing happens when somebody keeps it, or it is not there."""
        ...


async def one_chunk(content: bytes) -> AsyncIterator[bytes]:
    """Bytes that are already in memory, as `put` wants them."""
    yield content
