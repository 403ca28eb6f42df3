"""The files of a package against its schemas: one result for the whole.

A file that cannot be read, or that is none of the package's, is an error of the package. Rows
and errors are those of all files together; each finding names its file (`params["member"]`).
"""

import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from services.validator.engine.findings import Finding
from services.validator.engine.packages.archive import package_files
from services.validator.engine.packages.check import (
    FileOutcome,
    PackageFile,
    PackageResult,
    check_package,
)
from services.validator.engine.packages.package import Package, compile_package
from services.validator.engine.readers.formats import DAMAGED_ZIP, recognise
from services.validator.engine.result import FileRef, Part, Result, Stats, Verdict
from services.validator.engine.schema import SchemaInvalidError
from services.validator.engine.table import UnreadableError
from services.validator.engine.validation import Options, Target, unreadable


def validate_package(
    stream: BinaryIO,
    name: str,
    file: FileRef,
    target: Target,
    options: Options,
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """A zip of the package's files, or one of them alone. Never raises for bad data."""
    began = clock()
    try:
        package = compile_package(target.descriptor, {})
        if recognise(stream, name) != "zip":
            checked = check_package(package, [PackageFile(name, stream)], options)
            return _of_one(checked, package, file, target)
        with zipfile.ZipFile(stream) as archive:
            files, absent = package_files(archive, target.descriptor)
            checked = check_package(package, files, options)
            result = _of_all(checked, package, absent, target, options)
    except UnreadableError as error:
        return unreadable(file, error)
    except DAMAGED_ZIP:
        return unreadable(file, UnreadableError("damaged-archive"))
    except SchemaInvalidError as error:
        cause = Finding("schema-error", params={"place": error.place, "problem": error.problem})
        return Result("failed", file=file, schema=target.ref, cause=cause)
    described = replace(file, format="datapackage", container="zip")
    seconds = round(clock() - began, 4)
    return replace(result, file=described, stats=replace(result.stats, seconds=seconds))


def _of_one(checked: PackageResult, package: Package, file: FileRef, target: Target) -> Result:
    """A file alone keeps the result that it has by itself; which resource it is, is a remark."""
    [outcome] = checked.files
    found = outcome.result
    told = replace(found.file, size=file.size, sha256=file.sha256)
    if outcome.resource is None:
        return replace(found, file=told)
    params = {"resource": outcome.resource, "package": package.name}
    remark = Finding("resource-recognised", params=params)
    return replace(
        found,
        file=told,
        schema=target.ref,
        warnings=(remark, *found.warnings),
        detected=target.detected,
        detection=target.detection,
    )


def _of_all(
    checked: PackageResult,
    package: Package,
    absent: Iterable[str],
    target: Target,
    options: Options,
) -> Result:
    if not checked.files:
        raise UnreadableError("package-without-files", names=list(package.resources)[:20])
    lost = [Finding("resource-missing", params={"path": path}) for path in absent]
    errors = [*lost, *(finding for each in checked.files for finding in _errors(each))]
    by_code: Counter[str] = Counter(finding.code for finding in lost)
    by_field: Counter[str] = Counter()
    for each in checked.files:
        by_code.update(each.result.errors_by_code or ({"source-error": 1} if _lost(each) else {}))
        by_field.update(each.result.errors_by_field)
    total = sum(by_code.values())
    return Result(
        verdict=_verdict(checked, total),
        schema=target.ref,
        detected=target.detected,
        stats=Stats(
            rows=sum(each.result.stats.rows for each in checked.files),
            fields=sum(each.result.stats.fields for each in checked.files),
            errors=total,
            rows_with_errors=sum(each.result.stats.rows_with_errors for each in checked.files),
        ),
        errors=tuple(errors[: options.max_errors]),
        warnings=tuple(_warnings(checked, package)),
        errors_by_code=dict(sorted(by_code.items())),
        errors_by_field=dict(by_field),
        truncated=total > min(len(errors), options.max_errors),
        detection=target.detection,
        parts=tuple(map(_part, checked.files)),
    )


def _lost(outcome: FileOutcome) -> bool:
    return outcome.result.cause is not None


def _verdict(checked: PackageResult, errors: int) -> Verdict:
    verdicts = {each.result.verdict for each in checked.files}
    if "failed" in verdicts:
        return "failed"
    if verdicts == {"unreadable"}:
        return "unreadable"
    return "invalid" if errors else "valid"


def _errors(outcome: FileOutcome) -> Iterator[Finding]:
    cause = outcome.result.cause
    if cause is not None:
        code = "resource-unknown" if outcome.result.no_schema else cause.code
        yield _in_file(outcome, replace(cause, code=code))
    yield from (_in_file(outcome, finding) for finding in outcome.result.errors)


def _warnings(checked: PackageResult, package: Package) -> Iterator[Finding]:
    for name in checked.absent:
        yield Finding("resource-absent", params={"resource": name})
    for name in package.others:
        yield Finding("resource-unchecked", params={"resource": name})
    for each in checked.files:
        yield from (_in_file(each, finding) for finding in each.result.warnings)


def _in_file(outcome: FileOutcome, finding: Finding) -> Finding:
    return replace(finding, params={**finding.params, "member": outcome.name})


def _part(outcome: FileOutcome) -> Part:
    found = outcome.result
    errors = found.stats.errors + (1 if _lost(outcome) else 0)
    return Part(outcome.name, outcome.resource, found.verdict, found.stats.rows, errors)
