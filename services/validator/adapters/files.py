"""A file on disk for the pure engine: opened, fingerprinted, never changed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from services.validator.adapters.acceleration import accelerator
from services.validator.adapters.fingerprint import Fingerprinted
from services.validator.engine.kinds import schema_kind
from services.validator.engine.readers import open_table
from services.validator.engine.result import FileRef, Result
from services.validator.engine.table import ReadHints, UnreadableError
from services.validator.engine.validation import (
    Options,
    Preview,
    Target,
    preview_stream,
    unreadable,
    validate_stream,
)

if TYPE_CHECKING:
    from services.validator.engine.packages.archive import PackedPackage

_ARCHIVES = "services.validator.engine.packages.archive"

_OTHER_KINDS: Mapping[str, tuple[str, str]] = {
    "jsonschema": ("services.validator.engine.json_schema.validation", "validate_json"),
    "datapackage": ("services.validator.engine.packages.validation", "validate_package"),
}
"""Who checks a file against a schema that is no Table Schema; loaded when there is one."""


def fingerprint(path: Path) -> FileRef:
    """Size and SHA-256; reads the file once, about a gigabyte a second."""
    with Fingerprinted(path) as source:
        return source.fingerprint()


def preview_file(
    path: Path, *, name: str, names: frozenset[str], sheet: str | int | None = None
) -> "Preview | PackedPackage | Result":
    """The columns and first rows; the package that the file is, when it is one with its own
    descriptor; or the result that says why there are none.
    """
    with path.open("rb") as stream:
        try:
            if (package := _package(stream, name)) is not None:
                return package
            return preview_stream(stream, name, names, sheet)
        except UnreadableError as error:
            return unreadable(fingerprint(path), error)


def _package(stream: BinaryIO, name: str) -> "PackedPackage | None":
    if PurePosixPath(name).name == "datapackage.json":
        raise UnreadableError("package-alone")
    is_archive = stream.read(2) == b"PK"
    stream.seek(0)
    if not is_archive:
        return None
    packed: PackedPackage | None = import_module(_ARCHIVES).packed_package(stream)
    stream.seek(0)
    return packed


def read_rows(path: Path, *, name: str, names: frozenset[str], limit: int) -> list[list[str]]:
    """The labels, then at most `limit` rows, as texts; nothing when it is not a table."""
    with path.open("rb") as stream:
        try:
            table = open_table(stream, name, ReadHints(names=names))
        except UnreadableError:
            return []
        rows = [list(cells) for _, cells in islice(table.records, limit)]
        return [list(table.labels), *rows]


def read_excerpt(
    path: Path, *, name: str, names: frozenset[str], wanted: frozenset[int], sheet: str | None
) -> dict[str, Any]:
    """The labels and the wanted rows, as texts; empty when the file is no table.

    Rows are numbered as in a report: that of the labels is 1. Reads to the last wanted row.
    """
    last = max(wanted, default=1)
    with path.open("rb") as stream:
        try:
            table = open_table(stream, name, ReadHints(names=names, sheet=sheet))
        except UnreadableError:
            return {}
        rows = [
            {"row": row, "line": line, "cells": list(cells)}
            for row, (line, cells) in enumerate(islice(table.records, last - 1), start=2)
            if row in wanted
        ]
        return {"labels": list(table.labels), "line": table.label_line, "rows": rows}


def check_file(path: Path, *, name: str, target: Target, options: Options) -> Result:
    """Check against a schema that is known. Raises `OSError` when the file is gone."""
    kind = schema_kind(target.descriptor)
    if kind in _OTHER_KINDS:
        return _check_other(kind, path, name, target, options)
    with Fingerprinted(path) as source:
        fast = accelerator(source.size)
        result = validate_stream(source.stream, name, FileRef(), target, options, accelerator=fast)
        file = source.fingerprint()
    return replace(result, file=replace(result.file, size=file.size, sha256=file.sha256))


def _check_other(kind: str, path: Path, name: str, target: Target, options: Options) -> Result:
    module, function = _OTHER_KINDS[kind]
    check: Callable[..., Result] = getattr(import_module(module), function)
    with path.open("rb") as stream:
        return check(stream, name, fingerprint(path), target, options)
