"""Advice for many datasets at once, from the sums of their criteria."""

from collections import defaultdict
from collections.abc import Sequence

from services.catalogue.models.quality import GroupCriterion
from services.catalogue.quality.advice import Advice, ordered
from services.catalogue.quality.criteria import CRITERIA, Action, Score


def advise_group(criteria: Sequence[GroupCriterion]) -> list[Advice]:
    """What would raise the scores of a group. `gains` are sums over its datasets; `datasets`
    is how many of them the criterion that is missed most often concerns.

    As with one dataset the gains of all advice add up to all that is missing: without an
    announced frequency nothing can be in time, so these points go to announcing it.
    """
    gains: dict[Action, dict[Score, int]] = defaultdict(lambda: defaultdict(int))
    codes: dict[Action, list[str]] = defaultdict(list)
    lacking: dict[Action, int] = defaultdict(int)

    def add(action: Action, position: int, missing: int, datasets: int) -> None:
        if missing <= 0:
            return
        gains[action][CRITERIA[position].score] += missing
        codes[action].append(CRITERIA[position].code)
        lacking[action] = max(lacking[action], datasets)

    unannounced = next(
        (one.lacking for one in criteria if CRITERIA[one.position].code == "frequencyAnnounced"), 0
    )
    for one in criteria:
        criterion = CRITERIA[one.position]
        missing = criterion.points * one.datasets - one.points
        if criterion.action is Action.UPDATE_DATA:
            add(Action.SAY_FREQUENCY, one.position, criterion.points * unannounced, unannounced)
            missing -= criterion.points * unannounced
            add(Action.UPDATE_DATA, one.position, missing, one.lacking - unannounced)
        elif criterion.action is not None:
            add(criterion.action, one.position, missing, one.lacking)
    return ordered(
        Advice(action, dict(found), tuple(codes[action]), lacking[action])
        for action, found in gains.items()
    )
