"""One file of all members' rows: what goes into it, and what was built."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from services.catalogue.models.resource_table import TableColumn

UNLICENSED = "sans-licence"
"""What stands for the licence of files whose source names none that we know."""

PROVENANCE = (
    "_source",
    "_jeu",
    "_ressource",
    "_ligne",
    "_licence",
    "_valide_le",
    "_fichier_conforme",
)
"""Columns behind those of the schema: where a row comes from, and whether all of its file is
valid.
"""

_MADE_AS = "1"  # another number when the same parts are put together in another way
_NAMESPACE = UUID("7d0f5b0e-7a55-4b0c-9f0e-5f7b6a3f4c21")


@dataclass(frozen=True)
class Scope:
    """Which rows: of one schema, under one licence, on a territory or (empty) everywhere."""

    schema: str
    license: str
    territory: str = ""

    @property
    def id(self) -> UUID:
        """The resource that the consolidated file is to the validator."""
        return uuid5(_NAMESPACE, json.dumps([self.schema, self.license, self.territory]))


@dataclass(frozen=True)
class Part:
    """The table of one resource. `modified`: when its source last changed it, as far as known."""

    table_sha256: str
    resource_id: UUID
    dataset_id: UUID
    source: str
    license: str
    schema_version: str | None
    validated_at: datetime
    modified: datetime
    valid: bool
    valid_rows: int
    columns: tuple[TableColumn, ...]


@dataclass(frozen=True)
class Plan:
    """A consolidation before it is built; `parts` without second copies, newest last."""

    scope: Scope
    parts: tuple[Part, ...]

    @property
    def content_key(self) -> str:
        """The same for what would give the same bytes."""
        parts = [
            [
                part.table_sha256,
                str(part.resource_id),
                str(part.dataset_id),
                part.source,
                part.validated_at.isoformat(),
                part.modified.isoformat(),
                part.valid,
            ]
            for part in self.parts
        ]
        said = json.dumps([_MADE_AS, self.scope.schema, self.scope.license, parts])
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def rows(self) -> int:
        """Valid rows of all parts, before duplicates are left out."""
        return sum(part.valid_rows for part in self.parts)

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """Those of the newest version of the schema, then what only older ones have."""
        found: dict[str, TableColumn] = {}
        for part in sorted(self.parts, key=lambda part: version_key(part.schema_version))[::-1]:
            for column in part.columns:
                if column.type is not None:
                    found.setdefault(column.name, column)
        return tuple(found.values())

    @property
    def key(self) -> tuple[str, ...]:
        """The primary key of the newest version; rows with the same one are duplicates."""
        newest = max(self.parts, key=lambda part: version_key(part.schema_version))
        return tuple(column.name for column in newest.columns if column.key)


@dataclass(frozen=True)
class Consolidation:
    """A built file. `duplicates`: rows left out since a newer one has the same key."""

    scope: Scope
    content_key: str
    csv_sha256: str
    parquet_sha256: str
    rows: int
    duplicates: int
    resources: int
    built_at: datetime


@dataclass(frozen=True)
class Available:
    """What could be had under one schema and licence. `rows` counts valid rows of all files."""

    schema: str
    license: str
    resources: int
    sources: int
    rows: int


def plan(scope: Scope, parts: Sequence[Part]) -> Plan:
    """Oldest first; a table that two resources share (mirrors of one file) counts once."""
    ordered = sorted(parts, key=lambda part: (part.modified, str(part.resource_id)))
    newest = {part.table_sha256: part for part in ordered}
    return Plan(scope, tuple(part for part in ordered if newest[part.table_sha256] is part))


def version_key(version: str | None) -> tuple[tuple[int, int, str], ...]:
    """Sorts 2.10 behind 2.9, and no version before all others."""
    return tuple(
        (1, int(part), "") if part.isdigit() else (0, 0, part)
        for part in (version or "").lstrip("v").split(".")
    )
