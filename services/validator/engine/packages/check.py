"""The files of a data package together: each against its schema, then the keys between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Literal

from services.validator.engine.findings import Finding
from services.validator.engine.packages.choose import Choice, choose_resource
from services.validator.engine.packages.package import Package
from services.validator.engine.packages.references import Known, broken, gather
from services.validator.engine.result import FileRef, Result, SchemaRef, Verdict
from services.validator.engine.table import UnreadableError
from services.validator.engine.validation import (
    Options,
    Target,
    preview_stream,
    unreadable,
    validate_stream,
    without_schema,
)


@dataclass(frozen=True)
class PackageFile:
    """A seekable stream; `resource` is what it is said to be, if anything."""

    name: str
    stream: BinaryIO
    ref: FileRef = field(default_factory=FileRef)
    resource: str | None = None


@dataclass(frozen=True)
class FileOutcome:
    """`resource` is None when the file is none of the package's; `result` says why."""

    name: str
    resource: str | None
    result: Result
    choice: Choice | None = None


@dataclass(frozen=True)
class PackageResult:
    """`verdict` is the worst of the files'; `absent` resources have no file."""

    verdict: Verdict
    files: tuple[FileOutcome, ...]
    absent: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


def check_package(
    package: Package,
    files: Sequence[PackageFile],
    options: Options,
    refs: Mapping[str, SchemaRef] | None = None,
) -> PackageResult:
    """Never raises for bad data; each file is read once, twice where keys lead to or from it.

    `refs` cites the schemas by resource. A key into a table that has no file, or none that can
    be read, is not judged, and the file that has it is told so by a warning.
    """
    placed = [_identified(package, each) for each in files]
    given = [name for name, _, _ in placed if name is not None]
    known = _known(package, placed)
    outcomes = []
    for name, choice, each in placed:
        if name is None:
            result = _stranger(each)
        else:
            ref = (refs or {}).get(name) or SchemaRef(f"{package.name}/{name}".strip("/"))
            result = _checked(package, name, each, ref, options, known)
        outcomes.append(FileOutcome(each.name, name, result, choice))
    return PackageResult(
        verdict=_worst([outcome.result.verdict for outcome in outcomes]),
        files=tuple(outcomes),
        absent=tuple(name for name in package.resources if name not in given),
        repeated=tuple(sorted({name for name in given if given.count(name) > 1})),
    )


Placed = tuple[str | None, Choice | None, PackageFile]


def _identified(package: Package, each: PackageFile) -> Placed:
    if each.resource in package.resources:
        return each.resource, None, each
    names = frozenset(
        spec.name for resource in package.resources.values() for spec in resource.schema.fields
    )
    try:
        each.stream.seek(0)
        preview = preview_stream(each.stream, each.name, names)
    except UnreadableError:
        return None, None, each
    choice = choose_resource(package, preview.labels, each.name)
    return choice.resource, choice, each


def _known(package: Package, placed: Sequence[Placed]) -> Known:
    """The keys that exist; several files of one resource are one table."""
    found: dict[tuple[str, tuple[str, ...]], frozenset[tuple[object, ...]]] = {}
    targets = package.targets()
    for name, _, each in placed:
        if name is None or name not in targets:
            continue
        try:
            keys = gather(each.stream, each.name, package.resources[name].schema, targets[name])
        except UnreadableError:
            continue
        for columns, values in keys.items():
            found[name, columns] = found.get((name, columns), frozenset()) | values
    return found


def _checked(
    package: Package,
    name: str,
    each: PackageFile,
    ref: SchemaRef,
    options: Options,
    known: Known,
) -> Result:
    resource = package.resources[name]
    keys = resource.schema.external_keys
    judged = any((key.resource, key.targets) in known for key in keys)
    each.stream.seek(0)
    result = validate_stream(
        each.stream, each.name, each.ref, Target(resource.descriptor, ref), options,
        further=broken(each.stream, each.name, resource.schema, known) if judged else (),
    )  # fmt: skip
    unjudged = tuple(
        Finding("unchecked-key", "", field=", ".join(key.fields), params={"resource": key.resource})
        for key in keys
        if (key.resource, key.targets) not in known
    )
    return replace(result, warnings=result.warnings + unjudged) if unjudged else result


def _stranger(each: PackageFile) -> Result:
    try:
        each.stream.seek(0)
        preview_stream(each.stream, each.name, frozenset())
    except UnreadableError as error:
        return unreadable(each.ref, error)
    return without_schema(each.ref, {})


_GRAVITY: Mapping[Verdict, int] = {"valid": 0, "invalid": 1, "unreadable": 2, "failed": 3}


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    nothing: Literal["unreadable"] = "unreadable"
    return max(verdicts, key=lambda verdict: _GRAVITY[verdict], default=nothing)
