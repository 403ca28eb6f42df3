"""Small tables for tests of the engine, without a file on disk."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from services.validator.engine.check import Checked, check_table
from services.validator.engine.findings import Finding
from services.validator.engine.result import FileRef, Result, SchemaRef
from services.validator.engine.schema import compile_schema
from services.validator.engine.table import FileFacts, Table
from services.validator.engine.validation import Options, Target, validate_stream


def check_rows(
    descriptor: dict[str, Any],
    labels: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    max_errors: int = 1000,
) -> Checked:
    """Rows as a reader would give them: one physical line each."""
    table = Table(
        labels=tuple(labels),
        label_line=1,
        records=((line, cells) for line, cells in enumerate(rows, start=2)),
        facts=FileFacts("csv"),
    )
    return check_table(table, compile_schema(descriptor), max_errors=max_errors)


def errors_of(
    descriptor: dict[str, Any], labels: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[Finding]:
    """The errors of such a table."""
    return check_rows(descriptor, labels, rows).findings.errors


def field_errors(field: dict[str, Any], text: str) -> list[Finding]:
    """The errors of one cell under one field; the row is not blank."""
    named = {"name": "valeur", **field}
    return errors_of({"fields": [named, {"name": "autre"}]}, ["valeur", "autre"], [[text, "x"]])


def validate_bytes(
    content: bytes,
    descriptor: dict[str, Any],
    *,
    name: str = "fichier.csv",
    max_errors: int = 1000,
    ignore_header_case: bool = False,
) -> Result:
    """Bytes of a file against a descriptor."""
    return validate_stream(
        io.BytesIO(content),
        name,
        FileRef(size=len(content)),
        Target(descriptor, SchemaRef("test/schema", "1.0.0")),
        Options(max_errors, ignore_header_case),
    )


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """The rows as a CSV text with quotes where they are needed."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()
