"""What an address would bring, with an engine of the command line's own to recognise schemas."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.harvester.operations.preview import preview
from services.validator.adapters.limits import EngineLimits
from services.validator.adapters.run import EngineRunner
from services.validator.operations.match_file import match_content
from services.validator.schemas.register import SchemaRegister
from shared.fetch import AllowedHosts, Fetcher

_LIMITS = EngineLimits(cpu_seconds=20, wall_seconds=30.0)


async def preview_without_server(
    url: str,
    *,
    kind: str | None,
    config: Mapping[str, Any],
    hosts: AllowedHosts,
    schemas: Path,
) -> dict[str, Any]:
    """As `preview`, and raises as it does; `schemas` is the folder of those that were
    synchronised.
    """
    register = SchemaRegister.open(schemas)
    async with Fetcher(allowed_hosts=hosts) as fetcher, EngineRunner(_LIMITS) as engine:

        async def recognise(content: bytes, name: str) -> str | None:
            found = await match_content(content, name=name, engine=engine, register=register)
            return found.best.name if found.best else None

        return await preview(url, getter=fetcher, recogniser=recognise, kind=kind, config=config)
