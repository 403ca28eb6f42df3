"""What is known of a resource's file, and what follows from a fetch of it. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.contracts.catalogue import Availability
from shared.contracts.records import ResourceRecord, SchemaReference

_TABULAR = frozenset({"csv", "tsv", "txt", "xls", "xlsx", "ods", "csv.gz"})
_SPREADSHEET_IN_DISGUISE = b"PK\x03\x04"
_SNIFFED = 2_000


@dataclass(frozen=True)
class FileState:
    """The last fetch of a resource. `sha256` names the last content that was had, also
    while the file is `unavailable`; `requested` is what was last sent to the validator.
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


@dataclass(frozen=True)
class Fetched:
    """What a conditional download brought. `sha256` is None when nothing new came."""

    http_status: int | None
    not_modified: bool = False
    sha256: str | None = None
    size: int | None = None
    file_name: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    reason: str | None = None


def after_fetch(state: FileState, url: str, fetched: Fetched, now: datetime) -> FileState:
    """The state that follows from a fetch. A failure forgets neither content nor validators
    of the same address: the next fetch may still be conditional.
    """
    base = replace(state, url=url, checked_at=now, http_status=fetched.http_status)
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


def unfetchable(state: FileState, url: str | None, reason: str, now: datetime) -> FileState:
    """A resource that cannot even be asked for."""
    return replace(
        state, url=url, availability="unavailable", reason=reason, http_status=None, checked_at=now
    )


def may_be_a_table(resource: ResourceRecord, start: bytes) -> bool:
    """Whether the validator should look at it: a main file of a tabular format, or of an
    unknown one whose first bytes look like text or like a spreadsheet.

    A declared schema is a promise of a table whatever the format says.
    """
    if resource.kind not in {"main", "update"}:
        return False
    if resource.format in _TABULAR or resource.schema_ref is not None:
        return True
    if resource.format is not None:
        return False
    return start.startswith(_SPREADSHEET_IN_DISGUISE) or _looks_like_text(start[:_SNIFFED])


def request_key(sha256: str, schema: SchemaReference | None) -> str:
    """What makes two validation requests of one resource the same."""
    parts = (schema.name, schema.version, schema.url) if schema else ()
    return "|".join([sha256, *(part or "" for part in parts)])


def _looks_like_text(start: bytes) -> bool:
    if not start or b"\x00" in start:
        return False
    controls = sum(byte < 32 and byte not in b"\t\r\n\f" for byte in start)
    return controls == 0 and start.lstrip()[:1] not in {b"{", b"<"}
