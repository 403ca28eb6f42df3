"""From a file's bytes to a table."""

from typing import BinaryIO

from services.validator.engine.readers.delimited import open_delimited
from services.validator.engine.readers.formats import recognise
from services.validator.engine.readers.spreadsheet import open_spreadsheet
from services.validator.engine.table import ReadHints, Table


def open_table(stream: BinaryIO, name: str, hints: ReadHints) -> Table:
    """The table of a seekable stream; `name` is the file's, for its extension.

    Raises `UnreadableError` with the reason when the content is not a table.
    """
    kind = recognise(stream, name)
    stream.seek(0)
    if kind in {"csv", "tsv"}:
        return open_delimited(stream, kind, hints)
    return open_spreadsheet(stream, kind, hints)
