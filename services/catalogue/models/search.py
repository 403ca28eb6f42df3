"""A search, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.catalogue.models.text import Term


class Sort(StrEnum):
    """Orders of a list of datasets."""

    RELEVANCE = "relevance"
    MODIFIED = "modified"
    TITLE = "title"
    QUALITY = "quality"


class Facet(StrEnum):
    """What a list of datasets may be narrowed by."""

    SCHEMA = "schema"
    ORGANIZATION = "organization"
    TERRITORY = "territory"
    FORMAT = "format"
    LICENSE = "license"
    VERDICT = "verdict"


@dataclass(frozen=True)
class Criteria:
    """What is asked: the terms, and for each facet the values of which one must hold.

    `any_term`: one of the terms is enough. `as_of` is the moment against which freshness
    is measured; it stays the same on all pages of one list.
    """

    terms: tuple[Term, ...]
    filters: Mapping[Facet, tuple[str, ...]]
    as_of: datetime
    any_term: bool = False


@dataclass(frozen=True)
class Position:
    """Where a page begins: behind the row with this sort key and id."""

    key: float | str | datetime
    id: UUID


@dataclass(frozen=True)
class Hit:
    """A dataset in a list. `key` is its sort key in the order asked for."""

    id: UUID
    organization_id: UUID
    title: str
    description: str | None
    publisher_name: str | None
    license: str | None
    territory_code: str | None
    keywords: tuple[str, ...]
    schemas: tuple[str, ...]
    formats: tuple[str, ...]
    verdict_counts: Mapping[str, int]
    validity: float | None
    issued: datetime | None
    modified: datetime | None
    fresh_at: datetime
    remote_url: str | None
    archived: bool
    fictitious: bool
    key: float | str | datetime
    organization_name: str = ""
    territory_name: str | None = None


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet with the number of datasets that choosing it would give."""

    value: str
    label: str
    count: int
    selected: bool = False
    kind: str | None = None


@dataclass(frozen=True)
class SearchResult:
    """A page of hits. `relaxed`: no dataset has all the words, these have some of them."""

    hits: tuple[Hit, ...]
    total: int
    relaxed: bool
    sort: Sort
    as_of: datetime
    next: Position | None = None
    facets: Mapping[Facet, tuple[FacetValue, ...]] = field(default_factory=dict)
