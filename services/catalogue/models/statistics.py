"""Counts of the catalogue. They add up: see `Statistics`."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Counts:
    """Datasets, resources and the resources by verdict, of one line of a breakdown."""

    key: str | None
    label: str
    datasets: int = 0
    resources: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Statistics:
    """One snapshot.

    `total.resources` is the sum over verdicts, over organisations, over territories and over
    schemas; `total.datasets` the sum over organisations and over territories (a dataset whose
    resources follow two schemas counts in both). A line without key holds what has none.
    Where only the longest lines were asked for, `other_organizations` and `other_territories`
    hold the sum of those left out. `organizations` and `territories` count all lines.
    """

    total: Counts
    by_schema: tuple[Counts, ...]
    by_organization: tuple[Counts, ...]
    by_territory: tuple[Counts, ...]
    other_organizations: Counts
    other_territories: Counts
    organizations: int
    territories: int
    fictitious_datasets: int = 0
