"""Validata (package validata-table), asked through its public Python function.

It stops at 1,000 errors without saying so, and reads a file of more than 100,000 rows to its end
only to refuse it. Told `all`, this server lifts both limits, so that the peer does the same work
as the others; its own defaults are kept otherwise.
"""

import functools
import json
import warnings
from pathlib import Path
from typing import Any

import frictionless
from validata_core import validate  # type: ignore[import-not-found]
from validata_core.domain import validation_features  # type: ignore[import-not-found]

from bench.servers.protocol import Request, serve

NO_LIMIT = 1_000_000_000


class _Limit:
    """Sits in front of the validation that Validata calls."""

    def __init__(self) -> None:
        self.every_error = False
        self._own = frictionless.Resource.validate

    def install(self) -> None:
        @functools.wraps(self._own)
        def validate_resource(resource: Any, *args: Any, **options: Any) -> Any:
            if self.every_error:
                options["limit_errors"] = NO_LIMIT
            return self._own(resource, *args, **options)

        frictionless.Resource.validate = validate_resource  # type: ignore[method-assign, assignment]


def prepare(request: Request) -> Any:
    """The descriptor, read once."""
    return json.loads(Path(request["schema"]).read_bytes())


def facts(request: Request, outcome: tuple[Any, str]) -> Request:
    """The verdict, and the places of the errors when they are asked for."""
    report, text = outcome
    facts_ = json.loads(text)
    found: dict[str, Any] = {
        "verdict": "valid" if report.valid else "invalid",
        "errors": facts_["stats"]["errors"], "bytes": len(text),
    }  # fmt: skip
    if request.get("list"):
        found["found"] = [
            [e.get("rowNumber"), e.get("fieldName"), e["type"], e.get("cell"), e["message"]]
            for e in facts_["errors"]
        ]
        found["warned"] = facts_["warnings"]
    return found


def main() -> None:
    """Serve."""
    warnings.simplefilter("ignore")
    limit = _Limit()
    limit.install()
    max_rows = validation_features.VALIDATA_MAX_ROWS

    def run(request: Request, descriptor: Any) -> tuple[Any, str]:
        limit.every_error = bool(request.get("all"))
        validation_features.VALIDATA_MAX_ROWS = NO_LIMIT if limit.every_error else max_rows
        report = validate(str(request["path"]), descriptor)
        return report, json.dumps(report.to_dict(), ensure_ascii=False, default=str)

    serve(prepare, run, facts)


if __name__ == "__main__":
    main()
