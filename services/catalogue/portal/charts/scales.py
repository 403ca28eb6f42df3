"""Where a value falls in a picture, and the round numbers that an axis is marked with."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SAME = 1e-9
"""Relative difference below which two values are one on an axis."""
_NOTHING = 1e-100
"""Nearer than this, two values are one whatever their size: their quotients would underflow."""


@dataclass(frozen=True)
class Scale:
    """A straight line from values (`low` … `high`) to places (`start` … `end`)."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value, to a tenth; the middle when all values are the same."""
        if self.high == self.low:
            return round((self.start + self.end) / 2, 1)
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) that enclose both values.

    At least two, and about as many as `wanted`.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("an axis has finite ends")
    low, high = min(low, high), max(low, high)
    if high - low <= max(_SAME * max(abs(low), abs(high)), _NOTHING):
        high = max(high, low + (abs(low) if abs(low) > _NOTHING else 1))
    rough = (high - low) / max(wanted - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def spread(count: int, most: int) -> list[int]:
    """Indexes of at most `most` of `count` labels, evenly spread, the first among them."""
    if count <= most:
        return list(range(count))
    step = math.ceil(count / most)
    return list(range(0, count, step))


def path(places: Sequence[tuple[float, float]]) -> str:
    """An SVG path through these places."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)
