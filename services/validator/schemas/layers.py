"""Where schemas are read from: what is built in, and a folder filled by a synchronisation.

A layer reads its index at first use and a descriptor only when it is asked for. The
descriptors are not kept: one takes well under a millisecond to read, and a caller may
change its copy.
"""

import json
import logging
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from services.validator.schemas.column_sets import (
    FILE,
    ColumnSet,
    Known,
    column_sets,
    read_column_sets,
)
from services.validator.schemas.model import Descriptor, SchemaEntry, VersionEntry
from services.validator.schemas.versions import latest, version_key

DATA = Path(__file__).parent / "data"
_log = logging.getLogger(__name__)


class Layer(Protocol):
    """A source of schemas; names and versions are spelt as published."""

    def entries(self) -> Mapping[str, SchemaEntry]:
        """Every schema of the layer by name; cheap when asked again."""
        ...

    def revision(self) -> Hashable:
        """Changes when the entries do."""
        ...

    def descriptor(self, name: str, version: str) -> Descriptor:
        """The descriptor; raises `KeyError` when the layer does not have it."""
        ...

    def column_sets(self, name: str, version: str) -> tuple[ColumnSet, ...]:
        """Its columns; raises `KeyError` when the layer does not have it."""
        ...


def version_path(root: Path, name: str, version: str) -> Path:
    """Where a synchronisation keeps a version: `versions/scdl/deliberations/2.1.6.json`.

    Nested, because `a/b__c` and `a__b/c` are two names and would be one flat folder.
    """
    return root / "versions" / name / f"{version}.json"


def make_entry(
    raw: Mapping[str, Any], *, title: str, versions: Iterable[VersionEntry]
) -> SchemaEntry:
    """An entry from the JSON of an index, versions sorted from the newest."""
    ordered = sorted(versions, key=lambda v: version_key(v.version), reverse=True)
    return SchemaEntry(
        name=raw["name"],
        title=title,
        kind=raw["kind"],
        latest=latest([entry.version for entry in ordered]),
        versions=tuple(ordered),
        labels=tuple(raw["labels"]),
        repositories=tuple(raw["repositories"]),
        withdrawn=raw["withdrawn"],
    )


def _version_entries(raw: Mapping[str, Any]) -> list[VersionEntry]:
    return [VersionEntry(v["version"], tuple(v["addresses"])) for v in raw["versions"]]


def _words_of(words: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The words of a field for one version: `examples` holds the versions that differ."""
    example = words.get("examples", {}).get(version, words["example"])
    return {"title": words["title"], "description": words["description"], "example": example}


def _folder(name: str) -> str:
    return name.replace("/", "__")


class BuiltInLayer:
    """The facts that ship with the validator, dressed with our own French words."""

    def __init__(self, root: Path = DATA) -> None:
        self._root = root
        self._entries: dict[str, SchemaEntry] | None = None
        self._columns: Known | None = None

    def entries(self) -> Mapping[str, SchemaEntry]:
        """Reads the index and the titles once: a few milliseconds."""
        if self._entries is None:
            index = json.loads((self._root / "index.json").read_bytes())
            self._entries = {
                raw["name"]: make_entry(
                    raw, title=self._words(raw["name"])["title"], versions=_version_entries(raw)
                )
                for raw in index["schemas"]
            }
        return self._entries

    def revision(self) -> Hashable:
        """Never changes: it ships with the code."""
        return None

    def descriptor(self, name: str, version: str) -> Descriptor:
        """Facts and words put together."""
        entry = self.entries()[name]
        if all(known.version != version for known in entry.versions):
            raise KeyError(version)
        path = self._root / _folder(name) / "facts" / f"{version}.json"
        facts: Descriptor = json.loads(path.read_bytes())
        words = self._words(name)
        heading = {
            "name": name,
            "title": words["title"],
            "description": words["description"],
            "version": version,
        }
        if entry.kind == "jsonschema":
            # `name` and `version` are no words of JSON Schema.
            return {**facts, "title": words["title"], "description": words["description"]}
        if entry.kind == "datapackage":
            return heading | facts
        fields = [
            {"name": field["name"], **_words_of(words["fields"][field["name"]], version), **field}
            for field in facts.pop("fields")
        ]
        return heading | {"fields": fields} | facts

    def column_sets(self, name: str, version: str) -> tuple[ColumnSet, ...]:
        """From the compact file, which is made with the facts."""
        if self._columns is None:
            self._columns = read_column_sets(self._root / FILE)
        known = self._columns.get(f"{name}@{version}")
        return column_sets(self.descriptor(name, version)) if known is None else known

    def _words(self, name: str) -> dict[str, Any]:
        path = self._root / _folder(name) / "words.json"
        words: dict[str, Any] = json.loads(path.read_bytes())
        return words


class SyncedLayer:
    """Versions fetched from a national register, one file per version beside an index.

    The index is written last and atomically: a version that it does not name does not
    exist. It is read again when the file has changed, so that a running service sees what
    another process synchronised.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: tuple[int, int] | None = None
        self._entries: dict[str, SchemaEntry] = {}
        self._columns: Known = {}

    def entries(self) -> Mapping[str, SchemaEntry]:
        """Empty before the first synchronisation."""
        path = self._root / "index.json"
        try:
            status = path.stat()
        except FileNotFoundError:
            return {}
        signature = (status.st_mtime_ns, status.st_ino)
        if signature != self._seen:
            self._entries = self._read(path)
            self._columns = read_column_sets(self._root / FILE)
            self._seen = signature
        return self._entries

    def revision(self) -> Hashable:
        """The index file's identity."""
        self.entries()
        return self._seen

    def _read(self, path: Path) -> dict[str, SchemaEntry]:
        """A damaged index must not take the built-in schemas away: it counts as empty, and
        the next synchronisation writes it anew.
        """
        try:
            return {
                raw["name"]: make_entry(raw, title=raw["title"], versions=_version_entries(raw))
                for raw in json.loads(path.read_bytes())["schemas"]
            }
        except (ValueError, KeyError, TypeError):
            _log.warning("Schema index unreadable: %s", path, exc_info=True)
            return {}

    def descriptor(self, name: str, version: str) -> Descriptor:
        """The descriptor as published."""
        entry = self.entries()[name]
        if all(known.version != version for known in entry.versions):
            raise KeyError(version)
        path = version_path(self._root, name, version)
        try:
            descriptor: Descriptor = json.loads(path.read_bytes())
        except FileNotFoundError as error:
            raise KeyError(version) from error
        return descriptor

    def column_sets(self, name: str, version: str) -> tuple[ColumnSet, ...]:
        """From the compact file, else from the descriptor."""
        entry = self.entries()[name]
        if all(known.version != version for known in entry.versions):
            raise KeyError(version)
        known_sets = self._columns.get(f"{name}@{version}")
        return column_sets(self.descriptor(name, version)) if known_sets is None else known_sets
