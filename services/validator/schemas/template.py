"""The file that a town starts from: the columns of a schema, with or without an example.

Written as spreadsheets of French offices open it without a question: UTF-8 with its mark,
lines ended by CRLF. The delimiter is the comma of the standard unless asked otherwise.
"""

import csv
import io
from typing import Any, Literal

from services.validator.schemas.model import Schema

Delimiter = Literal[",", ";"]
_MARK = "\ufeff"


def blank_csv(schema: Schema, *, delimiter: Delimiter = ",") -> str:
    """The header alone."""
    return _written([list(schema.field_names)], delimiter)


def example_csv(schema: Schema, *, delimiter: Delimiter = ",") -> str:
    """The header and one valid line, from the examples of the schema.

    A field without an example stays empty.
    """
    examples = [_example(field) for field in schema.descriptor["fields"]]
    return _written([list(schema.field_names), examples], delimiter)


def file_name(schema: Schema) -> str:
    """A name for the downloaded file: `deliberations-2.1.5.csv`."""
    return f"{schema.name.rpartition('/')[2]}-{schema.version}.csv"


def _example(field: dict[str, Any]) -> str:
    example = field.get("example", "")
    return str(example).lower() if isinstance(example, bool) else str(example)


def _written(rows: list[list[str]], delimiter: Delimiter) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return _MARK + text.getvalue()
