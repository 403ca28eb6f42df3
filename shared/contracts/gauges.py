"""A quantity that a service measures of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Gauge:
    """A measured quantity; `samples` by the values of `labels`."""

    name: str
    meaning: str
    samples: Mapping[tuple[str, ...], float]
    labels: tuple[str, ...] = field(default=())


def single(name: str, meaning: str, value: float) -> Gauge:
    """A gauge without labels."""
    return Gauge(name, meaning, {(): value})
