"""A tabulation as one Parquet file: the same rows give the same bytes."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arro3.core import Array, DataType, Field, RecordBatch, RecordBatchReader, Schema
from arro3.io import write_parquet

from services.validator.engine.tabulation import ROW, VALID, Batch, Tabulation, facts

METADATA_KEY = "socle"
_ROW_GROUP = 65_536


@dataclass(frozen=True)
class WrittenTable:
    """`valid_rows` is None where no schema tells; `complete`: no row was left out."""

    rows: int
    valid_rows: int | None
    complete: bool
    columns: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """JSON values only."""
        return {
            "rows": self.rows,
            "valid_rows": self.valid_rows,
            "complete": self.complete,
            "columns": self.columns,
        }


def write_table(tabulation: Tabulation, path: Path, *, max_rows: int) -> WrittenTable:
    """Texts, then `_row` and `_valid`; memory holds one row group of compressed pages.

    `max_rows` are written at most: the tabulation must give one more for `complete` to be
    known.
    """
    schema = Schema(
        [
            *(Field(column.name, DataType.string()) for column in tabulation.columns),
            Field(ROW, DataType.int64(), nullable=False),
            Field(VALID, DataType.bool()),
        ]
    )
    count: Counter[bool | None] = Counter()
    left_out = False

    def batches() -> Iterator[RecordBatch]:
        nonlocal left_out
        for batch in tabulation.batches:
            room = max_rows - count.total()
            left_out = left_out or len(batch.rows) > room
            kept = _first(batch, room) if len(batch.rows) > room else batch
            count.update(kept.valid)
            if kept.rows:
                yield _record_batch(kept, schema)

    columns = facts(tabulation.columns)
    write_parquet(
        RecordBatchReader.from_batches(schema, batches()),
        path,
        compression="zstd(3)",
        created_by="socle",
        skip_arrow_metadata=True,
        max_row_group_size=_ROW_GROUP,
        key_value_metadata={METADATA_KEY: json.dumps({"columns": columns}, ensure_ascii=False)},
    )
    judged = not count[None]
    return WrittenTable(count.total(), count[True] if judged else None, not left_out, columns)


def _first(batch: Batch, number: int) -> Batch:
    return Batch(
        tuple(cells[:number] for cells in batch.cells), batch.rows[:number], batch.valid[:number]
    )


def _record_batch(batch: Batch, schema: Schema) -> RecordBatch:
    texts = DataType.string()
    return RecordBatch.from_arrays(
        [
            *(Array(list(map(_whole, cells)), type=texts) for cells in batch.cells),
            Array(batch.rows, type=DataType.int64()),
            Array(batch.valid, type=DataType.bool()),
        ],
        schema=schema,
    )


def _whole(text: str | None) -> str | None:
    """A half of a surrogate pair, which JSON can smuggle in, is no character of any file."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")
