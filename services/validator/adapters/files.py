"""A file on disk for the pure engine: opened, fingerprinted, never changed."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path

from services.validator.adapters.acceleration import accelerator
from services.validator.engine.readers import open_table
from services.validator.engine.repair import Correction, RepairOptions, correct_stream
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
