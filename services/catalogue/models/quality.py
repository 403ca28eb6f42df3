"""Scores as they are kept and read: of one dataset, of a group, of a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

Scope = Literal["all", "organization", "territory", "schema"]
"""What datasets are put together by; `territory` with all below it."""


@dataclass(frozen=True)
class Tally:
    """What a group's conformity and availability are counted from.

    `judged` of the `resources` have the validator's verdict, `valid` of these are valid;
    `rows` are those of judged files. `links_answering` of `links_checked` addresses answer.
    """

    resources: int = 0
    judged: int = 0
    valid: int = 0
    rows: int = 0
    rows_valid: int = 0
    links_checked: int = 0
    links_answering: int = 0


@dataclass(frozen=True)
class DatasetScores:
    """The scores of one dataset as they are stored."""

    dataset_id: UUID
    earned: tuple[int | None, ...]
    tally: Tally
    scored_at: datetime


@dataclass(frozen=True)
class ScoreDay:
    """The scores of a dataset from that day on, or the means of a group on that day."""

    day: date
    mqa: float | None
    datagouv: float | None
    freshness: float | None
    conformity: float | None
    availability: float | None
    datasets: int = 1
    tally: Tally | None = None


@dataclass(frozen=True)
class GroupScores:
    """Scores of many datasets, archived ones and duplicates left out.

    `means` are by score, None where nothing could be judged.
    """

    datasets: int
    means: Mapping[str, float | None]
    criteria: Sequence["GroupCriterion"]
    tally: Tally


@dataclass(frozen=True)
class GroupCriterion:
    """One criterion over a group: `points` earned in all, by the `datasets` it applies to;
    `lacking` of them miss some of it.
    """

    position: int
    points: int
    datasets: int
    lacking: int
