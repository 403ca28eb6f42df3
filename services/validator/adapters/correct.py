"""Correct a file in a limited child process of its own, which may write one file only so large."""

import asyncio
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import structlog

from services.validator.adapters.detection import target_of
from services.validator.adapters.limits import ChildEnded, EngineLimits
from services.validator.adapters.process import Child
from services.validator.engine.findings import Finding
from services.validator.engine.repair import Correction, RepairOptions, former_names
from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister

_OUTPUT = 1 << 30
_READINGS = 4
_log = structlog.get_logger("validator.engine")


async def correct_file(
    path: Path,
    *,
    name: str,
    schema: Schema,
    register: SchemaRegister,
    sink: Path,
    limits: EngineLimits | None = None,
) -> Correction:
    """Write the corrected file to `sink`, an empty file that exists, and say what changed.

    A CSV in UTF-8 whatever came in. Never raises for anything in the file: limits and
    crashes are outcomes too, and the sink is then of no use. `register` tells what earlier
    versions of the schema called its columns.
    """
    options = RepairOptions(former_names=await asyncio.to_thread(_former, schema, register))
    request: dict[str, Any] = {
        "do": "correct",
        "path": str(path),
        "name": name,
        "sink": str(sink),
        "target": target_of(schema).to_json(),
        "options": asdict(options),
    }
    child = await Child.start(_roomier(limits or EngineLimits()))
    try:
        answer = await child.ask(request)
    except ChildEnded as ended:
        answer = {"failed": ended.reason, "detail": ended.detail}
    finally:
        await child.stop()
    if "failed" in answer:
        _log.error("Correction failed", reason=answer["failed"], detail=answer.get("detail", ""))
        return Correction("failed", cause=Finding("failed", answer["failed"]))
    return Correction.from_json(answer["correction"])


def _roomier(limits: EngineLimits) -> EngineLimits:
    """A correction reads the file three times at least, and writes one."""
    return replace(
        limits,
        cpu_seconds=limits.cpu_seconds * _READINGS,
        wall_seconds=limits.wall_seconds * _READINGS,
        output=_OUTPUT,
    )


def _former(schema: Schema, register: SchemaRegister) -> dict[str, str]:
    """Columns that other versions of the schema named otherwise, old name to new."""
    try:
        entry = register.entry(schema.name)
    except UnknownSchemaError:
        return {}
    others = [v.version for v in entry.versions if v.version != schema.version]
    earlier = [register.get(schema.name, version).descriptor for version in others]
    return former_names(earlier, schema.descriptor)
