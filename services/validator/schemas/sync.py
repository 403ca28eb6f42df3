"""Bring the versions of the national register beside those that are built in.

What is known is never fetched again: a published version does not change. New files are
written first, the index last and atomically, so that a synchronisation that is cut off
leaves the register as it was. A version that cannot be had is told and left for the next
time; a schema that leaves the national register stays here, marked as withdrawn.
"""

import asyncio
import fcntl
import json
import os
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from services.validator.schemas.authoring import load_descriptor
from services.validator.schemas.column_sets import FILE, write_column_sets
from services.validator.schemas.errors import RegisterUnavailableError, SyncRunningError
from services.validator.schemas.layers import SyncedLayer, version_path
from services.validator.schemas.model import SchemaEntry
from services.validator.schemas.national import ListedSchema, ListedVersion, read_list
from services.validator.schemas.packages import with_member_schemas
from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.versions import version_key
from shared.errors import ServiceError
from shared.typography import counted

NATIONAL_LIST = "https://schema.data.gouv.fr/schemas/schemas.json"
_AT_ONCE = 4

Fetch = Callable[[str], Awaitable[bytes]]
"""The body of a URL; raises a `ServiceError` or an `OSError` when it cannot be had."""

SyncState = Literal["added", "unchanged", "failed", "ignored"]


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What became of a version, or of a whole schema that was `ignored`; `reason` French."""

    name: str
    version: str | None
    state: SyncState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The outcomes in the order of the national list."""

    outcomes: tuple[SyncOutcome, ...]

    def of(self, state: SyncState) -> tuple[SyncOutcome, ...]:
        """The outcomes of one state."""
        return tuple(outcome for outcome in self.outcomes if outcome.state == state)

    @property
    def summary(self) -> str:
        """One French sentence."""
        counts = Counter(outcome.state for outcome in self.outcomes)
        added = counted(counts["added"], "version ajoutée", "versions ajoutées")
        unchanged = counted(counts["unchanged"], "déjà connue", "déjà connues")
        ignored = counted(counts["ignored"], "schéma", "schémas")
        return f"{added}, {unchanged}, {counts['failed']} en échec, {ignored} d'une autre sorte."

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"summary": self.summary, "outcomes": [asdict(o) for o in self.outcomes]}


async def sync_register(*, fetch: Fetch, root: Path, url: str = NATIONAL_LIST) -> SyncReport:
    """Fetch the list, then the schemas that are not known yet, into `root`.

    Raises `RegisterUnavailableError` when the list cannot be had, `SyncRunningError` when
    another synchronisation of `root` is under way; nothing has changed then.
    """
    with _only_one(root):
        listed = read_list(await _fetch_list(fetch, url))
        layer = SyncedLayer(root)
        register = SchemaRegister.open(root)
        known = {
            (entry.name, version_key(version.version))
            for entry in register.list()
            for version in entry.versions
        }
        gate = asyncio.Semaphore(_AT_ONCE)
        members = _members(listed)

        async def settle(schema: ListedSchema, version: ListedVersion) -> SyncOutcome:
            if (schema.name, version_key(version.version)) in known:
                return SyncOutcome(schema.name, version.version, "unchanged")
            async with gate:
                return await _take(schema, version, members, fetch=fetch, root=root)

        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(settle(schema, version))
                for schema in listed
                for version in schema.versions
            ]
        outcomes = [task.result() for task in tasks]
        ignored = [
            SyncOutcome(s.name, None, "ignored", f"rien ne peut être contrôlé avec ({s.kind})")
            for s in listed
            if not s.versions
        ]
        added = {(o.name, o.version) for o in outcomes if o.state == "added"}
        index = _index(listed, before=list(layer.entries().values()), added=added)
        await asyncio.to_thread(_write, root / "index.json", index)
        await asyncio.to_thread(_write_columns, layer, root)
        return SyncReport((*outcomes, *ignored))


async def _fetch_list(fetch: Fetch, url: str) -> bytes:
    try:
        return await fetch(url)
    except (ServiceError, OSError) as error:
        raise RegisterUnavailableError(
            f"Le registre national ne répond pas ({url}) : {str(error).rstrip('.')}. "
            "Rien n'a été changé."
        ) from error


async def _take(
    schema: ListedSchema,
    version: ListedVersion,
    members: Mapping[str, Mapping[str, str]],
    *,
    fetch: Fetch,
    root: Path,
) -> SyncOutcome:
    """Fetch one version, judge it, and write it as it was published.

    Of a package, the schemas are those that the list has under their own names.
    """
    name = schema.name
    try:
        content = await fetch(version.url)
        descriptor, _ = await asyncio.to_thread(load_descriptor, content)
        if schema.kind == "datapackage":
            known = {key: f"{cited}@{version.version}" for key, cited in members[name].items()}
            named = with_member_schemas(descriptor, known)
            content = json.dumps(named, ensure_ascii=False, indent=1).encode()
        path = version_path(root, name, version.version)
        await asyncio.to_thread(_write, path, content.removeprefix(b"\xef\xbb\xbf"))
    except (ServiceError, OSError) as error:
        return SyncOutcome(name, version.version, "failed", str(error) or type(error).__name__)
    return SyncOutcome(name, version.version, "added")


def _members(listed: Sequence[ListedSchema]) -> defaultdict[str, dict[str, str]]:
    """By package, the names of its schemas by what follows their owner."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for schema in listed:
        if schema.package is not None:
            found[schema.package][schema.name.partition("/")[2]] = schema.name
    return found


def _index(
    listed: Sequence[ListedSchema],
    *,
    before: Sequence[SchemaEntry],
    added: set[tuple[str, str | None]],
) -> bytes:
    """The index with what was there, what was added, and the list's words for both."""
    entries = {entry.name: _entry_of(entry) for entry in before}
    names = {schema.name for schema in listed}
    for name, entry in entries.items():
        entry["withdrawn"] = name not in names
    for schema in listed:
        fresh = [v for v in schema.versions if (schema.name, v.version) in added]
        if not fresh and schema.name not in entries:
            continue
        entry = entries.setdefault(schema.name, {"versions": []})
        entry |= {
            "name": schema.name,
            "title": schema.title,
            "kind": schema.kind,
            "labels": list(schema.labels),
            "repositories": [schema.homepage] if schema.homepage else [],
            "withdrawn": False,
        }
        entry["versions"] += [{"version": v.version, "addresses": [v.url]} for v in fresh]
    content = {"schemas": [entries[name] for name in sorted(entries)]}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _entry_of(entry: SchemaEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "kind": entry.kind,
        "labels": list(entry.labels),
        "repositories": list(entry.repositories),
        "withdrawn": entry.withdrawn,
        "versions": [
            {"version": v.version, "addresses": list(v.addresses)} for v in entry.versions
        ],
    }


def _write_columns(layer: SyncedLayer, root: Path) -> None:
    """After the index: what the file lacks is read from the descriptors."""
    known = {
        f"{entry.name}@{version.version}": layer.column_sets(entry.name, version.version)
        for entry in layer.entries().values()
        for version in entry.versions
    }
    _write(root / FILE, write_column_sets(known))


def _write(path: Path, content: bytes) -> None:
    """Replace the file in one step, on the disk before it gets its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def _only_one(root: Path) -> Iterator[None]:
    """The lock goes with the process, however it ends."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SyncRunningError(
                "Une synchronisation du registre est déjà en cours ; réessayez plus tard."
            ) from error
        yield
