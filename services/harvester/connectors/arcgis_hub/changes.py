"""What changed in a search that lists the last modified first: read down to what is known. Pure.

The search has a filter, but how it compares dates is documented nowhere; its order can be
checked in what comes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from services.harvester.connectors.values.dates import parse_moment
from services.harvester.connectors.values.members import mapping

OVERLAP = timedelta(hours=1)
"""Read again of what was listed before: indexing takes its time."""


@dataclass(frozen=True)
class Descent:
    """Where the order stands: `last` is the oldest date so far, in seconds since 1970.

    `kept`: changes are wanted, and every item so far came after none older than itself.
    """

    kept: bool
    last: float | None = None


def begin(since: datetime | None) -> Descent:
    """Before the first page; `since` is the last change that is known."""
    return Descent(kept=since is not None)


def follow(descent: Descent, features: Iterable[object], since: datetime | None) -> Descent:
    """After a page. The first item must be as new as the last known change: a site in order
    shows that one, or newer ones, first; otherwise the order is another one.
    """
    if since is None or not descent.kept:
        return descent
    dates = [m.timestamp() for m in map(modified_of, features) if m is not None]
    first = since.timestamp() if descent.last is None else None
    begins = first is None or (bool(dates) and dates[0] >= first)
    walked = dates if descent.last is None else [descent.last, *dates]
    descends = all(after <= before for before, after in pairwise(walked))
    return replace(descent, kept=begins and descends, last=walked[-1] if walked else None)


def reached(descent: Descent, since: datetime | None) -> bool:
    """Whether all that follows was listed before."""
    if since is None or not descent.kept or descent.last is None:
        return False
    return descent.last < (since - OVERLAP).timestamp()


def modified_of(feature: object) -> datetime | None:
    """The date by which the search is ordered."""
    return parse_moment(mapping(mapping(feature).get("properties")).get("modified"))
