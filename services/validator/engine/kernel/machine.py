"""The compiled functions that Python calls, together: the tests run others in their place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """Addresses in, words out."""

    scan: Callable[[int], int]
    checked: Callable[[int, int], int]
    place: Callable[[int, int, int, int, int], int]
    moved: Callable[[int, int, int, int], int]
    hashed: Callable[[int, int, int], int]
    combined: Callable[[int, int], int]


ARITIES: Mapping[str, int] = {
    "scan": 1, "checked": 2, "place": 5, "moved": 4, "hashed": 3, "combined": 2,
}  # fmt: skip
"""How many words each takes."""
