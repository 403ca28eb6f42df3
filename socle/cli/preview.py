"""What an address would bring, and which schemas its first tables follow by their columns."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from services.harvester.models.files import promises_a_table
from services.harvester.operations.preview import preview
from services.validator.adapters.limits import EngineLimits
from services.validator.adapters.run import EngineRunner
from services.validator.schemas.register import SchemaRegister
from shared.contracts.records import DatasetRecord, ResourceRecord
from shared.errors import ServiceError
from shared.fetch import AllowedHosts, Fetcher, file_name

TABLES_LOOKED_AT = 20
_TABLE_LIMIT = 5 * 1024 * 1024
_LIMITS = EngineLimits(cpu_seconds=20, wall_seconds=30.0)


async def preview_with_schemas(
    url: str,
    *,
    kind: str | None,
    config: Mapping[str, Any],
    hosts: AllowedHosts,
    schemas: Path,
) -> dict[str, Any]:
    """As `preview`, with `recognised`: schemas that no table declares and the first twenty
    were seen to follow, by how many. A table that cannot be had, or is larger than 5 MiB, is
    left to the harvest. Raises as `preview` does; `schemas` is the folder of those that were
    synchronised.
    """
    async with Fetcher(allowed_hosts=hosts) as fetcher:
        found = await preview(url, getter=fetcher, kind=kind, config=config)
        tables = list(islice(_undeclared(found["sample"]), TABLES_LOOKED_AT))
        found["recognised"] = await _recognised(tables, fetcher, schemas) if tables else {}
    return found


def _undeclared(sample: Sequence[Mapping[str, Any]]) -> Iterator[ResourceRecord]:
    for record in map(DatasetRecord.model_validate, sample):
        for resource in record.resources:
            declared = resource.schema_ref or record.schema_ref
            if declared is None and resource.url and promises_a_table(resource) is not False:
                yield resource


async def _recognised(
    tables: Sequence[ResourceRecord], fetcher: Fetcher, schemas: Path
) -> dict[str, int]:
    register = SchemaRegister.open(schemas)
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="socle-") as folder:
        path = Path(folder) / "table"
        async with EngineRunner(_LIMITS) as engine:
            for resource in tables:
                try:
                    name = await _download(resource, path, fetcher)
                except ServiceError:
                    continue
                outcome = await engine.validate(
                    path, name=name, schema=None, candidates=register, max_errors=1
                )
                if schema := outcome.result.schema:
                    counted[schema.name] += 1
    return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))


async def _download(resource: ResourceRecord, path: Path, fetcher: Fetcher) -> str:
    """The name of the file that is then at `path`; what is no file is refused by the engine."""
    answer = await fetcher.get(resource.url or "", limit=_TABLE_LIMIT)
    content = answer.body if answer.status == 200 else b""
    await asyncio.to_thread(path.write_bytes, content)
    name = file_name(answer.url, answer.headers.get("content-disposition"))
    return name if "." in name or not resource.format else f"{name}.{resource.format}"
