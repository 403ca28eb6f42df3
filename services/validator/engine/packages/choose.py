"""Which resource of a package a file is, by its columns, then by its name."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.validator.engine.packages.package import Package, PackageResource
from services.validator.engine.suggest import fold

ENOUGH = 0.3
"""Share of columns in common from which a file may be a resource."""


@dataclass(frozen=True)
class Choice:
    """`resource` is None when no resource is like the file, or two are equally like it."""

    resource: str | None
    score: float
    runner_up: str | None = None
    runner_up_score: float = 0.0


def choose_resource(package: Package, labels: Iterable[str], file_name: str) -> Choice:
    """Scores are shares of columns in common (0 to 1); the name of the file breaks ties."""
    found = frozenset(map(fold, labels)) - {""}
    named = fold(file_name)
    scored = sorted(
        ((_score(found, resource), _is_named(named, resource.name), resource.name)
         for resource in package.resources.values()),
        key=lambda entry: (-entry[0], -entry[1], entry[2]),
    )  # fmt: skip
    (score, said, name), *others = scored or [(0.0, 0, "")]
    second = others[0] if others else (0.0, 0, "")
    tie = bool(others) and (second[0], second[1]) == (score, said)
    chosen = None if score < ENOUGH or tie else name
    return Choice(chosen, round(score, 3), second[2] or None, round(second[0], 3))


def _score(found: frozenset[str], resource: PackageResource) -> float:
    """Optional columns that a file lacks weigh half."""
    needed = {fold(spec.name) for spec in resource.schema.fields if spec.required}
    known = {fold(spec.name) for spec in resource.schema.fields}
    common = len(found & known)
    lacking = len(needed - found) + len(known - needed - found) / 2
    total = common + len(found - known) + lacking
    return common / total if total else 0.0


def _is_named(file_name: str, resource: str) -> int:
    """How many letters of the resource's name the file's name ends in or contains."""
    words = [fold(word) for word in resource.replace("_", "-").split("-")]
    return sum(len(word) for word in words if word and word in file_name)
