"""A search, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.catalogue.models.ranking import Factors
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
    QUALITY = "quality"


@dataclass(frozen=True)
class Criteria:
    """What is asked: the terms, and for each facet the values of which one must hold.

    `missing`: of what is asked for, so many things may be missing.
    """

    terms: tuple[Term, ...]
    filters: Mapping[Facet, tuple[str, ...]]
    missing: int = 0


Key = int | float | str
"""A sort key: a score, or the number or text by which the index orders."""


@dataclass(frozen=True)
class Position:
    """Where a page begins: behind the dataset with this sort key and number.

    `offset` says how many came before when the page was made. It is where to look first:
    what was written since may have moved the place.
    """

    key: Key
    number: int
    offset: int


@dataclass(frozen=True)
class WordMatch:
    """A word of the query in a dataset: what it was found as, where, and its points."""

    word: str
    found_as: tuple[str, ...]
    field: str
    points: float


@dataclass(frozen=True)
class Explanation:
    """Why a dataset has its place: `score` = `text` × the product of the factors."""

    score: float
    text: float
    words: tuple[WordMatch, ...]
    factors: Factors


@dataclass(frozen=True)
class Listed:
    """What a list shows of a dataset, and counts it by. The description is its beginning."""

    id: UUID
    organization_id: UUID
    title: str
    description: str | None
    publisher_name: str | None
    license: str | None
    territory_code: str | None
    territory_path: tuple[str, ...]
    keywords: tuple[str, ...]
    schemas: tuple[str, ...]
    formats: tuple[str, ...]
    verdict_counts: Mapping[str, int]
    validity: float | None
    quality_points: int | None
    issued: datetime | None
    modified: datetime | None
    fresh_at: datetime
    remote_url: str | None
    archived: bool
    fictitious: bool


@dataclass(frozen=True)
class Hit(Listed):
    """A dataset in a list, with the names that go with it."""

    organization_name: str = ""
    territory_name: str | None = None
    explanation: Explanation | None = None


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet with the number of datasets that choosing it would give.

    `label`: the name of an organisation or territory, else the value: what has a name in each
    language is named for its reader.
    """

    value: str
    label: str
    count: int
    selected: bool = False
    kind: str | None = None


@dataclass(frozen=True)
class SearchResult:
    """A page of hits.

    `missing`: none or hardly any dataset has all that was asked for; these may miss so many
    words of it. `corrected`: the query with the spellings that were searched instead, None
    when it was searched as typed.
    """

    hits: tuple[Hit, ...]
    total: int
    missing: int
    sort: Sort
    next: Position | None = None
    facets: Mapping[Facet, tuple[FacetValue, ...]] = field(default_factory=dict)
    corrected: str | None = None

    @property
    def relaxed(self) -> bool:
        """Whether what was found may miss words."""
        return self.missing > 0 and self.total > 0
