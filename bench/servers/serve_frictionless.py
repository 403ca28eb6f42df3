"""frictionless: the columns by name, every error, its report as JSON."""

import json
import warnings
from pathlib import Path
from typing import Any

from frictionless import Detector, Dialect, Resource, Schema, system
from frictionless.formats import CsvControl

from bench.servers.protocol import Request, serve

NO_LIMIT = 1_000_000_000


def prepare(request: Request) -> Schema:
    """What frictionless does not know (custom checks) is left out, as it would do."""
    descriptor = json.loads(Path(request["schema"]).read_bytes())
    return Schema.from_descriptor(descriptor)


def run(request: Request, schema: Schema) -> tuple[Any, str]:
    """With its own detection, unless the request tells encoding and delimiter."""
    told: dict[str, Any] = {}
    if "encoding" in request:
        told["encoding"] = request["encoding"]
        told["dialect"] = Dialect(controls=[CsvControl(delimiter=request["delimiter"])])
    resource = Resource(
        path=request["path"], schema=schema, detector=Detector(schema_sync=True), **told
    )
    report = resource.validate(limit_errors=NO_LIMIT)
    return report, json.dumps(report.to_descriptor(), ensure_ascii=False)


def facts(request: Request, outcome: tuple[Any, str]) -> Request:
    """The verdict, and the places of the errors when they are asked for."""
    report, text = outcome
    errors = [*report.errors, *(error for task in report.tasks for error in task.errors)]
    found: dict[str, Any] = {
        "verdict": "valid" if report.valid else "invalid", "errors": len(errors),
        "bytes": len(text),
    }  # fmt: skip
    if request.get("list"):
        found["found"] = [
            [
                getattr(e, "row_number", None), getattr(e, "field_name", None), e.type,
                getattr(e, "cell", None), e.note,
            ]
            for e in errors
        ]  # fmt: skip
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with system.use_context(trusted=True):
        serve(prepare, run, facts)
