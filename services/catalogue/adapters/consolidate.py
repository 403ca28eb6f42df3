"""Put the valid rows of many tables into one Parquet file and one CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.catalogue.adapters.duck import identifier, limited
from services.catalogue.models.consolidation import PROVENANCE, Plan
from services.catalogue.models.resource_table import ROW, VALID

_MEMORY = "512MB"
_SECONDS = 3_600.0


@dataclass(frozen=True)
class Written:
    """The two files, and how many rows a newer row with the same key has replaced."""

    csv: Path
    parquet: Path
    rows: int
    duplicates: int


def consolidate(plan: Plan, paths: Mapping[str, Path], folder: Path) -> Written:
    """Write both files into `folder`; `paths` by the SHA-256 of a table.

    Memory is bounded, what exceeds it goes to `folder`. The same plan gives the same bytes:
    parts in the plan's order, rows in the file's, and one thread.
    """
    csv, parquet = folder / "rows.csv", folder / "rows.parquet"
    sources = [str(paths[part.table_sha256]) for part in plan.parts]
    with limited(
        list(paths.values()), memory=_MEMORY, seconds=_SECONDS, scratch=folder
    ) as connection:
        _load_parts(connection, plan, sources)
        duplicates = _find_duplicates(connection, plan, sources)
        columns = [identifier(column.name) for column in plan.columns]
        provenance = [identifier(name) for name in PROVENANCE]
        connection.execute(
            f"copy (select {', '.join(f'r.{name}' for name in columns)}, p.source as "  # noqa: S608 - quoted names
            f"{provenance[0]}, p.dataset as {provenance[1]}, p.resource as {provenance[2]}, "
            f"r.{ROW} as {provenance[3]}, p.license as {provenance[4]}, "
            f"p.validated_at as {provenance[5]}, p.valid as {provenance[6]} "
            "from read_parquet($sources, union_by_name = true, filename = '_file') r "
            "join parts p on p.file = r._file "
            f"where r.{VALID} and not exists (select 1 from replaced x "
            f"where x.place = p.place and x.row = r.{ROW}) order by p.place, r.{ROW}) "
            f"to '{_quoted(parquet)}' (format parquet, compression zstd)",
            {"sources": sources},
        )
        connection.execute(
            f"copy (select * from read_parquet('{_quoted(parquet)}')) "  # noqa: S608 - our own path
            f"to '{_quoted(csv)}' (format csv, header true)"
        )
        counted = connection.execute(
            "select count(*) from read_parquet(?)", [str(parquet)]
        ).fetchone()
    return Written(csv, parquet, counted[0] if counted else 0, duplicates)


def _load_parts(connection: duckdb.DuckDBPyConnection, plan: Plan, sources: list[str]) -> None:
    connection.execute(
        "create temp table parts (place integer, file varchar, source varchar, dataset varchar, "
        "resource varchar, license varchar, validated_at varchar, valid boolean)"
    )
    connection.executemany(
        "insert into parts values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                place,
                file,
                part.source,
                str(part.dataset_id),
                str(part.resource_id),
                part.license,
                part.validated_at.isoformat(),
                part.valid,
            )
            for place, (file, part) in enumerate(zip(sources, plan.parts, strict=True))
        ],
    )


def _find_duplicates(connection: duckdb.DuckDBPyConnection, plan: Plan, sources: list[str]) -> int:
    """The rows that a later part, or a later row of the same, has again under the same key."""
    connection.execute("create temp table replaced (place integer, row bigint)")
    if not plan.key:
        return 0
    key = ", ".join(f"r.{identifier(name)}" for name in plan.key)
    connection.execute(
        "insert into replaced select place, row from (select p.place, "  # noqa: S608 - quoted names
        f"r.{ROW} as row, row_number() over (partition by {key} "
        f"order by p.place desc, r.{ROW} desc) as copy "
        "from read_parquet($sources, union_by_name = true, filename = '_file') r "
        f"join parts p on p.file = r._file where r.{VALID} "
        f"and coalesce({key}) is not null) where copy > 1",
        {"sources": sources},
    )
    counted = connection.execute("select count(*) from replaced").fetchone()
    return counted[0] if counted else 0


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
