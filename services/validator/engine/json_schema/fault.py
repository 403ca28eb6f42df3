"""One rule of a JSON Schema that a value breaks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Fault:
    """`value` is what breaks `keyword`, whose own value in `schema` is `wanted`.

    Where a property lacks or strays, or an item is there twice, `value` is its name, or the
    number of the first. `branches` are the faults by each choice of `anyOf` and `oneOf`, whose
    places count from this one. `trail` is the place from the inside out: each list or object
    that a fault leaves appends its key.
    """

    keyword: str
    value: Any
    wanted: Any
    schema: Mapping[str, Any]
    trail: list[str | int] = field(default_factory=list)
    branches: Sequence[Sequence["Fault"]] = ()

    @property
    def path(self) -> tuple[str | int, ...]:
        """The place from the outside in."""
        return tuple(reversed(self.trail))


Faults = Sequence[Fault]
Judge = Callable[[Any], Faults]

NONE: Faults = ()


def inside(key: str | int, faults: Faults) -> Faults:
    """The same faults, seen from the list or object around."""
    for fault in faults:
        fault.trail.append(key)
    return faults
