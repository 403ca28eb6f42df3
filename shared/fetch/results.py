"""What a fetch may cost, and what it brings back."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

from shared.fetch.urls import file_name


@dataclass(frozen=True)
class FetchLimits:
    """`total_seconds` runs from the first dial to the last byte, redirects included.

    `max_bytes` bounds the decoded body, `max_header_bytes` all headers of one answer,
    `max_ratio` decoded over received bytes.
    """

    total_seconds: float = 60.0
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    max_bytes: int = 100 * 1024 * 1024
    max_header_bytes: int = 64 * 1024
    max_headers: int = 200
    max_redirects: int = 5
    max_ratio: int = 200


class RequestOptions(TypedDict, total=False):
    """`etag` and `last_modified` make the request conditional: a 304 has no body. `limit`: bytes
    of the body, decoded.
    """

    headers: Mapping[str, str] | None
    etag: str | None
    last_modified: str | None
    limit: int | None


@dataclass(frozen=True)
class _Answer:
    """`url` is the last one of the redirects; header names are in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]

    @property
    def not_modified(self) -> bool:
        """The copy that the validators describe is still good (304); the body is empty."""
        return self.status == 304

    @property
    def ok(self) -> bool:
        """A body was sent as asked."""
        return 200 <= self.status < 300

    @property
    def etag(self) -> str | None:
        """To send back with the next request of the same address."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """To send back with the next request of the same address."""
        return self.headers.get("last-modified")

    @property
    def file_name(self) -> str:
        """What the document is called; never a path."""
        return file_name(self.url, self.headers.get("content-disposition"))


@dataclass(frozen=True)
class FetchResult(_Answer):
    """An answer with its whole body, decoded from gzip."""

    body: bytes


@dataclass(frozen=True)
class FetchStream(_Answer):
    """An answer whose body is still coming; `chunks` can be read once, inside the context."""

    chunks: AsyncIterator[bytes]
