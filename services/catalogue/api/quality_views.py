"""Shapes of the answers about quality, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.catalogue.models.quality import ScoreDay
from services.catalogue.models.wording import Language, wording
from services.catalogue.operations.read_quality import DatasetQuality, GroupQuality
from services.catalogue.quality.advice import Advice, advise
from services.catalogue.quality.criteria import CRITERIA, MAXIMUM, Score
from services.catalogue.quality.groups import advise_group
from services.catalogue.quality.mqa import band
from services.catalogue.quality.score import judged, points_of


class CriterionView(BaseModel):
    """A criterion. `points` is null where it does not apply. Of a group, `points` is the
    mean, `applies_to` and `lacking` are numbers of datasets.
    """

    code: str
    label: str
    points: float | None
    maximum: int
    met: bool
    applies_to: int = 1
    lacking: int = 0


class ScoreView(BaseModel):
    """A score with its criteria; `points` is null where there was nothing to judge."""

    score: str
    label: str
    points: float | None
    maximum: int
    band: str | None = None
    band_label: str | None = None
    criteria: list[CriterionView]


class AdviceView(BaseModel):
    """One thing to do; `gains` are points by score (of a group: sums over its datasets).

    `effect` orders the list: the sum of the shares added to the scores.
    """

    action: str
    title: str
    how: str
    gains: Mapping[str, int]
    effect: float
    criteria: list[str]
    datasets: int


class DayView(BaseModel):
    """Scores from that day on (a dataset), or means on that day (a group)."""

    day: date
    datasets: int
    mqa: float | None
    datagouv: float | None
    freshness: float | None
    conformity: float | None
    availability: float | None
    tally: Mapping[str, int] | None = None


class QualityView(BaseModel):
    """Scores, what is met and not, what to do, and how it went.

    `tally` holds the counts behind: files judged and valid, rows, addresses checked.
    """

    id: str
    title: str
    datasets: int
    scored_at: datetime | None
    tally: Mapping[str, int]
    scores: list[ScoreView]
    advice: list[AdviceView]
    history: list[DayView]


def dataset_quality_view(id_: UUID, found: DatasetQuality, language: Language) -> QualityView:
    """The quality of one dataset."""
    words = wording(language)
    criteria = {
        score: [
            CriterionView(
                code=one.criterion.code,
                label=words[f"criterion.{one.criterion.code}"],
                points=one.earned,
                maximum=one.criterion.points,
                met=one.met,
                applies_to=int(one.earned is not None),
                lacking=int(not one.met),
            )
            for one in judged(found.scores.earned)
            if one.criterion.score is score
        ]
        for score in Score
    }
    points = {score: points_of(found.scores.earned, score) for score in Score}
    return QualityView(
        id=str(id_),
        title=found.title,
        datasets=1,
        scored_at=found.scores.scored_at,
        tally=asdict(found.scores.tally),
        scores=[_score(score, points[score], criteria[score], words) for score in Score],
        advice=_advice(advise(found.scores.earned), words),
        history=_days(found.days),
    )


def group_quality_view(
    key: str, title: str, found: GroupQuality, language: Language
) -> QualityView:
    """The quality of a group of datasets."""
    words = wording(language)
    criteria: dict[Score, list[CriterionView]] = {score: [] for score in Score}
    for one in found.scores.criteria:
        criterion = CRITERIA[one.position]
        criteria[criterion.score].append(
            CriterionView(
                code=criterion.code,
                label=words[f"criterion.{criterion.code}"],
                points=round(one.points / one.datasets, 2) if one.datasets else None,
                maximum=criterion.points,
                met=one.lacking == 0,
                applies_to=one.datasets,
                lacking=one.lacking,
            )
        )
    return QualityView(
        id=key,
        title=title,
        datasets=found.scores.datasets,
        scored_at=None,
        tally=asdict(found.scores.tally),
        scores=[
            _score(score, _rounded(found.scores.means[score.value]), criteria[score], words)
            for score in Score
        ],
        advice=_advice(advise_group(found.scores.criteria), words),
        history=_days(found.days),
    )


def _score(
    score: Score, points: float | None, criteria: list[CriterionView], words: Mapping[str, str]
) -> ScoreView:
    rated = band(int(points)) if score is Score.MQA and points is not None else None
    return ScoreView(
        score=score.value,
        label=words[f"score.{score.value}"],
        points=points,
        maximum=MAXIMUM[score],
        band=rated,
        band_label=words[f"band.{rated}"] if rated else None,
        criteria=criteria,
    )


def _advice(advice: Sequence[Advice], words: Mapping[str, str]) -> list[AdviceView]:
    return [
        AdviceView(
            action=one.action.value,
            title=words[f"action.{one.action.value}"],
            how=words[f"action.{one.action.value}.how"],
            gains={score.value: points for score, points in one.gains.items()},
            effect=round(one.effect, 4),
            criteria=list(one.criteria),
            datasets=one.datasets,
        )
        for one in advice
    ]


def _days(days: Sequence[ScoreDay]) -> list[DayView]:
    return [DayView(**_day(one)) for one in days]


def _day(one: ScoreDay) -> dict[str, Any]:
    values = {name: _rounded(getattr(one, name)) for name in ("mqa", "datagouv", "freshness",
              "conformity", "availability")}  # fmt: skip
    tally = asdict(one.tally) if one.tally else None
    return {"day": one.day, "datasets": one.datasets, "tally": tally, **values}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
