"""A table on disk into a typed Parquet file, in the process that is limited."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.validator.adapters.acceleration import accelerator
from services.validator.adapters.parquet import WrittenTable, write_table
from services.validator.engine.kinds import schema_kind
from services.validator.engine.schema import SchemaInvalidError, compile_schema
from services.validator.engine.table import UnreadableError
from services.validator.engine.tabulation import tabulate


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

    `descriptor` is the schema, None when nothing describes the file; only a Table Schema tells
    the types of columns.
    """
    is_table = descriptor is not None and schema_kind(descriptor) == "tableschema"
    try:
        with path.open("rb") as stream:
            tabulation = tabulate(
                stream,
                name,
                compile_schema(descriptor) if descriptor is not None and is_table else None,
                max_rows=max_rows + 1,
                names=names,
                accelerator=accelerator(path.stat().st_size),
            )
            return write_table(tabulation, sink, max_rows=max_rows)
    except (UnreadableError, SchemaInvalidError):
        return None
