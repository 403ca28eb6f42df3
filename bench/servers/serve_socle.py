"""Our engine, with everything that a user gets: hash, detection, messages, JSON."""

import json
import os
from pathlib import Path
from typing import Any

from bench.servers.protocol import Request, serve
from services.validator.adapters.acceleration import preload, warm_kernel
from services.validator.adapters.run import validate_file
from services.validator.engine.rendering.json_text import render_json
from services.validator.engine.result import Result
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister


class _Socle:
    """Holds the register, as a worker does."""

    def __init__(self) -> None:
        self._register = SchemaRegister.open()
        self._known: dict[str, Schema] = {}

    def prepare(self, request: Request) -> Schema | None:
        path = request.get("schema")
        if path is None:
            return None
        if path not in self._known:
            descriptor = json.loads(Path(path).read_bytes())
            self._known[path] = Schema(
                name=str(descriptor.get("name") or "bench"), version="", title="bench",
                descriptor=descriptor, url=None,
            )  # fmt: skip
        return self._known[path]

    def run(self, request: Request, schema: Schema | None) -> tuple[Result, bytes]:
        path = Path(request["path"])
        result = validate_file(
            path,
            name=request.get("name") or path.name,
            schema=schema,
            candidates=None if schema else self._register,
            max_errors=request.get("max_errors", 1_000_000_000),
        )
        return result, render_json(result, "fr", path.name)


def facts(request: Request, outcome: tuple[Result, bytes]) -> Request:
    """The verdict, and the places of the errors when they are asked for."""
    result, text = outcome
    found: dict[str, Any] = {
        "verdict": result.verdict, "errors": result.stats.errors, "bytes": len(text),
        "schema": result.schema and result.schema.name,
    }  # fmt: skip
    if request.get("list"):
        cause = () if result.cause is None else (result.cause,)
        found["found"] = [
            [e.row, e.field, e.code, e.cell, e.reason] for e in (*cause, *result.errors)
        ]
        found["warned"] = sorted({f"{e.code}/{e.reason}".rstrip("/") for e in result.warnings})
        found["encoding"] = result.file.encoding
        found["delimiter"] = result.file.delimiter
    return found


if __name__ == "__main__":
    # As the processes of a service do.
    if os.environ.get("SOCLE_ENGINE") != "exact":
        warm_kernel()
        preload()
    engine = _Socle()
    serve(engine.prepare, engine.run, facts)
