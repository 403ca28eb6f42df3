"""From a file's bytes to a table."""

from typing import BinaryIO

from services.validator.engine.readers.formats import recognise
from services.validator.engine.readers.packed import open_gzip, open_zip
from services.validator.engine.readers.plain import open_plain
from services.validator.engine.table import ReadHints, Table


def open_table(stream: BinaryIO, name: str, hints: ReadHints) -> Table:
    """The table of a seekable stream; `name` is the file's, for its extension.

    Raises `UnreadableError` with the reason when the content is not a table.
    """
    kind = recognise(stream, name)
    if kind == "gzip":
        return open_gzip(stream, name, hints)
    if kind == "zip":
        return open_zip(stream, hints)
    return open_plain(stream, name, kind, hints)
