"""What to do, what it would bring, in the order of effect.

Every missing point that somebody can do something about belongs to exactly one action, so
the gains of all advice add up to all that is missing. Scores have different maxima: advice
is ordered by the sum of the shares it would add to each (half of the MQA weighs as much as
half of the conformity); the points shown are each score's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.catalogue.quality.criteria import MAXIMUM, POSITION, Action, Score
from services.catalogue.quality.score import Judged, judged


@dataclass(frozen=True)
class Advice:
    """One thing to do. `gains` are points by score; `criteria` those it would meet;
    `datasets` how many it concerns.
    """

    action: Action
    gains: Mapping[Score, int]
    criteria: tuple[str, ...]
    datasets: int = 1

    @property
    def effect(self) -> float:
        """The sum of the shares that it would add to the scores."""
        return sum(points / MAXIMUM[score] for score, points in self.gains.items())


def advise(earned: Sequence[int | None]) -> list[Advice]:
    """What would raise the scores of one dataset, most effective first."""
    gains: dict[Action, dict[Score, int]] = defaultdict(lambda: defaultdict(int))
    criteria: dict[Action, list[str]] = defaultdict(list)
    punctual = earned[POSITION["frequencyAnnounced"]] != 0
    for one in judged(earned):
        action = action_for(one, announced=punctual)
        if action is not None and one.missing:
            gains[action][one.criterion.score] += one.missing
            criteria[action].append(one.criterion.code)
    return ordered(
        Advice(action, dict(found), tuple(criteria[action])) for action, found in gains.items()
    )


def action_for(one: Judged, *, announced: bool) -> Action | None:
    """What to do about a criterion. Without an announced frequency nothing can be in time:
    it has to be said first.
    """
    if one.criterion.action is Action.UPDATE_DATA and not announced:
        return Action.SAY_FREQUENCY
    return one.criterion.action


def ordered(advice: Iterable[Advice]) -> list[Advice]:
    """By effect, and by name where that is the same."""
    return sorted(advice, key=lambda one: (-one.effect, one.action.value))
