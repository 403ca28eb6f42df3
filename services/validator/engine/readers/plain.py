"""A file that is not packed: each kind has its reader."""

from typing import BinaryIO

from services.validator.engine.readers.delimited import open_delimited
from services.validator.engine.readers.json_table import open_json
from services.validator.engine.readers.parquet import open_parquet
from services.validator.engine.readers.spreadsheet import open_spreadsheet
from services.validator.engine.table import ReadHints, Table

WORKBOOKS = frozenset({"xlsx", "ods", "xls"})


def open_plain(stream: BinaryIO, name: str, kind: str, hints: ReadHints) -> Table:
    """Raises `UnreadableError`. `kind` is one of `formats.TABLES`."""
    stream.seek(0)
    if kind == "json":
        return open_json(stream, name, hints)
    if kind == "parquet":
        return open_parquet(stream, hints)
    if kind in WORKBOOKS:
        return open_spreadsheet(stream, kind, hints)
    return open_delimited(stream, kind, hints)
