"""A file that is not packed: each kind has its reader.

The native ones are loaded when they are asked for: most files are text, and a person at a
shell waits for every module.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import BinaryIO

from services.validator.engine.readers.delimited import open_delimited
from services.validator.engine.readers.json_table import open_json
from services.validator.engine.table import ReadHints, Table

WORKBOOKS = frozenset({"xlsx", "ods", "xls"})
_NATIVE: Mapping[str, tuple[str, str]] = {
    "parquet": ("parquet", "open_parquet"),
    **dict.fromkeys(WORKBOOKS, ("spreadsheet", "open_spreadsheet")),
}


def open_plain(stream: BinaryIO, name: str, kind: str, hints: ReadHints) -> Table:
    """Raises `UnreadableError`. `kind` is one of `formats.TABLES`."""
    stream.seek(0)
    if kind == "json":
        return open_json(stream, name, hints)
    if kind in _NATIVE:
        module, function = _NATIVE[kind]
        open_native: Callable[[BinaryIO, str, ReadHints], Table] = getattr(
            import_module(f"services.validator.engine.readers.{module}"), function
        )
        return open_native(stream, kind, hints)
    return open_delimited(stream, kind, hints)
