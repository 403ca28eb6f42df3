"""What a kind of portal offers to the harvester, and what it is given to work with."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from shared.contracts.records import DatasetRecord, Publisher


class Answer(Protocol):
    """What an HTTP GET brought; `url` is the final one, after redirects."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def url(self) -> str:
        """Final address."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""
        ...

    @property
    def body(self) -> bytes:
        """Decoded of its compression."""
        ...


class Getter(Protocol):
    """The one way to the network: `shared.fetch.Fetcher`, or a fake in a test."""

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limit: int | None = None
    ) -> Answer:
        """Fetch at most `limit` bytes; raises `Transient` or `ClientError` of the fetcher."""
        ...


@dataclass(frozen=True)
class Site:
    """A portal to list: where it is, what is wanted of it, and what time it is.

    `config` belongs to the kind (udata: `organization`). `now` bounds dates: a portal
    that says a dataset changes next year is not believed. `since`: what changed after it is
    enough; a kind whose portals cannot select lists everything all the same.
    """

    url: str
    now: datetime
    config: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True)
class Rejected:
    """An entry of the portal that cannot be imported, with the reason in French.

    Without `remote_id` nobody knows which dataset it was, so nothing of that source may
    be counted as missing in this run. Without `publisher` nobody knows whose it was, so that a
    source of one publisher keeps it.
    """

    reason: str
    remote_id: str | None = None
    title: str | None = None
    publisher: Publisher | None = None


@dataclass(frozen=True)
class Page:
    """One answer of a listing.

    `complete` is false when something of the listing was lost, here or after; `warnings`
    then says what. `cursor` resumes after this page; `None` on the last one.
    `declared_total` is what the portal claims to hold, if it says so. `selective`: the
    portal obeyed `Site.since`, so that what is not listed may well be there. `moments`: when
    each dataset changed, in the very field by which `since` selects; empty where a kind of
    portal cannot select.
    """

    records: tuple[DatasetRecord, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    complete: bool = True
    declared_total: int | None = None
    cursor: str | None = None
    warnings: tuple[str, ...] = ()
    selective: bool = False
    moments: Mapping[str, datetime] = field(default_factory=dict)


class Connector(Protocol):
    """A kind of portal. A new one is a folder with one of these and a line in `registry`."""

    @property
    def kind(self) -> str:
        """The word of the API and the command line."""
        ...

    @property
    def label(self) -> str:
        """The same in French, for people."""
        ...

    @property
    def options(self) -> frozenset[str]:
        """The names in `Site.config` that it understands; any other is refused."""
        ...

    async def recognises(self, site: Site, probe: Answer, getter: Getter, /) -> bool:
        """Whether `site.url`, which answered `probe`, is such a portal.

        At most two requests; the kinds that crawl a site, which are tried last, a dozen.
        """
        ...

    def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """List the portal, from its beginning or after `cursor`.

        Raises `PortalUnreachable` when not even the first page can be had; a page lost
        later ends the listing with `complete=False`.
        """
        ...
