"""A dataset's scores, put together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from services.catalogue.quality.criteria import CRITERIA, POSITION, SPAN, Criterion, Score
from services.catalogue.quality.datagouv import datagouv
from services.catalogue.quality.facts import QualityFacts
from services.catalogue.quality.mqa import mqa
from services.catalogue.quality.own import availability, conformity, freshness, next_change
from services.catalogue.quality.shares import Share

_NAMED = [(score.value, score) for score in Score]
_WORTH = {one.code: (POSITION[one.code], one.points) for one in CRITERIA}


@dataclass(frozen=True, slots=True)
class Quality:
    """`earned` holds the points of each of `CRITERIA`, in their order; None: not applicable.

    `due` is when time alone will next change it.
    """

    earned: tuple[int | None, ...]
    due: datetime | None = None

    def points(self, score: Score) -> int | None:
        """The points of a score; None when none of its criteria applies."""
        return points_of(self.earned, score)

    @property
    def scores(self) -> Mapping[Score, int | None]:
        """All five."""
        return {score: self.points(score) for score in Score}


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion with what it earned; None: not applicable."""

    criterion: Criterion
    earned: int | None

    @property
    def met(self) -> bool:
        """Whether nothing is missing."""
        return self.earned is None or self.earned >= self.criterion.points

    @property
    def missing(self) -> int:
        """Points still to be had."""
        return 0 if self.earned is None else max(0, self.criterion.points - self.earned)


def points_of(earned: Sequence[int | None], score: Score) -> int | None:
    """The sum of one score's criteria; None when none applies."""
    given = [points for points in earned[SPAN[score]] if points is not None]
    return sum(given) if given else None


def points_by_score(earned: Sequence[int | None]) -> dict[str, int | None]:
    """The points of each score, by its name."""
    return {name: points_of(earned, score) for name, score in _NAMED}


def judged(earned: Sequence[int | None]) -> Iterator[Judged]:
    """Each criterion with its points."""
    for criterion, points in zip(CRITERIA, earned, strict=True):
        yield Judged(criterion, points)


def assess(facts: QualityFacts, now: datetime) -> Quality:
    """The scores of a dataset at that moment. Tens of microseconds."""
    earned: list[int | None] = [None] * len(CRITERIA)
    found: Iterator[tuple[str, Share | None]] = chain(
        conformity(facts),
        mqa(facts),
        datagouv(facts, now),
        freshness(facts, now),
        availability(facts),
    )
    for code, share in found:
        if share is not None:
            place, points = _WORTH[code]
            earned[place] = share.of(points)
    return Quality(tuple(earned), next_change(facts, now))
