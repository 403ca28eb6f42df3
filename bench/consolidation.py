"""Consolidate 1,000 files of 10,000 rows: `python -m bench.consolidation [--files N] [--rows N]`.

Beside it, in the same run, the plainest thing that could do: one `copy` of all the same tables
by DuckDB without origin, duplicates or order.
"""

import argparse
import platform
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import duckdb

from services.catalogue.adapters.consolidate import consolidate
from services.catalogue.models.consolidation import Part, Scope, plan
from services.catalogue.models.resource_table import TableColumn
from services.validator.adapters.parquet import write_table
from services.validator.engine.tabulation import Batch, Tabulation
from services.validator.engine.tabulation import TableColumn as WrittenColumn

NAMES = ("id", "nom", "date", "objet", "montant", "beneficiaire", "adresse", "note")
START = datetime(2026, 1, 1, tzinfo=UTC)


def table(folder: Path, number: int, rows: int) -> Part:
    """One town's file; a tenth of its keys stands in the town's former file as well."""

    def batches() -> Iterator[Batch]:
        first = number * rows * 9 // 10
        keys = range(first, first + rows)
        cells = [
            [str(key) for key in keys],
            *([f"{name} {key % 997} de la commune {number}" for key in keys] for name in NAMES[1:]),
        ]
        yield Batch(tuple(cells), list(range(2, rows + 2)), [key % 50 != 0 for key in keys])

    columns = tuple(WrittenColumn(name, "string", name == "id") for name in NAMES)
    path = folder / f"{number}.parquet"
    written = write_table(Tabulation(columns, batches()), path, max_rows=rows)
    return Part(
        table_sha256=str(number),
        resource_id=UUID(int=number),
        dataset_id=UUID(int=number),
        source=f"Commune {number}",
        license="lov2",
        schema_version="1.0",
        validated_at=START,
        modified=START + timedelta(hours=number),
        valid=False,
        valid_rows=written.valid_rows or 0,
        columns=tuple(TableColumn(c.name, c.type, c.key) for c in columns),
    )


def main() -> None:
    """Print seconds of CPU and wall, rows a second, peak memory, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--rows", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="socle-bench-") as name:
        folder = Path(name)
        parts = [table(folder, number, asked.rows) for number in range(asked.files)]
        paths = {part.table_sha256: folder / f"{part.table_sha256}.parquet" for part in parts}
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        wall, cpu = time.perf_counter(), time.process_time()
        planned = plan(Scope("bench/table", "lov2"), parts)
        written = consolidate(planned, paths, folder)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        size = (written.csv.stat().st_size >> 20, written.parquet.stat().st_size >> 20)
        began = time.process_time()
        plain = duckdb.connect(config={"threads": 1})
        plain.execute(
            "copy (select * from read_parquet(?)) to '" + str(folder / "plain.parquet") + "' "
            "(format parquet, compression zstd)",
            [[str(path) for path in paths.values()]],
        )
        peer = time.process_time() - began
    print(f"{asked.files} files × {asked.rows} rows, {platform.machine()}, one thread")
    print(f"rows kept {written.rows:,}, replaced by newer ones {written.duplicates:,}")
    print(f"CSV {size[0]} MB, Parquet {size[1]} MB")
    print(f"wall {wall:.1f} s, CPU {cpu:.1f} s, {written.rows / cpu:,.0f} rows per CPU second")
    print(f"peak memory {peak} MB, of which {before} MB before it began (limit of DuckDB: 512 MB)")
    print(f"CPU against a bare copy to Parquet only: {cpu / peer:.2f} ×")


if __name__ == "__main__":
    main()
