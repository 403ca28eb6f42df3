"""Write the table of a file in a limited child process of its own."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from services.validator.adapters.detection import target_of
from services.validator.adapters.limits import ChildEnded, EngineLimits
from services.validator.adapters.process import Child
from services.validator.schemas.model import Schema

_OUTPUT = 1 << 30
_READINGS = 2
_log = structlog.get_logger("validator.tables")


@dataclass(frozen=True)
class TableFacts:
    """What was written. `columns` are `{"name", "type"}`; `type` is null outside the schema."""

    rows: int
    valid_rows: int | None
    complete: bool
    columns: list[dict[str, Any]]


async def tabulate_file(
    path: Path,
    *,
    name: str,
    schema: Schema | None,
    sink: Path,
    max_rows: int,
    names: frozenset[str] = frozenset(),
    limits: EngineLimits | None = None,
) -> TableFacts | None:
    """Write the Parquet file to `sink`, an empty file that exists; None when there is none.

    Never raises for anything in the file: what is no table, or exceeds the limits, has none.
    """
    request: dict[str, Any] = {
        "do": "tabulate",
        "path": str(path),
        "name": name,
        "sink": str(sink),
        "target": target_of(schema).to_json() if schema else None,
        "names": sorted(names),
        "max_rows": max_rows,
    }
    child = await Child.start(_roomier(limits or EngineLimits()))
    try:
        answer = await child.ask(request)
    except ChildEnded as ended:
        answer = {"failed": ended.reason, "detail": ended.detail}
    finally:
        await child.stop()
    if "failed" in answer:
        _log.warning("No table made", reason=answer["failed"], detail=answer.get("detail", ""))
        return None
    table = answer["table"]
    return None if table is None else TableFacts(**table)


def _roomier(limits: EngineLimits) -> EngineLimits:
    """A table takes two readings of the file, and writes one."""
    return replace(
        limits,
        cpu_seconds=limits.cpu_seconds * _READINGS,
        wall_seconds=limits.wall_seconds * _READINGS,
        output=_OUTPUT,
    )
