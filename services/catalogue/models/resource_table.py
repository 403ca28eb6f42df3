"""The typed table of a resource, and what may be asked of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

ROW = "_row"
VALID = "_valid"
NUMERIC = frozenset({"integer", "number", "year"})
"""Types that are compared and sorted as numbers; all others as texts."""


@dataclass(frozen=True)
class TableColumn:
    """`type` is the schema's, None where no schema describes the column."""

    name: str
    type: str | None = None
    key: bool = False


@dataclass(frozen=True)
class ResourceTable:
    """A Parquet file of texts: the columns, then `_row` and `_valid`."""

    resource_id: UUID
    content_sha256: str
    organization_id: UUID
    report_id: UUID
    table_sha256: str
    rows: int
    valid_rows: int | None
    complete: bool
    columns: tuple[TableColumn, ...]
    schema_name: str | None
    schema_version: str | None
    checked_at: datetime


class Operator(StrEnum):
    """Comparisons; the words are those of data.gouv.fr's tabular API."""

    EXACT = "exact"
    DIFFERS = "differs"
    CONTAINS = "contains"
    IN = "in"
    LESS = "less"
    GREATER = "greater"
    STRICTLY_LESS = "strictly_less"
    STRICTLY_GREATER = "strictly_greater"
    ISNULL = "isnull"
    ISNOTNULL = "isnotnull"


@dataclass(frozen=True)
class Filter:
    """A condition on one column; `value` is empty for those that need none."""

    column: str
    operator: Operator
    value: str = ""


@dataclass(frozen=True)
class RowsQuery:
    """What is asked of a table. No `columns`: all. `valid` None: rows with errors too."""

    columns: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    valid: bool | None = None


@dataclass(frozen=True)
class RowsPage:
    """Some rows. `total` counts those that fit; `next_offset` is None on the last page."""

    table: ResourceTable
    columns: tuple[TableColumn, ...]
    rows: tuple[Mapping[str, Any], ...]
    total: int
    next_offset: int | None = None
