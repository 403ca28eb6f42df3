"""A part of a whole, in exact numbers, and the points it is worth."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Share(NamedTuple):
    """`part` of `whole`; nothing of nothing is nothing."""

    part: int
    whole: int

    def of(self, points: int) -> int:
        """The points, rounded down: all of them only when nothing is missing."""
        return points * self.part // self.whole if self.whole else 0


def share(items: Iterable[T], met: Callable[[T], bool]) -> Share:
    """How many of the items meet a condition."""
    answers = [met(item) for item in items]
    return Share(sum(answers), len(answers))


_ALL, _NOTHING = Share(1, 1), Share(0, 1)


def whole(met: object) -> Share:
    """All or nothing."""
    return _ALL if met else _NOTHING
