"""What a fault means: of `anyOf` and `oneOf`, the likeliest branch speaks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.validator.engine.json_schema.fault import Fault

_CHOICES = frozenset({"anyOf", "oneOf"})
_TELLING = frozenset({"const", "enum"})
MAX_EXPLAINED = 20
"""Faults of one branch that are reported."""

_DEPTH = 12


def explained(fault: Fault, depth: int = _DEPTH) -> Iterator[Fault]:
    """The fault itself, or those of the branch that was probably meant, at their places."""
    if fault.keyword not in _CHOICES or not fault.branches or not depth:
        yield fault
        return
    if all(_wrong_kind(faults) for faults in fault.branches):
        yield fault
        return
    best = min(fault.branches, key=_distance)
    leaves = (leaf for inner in best for leaf in explained(inner, depth - 1))
    for _, leaf in zip(range(MAX_EXPLAINED), leaves, strict=False):
        yield replace(leaf, trail=[*leaf.trail, *fault.trail])


def expected_types(fault: Fault) -> list[str]:
    """The JSON types that would do where none of the branches has the right one."""
    if fault.keyword == "type":
        wanted = fault.wanted
        return [wanted] if isinstance(wanted, str) else list(wanted)
    inner = [each for branch in fault.branches for each in branch if not each.trail]
    found = [kind for each in inner for kind in expected_types(each)]
    return list(dict.fromkeys(found))


def _wrong_kind(faults: Sequence[Fault]) -> bool:
    """The branch is for another kind of value altogether."""
    return any(fault.keyword == "type" and not fault.trail for fault in faults)


def _distance(faults: Sequence[Fault]) -> tuple[bool, int, int]:
    """Wrong kind, then contradicted discriminators (`_type`, `nature`), then number of faults."""
    contradicted = sum(fault.keyword in _TELLING and len(fault.trail) <= 1 for fault in faults)
    return _wrong_kind(faults), contradicted, len(faults)
