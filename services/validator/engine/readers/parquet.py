"""Parquet: batches of columns turned into rows of texts, in flat memory (ADR 0013)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, cast

from arro3.core import RecordBatchReader
from arro3.io import read_parquet

from services.validator.engine.readers.json_text import json_text
from services.validator.engine.readers.native import guarded
from services.validator.engine.readers.parquet_footer import check_footer
from services.validator.engine.readers.typed_cells import cell_text, writers
from services.validator.engine.table import FileFacts, ReadHints, Record, Table, UnreadableError

BATCH = 4_096
MAX_COLUMNS = 20_000


def open_parquet(stream: BinaryIO, _kind: str, hints: ReadHints) -> Table:
    """Raises `UnreadableError`. The titles are the file's own; `line` counts as rows do."""
    check_footer(stream)
    with guarded("damaged-parquet"):
        reader = read_parquet(stream, batch_size=BATCH)
        labels = tuple(str(name) for name in reader.schema.names)
    if not labels:
        raise UnreadableError("empty")
    if len(labels) > MAX_COLUMNS:
        raise UnreadableError("too-many-columns", limit=MAX_COLUMNS)
    return Table(labels, 1, _records(reader, labels, hints), FileFacts("parquet"))


def _records(
    reader: RecordBatchReader, labels: tuple[str, ...], hints: ReadHints
) -> Iterator[Record]:
    columns = [_column_writer(write) for write in writers(labels, hints)]
    line = 1
    while True:
        with guarded("damaged-parquet"):
            batch = next(iter(reader), None)
            if batch is None:
                return
            values = [cast("list[Any]", column.to_pylist()) for column in batch.columns]
            texts = [list(map(write, cells)) for write, cells in zip(columns, values, strict=True)]
        for row in zip(*texts, strict=True):
            line += 1
            yield line, row


def _column_writer(write: Any) -> Any:
    def text(cell: Any) -> str:
        if cell is None or isinstance(cell, str | bool | int | float | date | time | timedelta):
            return cast("str", write(cell))
        if isinstance(cell, bytes):
            return cell.decode("utf-8", "replace")
        if isinstance(cell, list | dict):
            return json_text(_plain(cell))
        return str(cell)

    return text


def _plain(value: Any) -> Any:
    """Nested values as JSON has them."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return cell_text(value) if isinstance(value, date | time | datetime) else str(value)
