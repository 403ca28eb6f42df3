"""What an error of JSON Schema means: of `anyOf` and `oneOf`, the likeliest branch speaks."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from jsonschema.exceptions import ValidationError

_CHOICES = frozenset({"anyOf", "oneOf"})
_TELLING = frozenset({"const", "enum"})
MAX_EXPLAINED = 20
"""Errors of one branch that are reported."""

_DEPTH = 12


def explained(error: ValidationError, depth: int = _DEPTH) -> Iterator[ValidationError]:
    """The error itself, or those of the branch that was probably meant."""
    if error.validator not in _CHOICES or not error.context or not depth:
        yield error
        return
    branches: dict[Any, list[ValidationError]] = defaultdict(list)
    for inner in error.context:
        branches[inner.schema_path[0]].append(inner)
    if all(_wrong_kind(errors) for errors in branches.values()):
        yield error
        return
    best = min(branches.values(), key=_distance)
    leaves = (leaf for inner in best for leaf in explained(inner, depth - 1))
    for _, leaf in zip(range(MAX_EXPLAINED), leaves, strict=False):
        yield leaf


def expected_types(error: ValidationError) -> list[str]:
    """The JSON types that would do where none of the branches has the right one."""
    if error.validator == "type":
        wanted: Any = error.validator_value
        return [wanted] if isinstance(wanted, str) else list(wanted)
    inner = [each for each in error.context or () if not each.relative_path]
    found = [kind for each in inner for kind in expected_types(each)]
    return list(dict.fromkeys(found))


def _wrong_kind(errors: list[ValidationError]) -> bool:
    """The branch is for another kind of value altogether."""
    return any(error.validator == "type" and not error.relative_path for error in errors)


def _distance(errors: list[ValidationError]) -> tuple[bool, int, int]:
    """Wrong kind, then contradicted discriminators (`_type`, `nature`), then number of errors."""
    contradicted = sum(
        error.validator in _TELLING and len(error.relative_path) <= 1 for error in errors
    )
    return _wrong_kind(errors), contradicted, len(errors)
