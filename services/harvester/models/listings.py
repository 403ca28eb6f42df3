"""What is remembered of a portal's listing between runs, and how a sweep begins. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.harvester.models.runs import Mode

DOUBTS_LIMIT = 2


@dataclass(frozen=True)
class Listing:
    """One source. A sweep that a budget cut short is under way: `sweep_started_at` and the
    rest say how it goes on. `pages` is the length of the last whole one; `newest` the last
    date of change that the portal gave; `trusted_until` how far lists of changes have been
    believed since everything was last read; `distrust` why they no longer are.
    """

    source_id: UUID
    full_sweep_at: datetime | None = None
    sweep_started_at: datetime | None = None
    sweep_cursor: str | None = None
    sweep_mode: Mode | None = None
    sweep_since: datetime | None = None
    sweep_complete: bool = True
    sweep_identities: bool = True
    pages: int = 0
    newest: datetime | None = None
    trusted_until: datetime | None = None
    doubts: int = 0
    distrust: str | None = None

    def since(self, mode: Mode, *, worth_pages: int) -> datetime | None:
        """From when changes are asked for; `None` where the whole list is.

        A short list is read whole: it shows what has gone, and costs as little.
        """
        if mode == "full" or self.distrust is not None or self.pages < worth_pages:
            return None
        return self.newest


@dataclass(frozen=True)
class AskedPage:
    """A request of a page of a listing, and how its answer is known again."""

    url: str
    headers: Mapping[str, str]
    etag: str | None
    last_modified: str | None
    sha256: str

    def conditional_headers(self) -> dict[str, str]:
        """The same request, answered 304 by a portal that can when nothing has changed."""
        sent = dict(self.headers)
        if self.etag:
            sent["If-None-Match"] = self.etag
        if self.last_modified:
            sent["If-Modified-Since"] = self.last_modified
        return sent


@dataclass(frozen=True)
class RememberedPage:
    """A page of the last listing: how it was asked for, what it listed, what came after."""

    after: str | None
    requests: tuple[AskedPage, ...]
    remote_ids: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    declared_total: int | None = None


def place_of(cursor: str | None) -> str:
    """A short key for the cursor that leads to a page; empty for the first one."""
    return hashlib.sha256(cursor.encode()).hexdigest() if cursor else ""


def digest(body: bytes) -> str:
    """By which a body is known again."""
    return hashlib.sha256(body).hexdigest()
