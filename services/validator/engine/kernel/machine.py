"""The compiled functions that Python calls, together: the tests run others in their place."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """Addresses in, words out."""

    scan: Callable[[int], int]
    checked: Callable[[int, int], int]
    place: Callable[[int, int, int, int, int], int]
    moved: Callable[[int, int, int, int], None]
    hashed: Callable[[int, int, int], int]
    combined: Callable[[int, int], int]
