"""What is known of a resource's file, and what follows from a fetch of it. Pure."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

from shared.contracts.catalogue import Availability
from shared.contracts.records import ResourceRecord, SchemaReference

_TABULAR = frozenset({"csv", "tsv", "txt", "xls", "xlsx", "ods", "csv.gz", "parquet", "geojson"})
_SPREADSHEET_IN_DISGUISE = b"PK\x03\x04"
SNIFFED_BYTES = 2_000
"""Of these first bytes of a file is told whether it may be a table."""
_BEING_MADE = 202
PREPARING_PAUSES = (2, 5, 10, 20, 40, 60)
"""Seconds before each further question for a file that is still being made: ArcGIS Hub makes
a download when it is first asked for, which takes it some minutes at most.
"""


@dataclass(frozen=True)
class FileState:
    """The last fetch of a resource. `sha256` names the last content that was had, also
    while the file is `unavailable`; `requested` is what was last sent to the validator;
    `described` is what the portal said of the file when it was last asked for, and
    `unchanged_checks` how often in a row it was found as before. `preparing_since`: its server
    has been making it since then, and is asked again at `next_check_at`.
    """

    id: UUID
    dataset_id: UUID
    organization_id: UUID
    remote_id: str
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    size: int | None = None
    file_name: str | None = None
    availability: Availability = "unknown"
    reason: str | None = None
    http_status: int | None = None
    checked_at: datetime | None = None
    requested: str | None = None
    next_check_at: datetime | None = None
    unchanged_checks: int = 0
    described: str | None = None
    preparing_since: datetime | None = None


@dataclass(frozen=True)
class Fetched:
    """What a conditional download brought. `sha256` is None when nothing new came.

    `postponed_until`: the host rests until then, so that the file was not asked for.
    """

    http_status: int | None
    not_modified: bool = False
    sha256: str | None = None
    size: int | None = None
    file_name: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    reason: str | None = None
    requests: int = 1
    received: int = 0
    postponed_until: datetime | None = None


@dataclass(frozen=True)
class Rechecks:
    """How long after a look the next one is due: longer each time nothing had changed."""

    hours: tuple[float, ...]

    def next_check(self, unchanged: int, now: datetime) -> datetime:
        """`unchanged`: looks in a row that found the file as before."""
        return now + timedelta(hours=self.hours[min(unchanged, len(self.hours) - 1)])


def described(resource: ResourceRecord) -> str:
    """What a portal says of a file that tells whether it has changed."""
    said = (resource.url, resource.modified, resource.size, resource.checksum)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def must_look(
    state: FileState, resource: ResourceRecord, *, run_began: datetime, now: datetime
) -> bool:
    """Whether the file is to be asked for: never twice in a run, else when the portal says
    something new of it or its time has come.
    """
    if state.checked_at is None or state.url != resource.url:
        return True
    if state.checked_at >= run_began:
        return False
    if state.described != described(resource):
        return True
    return state.next_check_at is None or state.next_check_at <= now


def being_made_until(state: FileState, now: datetime) -> datetime | None:
    """When a file that is being made is to be asked for again, unless that is now."""
    if state.preparing_since is None or state.next_check_at is None:
        return None
    return state.next_check_at if state.next_check_at > now else None


def after_fetch(
    state: FileState, resource: ResourceRecord, fetched: Fetched, now: datetime, rechecks: Rechecks
) -> FileState:
    """The state that follows from a fetch. A failure forgets neither content nor validators
    of the same address: the next fetch may still be conditional.
    """
    if fetched.postponed_until is not None:
        return replace(state, url=resource.url, next_check_at=fetched.postponed_until)
    if fetched.http_status == _BEING_MADE:
        since = state.preparing_since or now
        if (again := _asked_again(since, now)) is not None:
            return replace(state, url=resource.url, preparing_since=since, next_check_at=again)
    same = fetched.not_modified or (
        fetched.sha256 is not None and fetched.sha256 == state.sha256 and state.url == resource.url
    )
    unchanged = state.unchanged_checks + 1 if same else 0
    base = replace(
        state,
        url=resource.url,
        checked_at=now,
        http_status=fetched.http_status,
        described=described(resource),
        unchanged_checks=unchanged,
        next_check_at=rechecks.next_check(unchanged, now),
        preparing_since=None,
    )
    if fetched.not_modified:
        return replace(base, availability="available", reason=None)
    if fetched.sha256 is None:
        return replace(base, availability="unavailable", reason=fetched.reason)
    return replace(
        base,
        availability="available",
        reason=None,
        sha256=fetched.sha256,
        size=fetched.size,
        file_name=fetched.file_name,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
    )


def _asked_again(since: datetime, now: datetime) -> datetime | None:
    """When a file that is being made is asked for next; None when it was long enough."""
    moments = (since + timedelta(seconds=waited) for waited in accumulate(PREPARING_PAUSES))
    return next((moment for moment in moments if moment > now), None)


def unfetchable(state: FileState, reason: str, now: datetime, rechecks: Rechecks) -> FileState:
    """A resource without an address: it cannot even be asked for."""
    return replace(
        state,
        url=None,
        availability="unavailable",
        reason=reason,
        http_status=None,
        checked_at=now,
        next_check_at=rechecks.next_check(len(rechecks.hours), now),
    )


def not_downloaded(
    state: FileState, resource: ResourceRecord, now: datetime, rechecks: Rechecks
) -> FileState:
    """A service, or another form of a file that is downloaded: nothing is known of it."""
    return replace(
        state,
        url=resource.url,
        checked_at=now,
        described=described(resource),
        next_check_at=rechecks.next_check(len(rechecks.hours), now),
    )


def promises_a_table(resource: ResourceRecord) -> bool | None:
    """Whether the validator should look at it: a main file of a tabular format. `None`: its
    first bytes must tell, for nobody says what it is, or it is JSON: a list of objects is a
    table, an answer of some service is none.

    A declared schema is a promise of a table whatever the format says.
    """
    if resource.kind not in {"main", "update"}:
        return False
    if resource.format in _TABULAR or resource.schema_ref is not None:
        return True
    return None if resource.format in {None, "json"} else False


def looks_like_a_table(start: bytes) -> bool:
    """Whether the first bytes look like text or like a spreadsheet."""
    return start.startswith(_SPREADSHEET_IN_DISGUISE) or _looks_like_text(start[:SNIFFED_BYTES])


def named_with_extension(name: str, resource: ResourceRecord) -> str:
    """With that of the format which the portal says where it has none: the reader looks at it."""
    return name if "." in name or not resource.format else f"{name}.{resource.format}"


def request_key(sha256: str, schema: SchemaReference | None) -> str:
    """What makes two validation requests of one resource the same."""
    parts = (schema.name, schema.version, schema.url) if schema else ()
    return "|".join([sha256, *(part or "" for part in parts)])


def _looks_like_text(start: bytes) -> bool:
    if not start or b"\x00" in start:
        return False
    controls = sum(byte < 32 and byte not in b"\t\r\n\f" for byte in start)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        return controls == 0 and text[1:].lstrip().startswith(b"{")
    return controls == 0 and text[:1] not in {b"{", b"<"}
