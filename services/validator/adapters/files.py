"""A file on disk for the pure engine: opened, fingerprinted, never changed."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from services.validator.adapters.acceleration import accelerator
from services.validator.adapters.parquet import WrittenTable, write_table
from services.validator.engine.readers import open_table
from services.validator.engine.repair import Correction, RepairOptions, correct_stream
from services.validator.engine.result import FileRef, Result
from services.validator.engine.schema import SchemaInvalidError, compile_schema
from services.validator.engine.table import ReadHints, UnreadableError
from services.validator.engine.tabulation import tabulate
from services.validator.engine.validation import (
    Options,
    Preview,
    Target,
    preview_stream,
    unreadable,
    validate_stream,
)

_WORTH_A_THREAD = 4 << 20
"""Bytes of a file that is hashed while it is checked."""


def fingerprint(path: Path) -> FileRef:
    """Size and SHA-256; reads the file once, about a gigabyte a second."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return FileRef(size=stream.tell(), sha256=digest)


def preview_file(
    path: Path, *, name: str, names: frozenset[str], sheet: str | int | None = None
) -> Preview | Result:
    """The columns and first rows, or the result that says why there are none."""
    with path.open("rb") as stream:
        try:
            fast = accelerator(path.stat().st_size)
            return preview_stream(stream, name, names, sheet, fast)
        except UnreadableError as error:
            return unreadable(fingerprint(path), error)


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
    fast = accelerator(path.stat().st_size)
    if fast is None or path.stat().st_size < _WORTH_A_THREAD:
        with path.open("rb") as stream:
            file = fingerprint(path)
            return validate_stream(stream, name, file, target, options, accelerator=fast)
    with ThreadPoolExecutor(1) as pool, path.open("rb") as stream:
        printed = pool.submit(fingerprint, path)
        result = validate_stream(stream, name, FileRef(), target, options, accelerator=fast)
        file = printed.result()
    return replace(result, file=replace(result.file, size=file.size, sha256=file.sha256))


def correct_into(
    path: Path, *, name: str, target: Target, options: RepairOptions, sink: Path
) -> Correction:
    """Write the corrected file over `sink`. Raises `OSError` when either file is gone."""
    with path.open("rb") as stream, sink.open("r+b") as output:
        return correct_stream(stream, name, target, options, output)


def tabulate_into(
    path: Path,
    *,
    name: str,
    descriptor: Mapping[str, Any] | None,
    names: frozenset[str],
    max_rows: int,
    sink: Path,
) -> WrittenTable | None:
    """Write the Parquet file of a table over `sink`; None when the file is no table.

    `descriptor` is the Table Schema, None when nothing describes the file.
    """
    try:
        with path.open("rb") as stream:
            tabulation = tabulate(
                stream,
                name,
                None if descriptor is None else compile_schema(descriptor),
                max_rows=max_rows + 1,
                names=names,
                accelerator=accelerator(path.stat().st_size),
            )
            return write_table(tabulation, sink, max_rows=max_rows)
    except (UnreadableError, SchemaInvalidError):
        return None
