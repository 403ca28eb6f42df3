"""One file through the exact checks and through the kernel: the two results, time aside."""

import io
from typing import Any

from services.validator.engine.check import Accelerator
from services.validator.engine.result import FileRef, SchemaRef
from services.validator.engine.validation import Options, Target, validate_stream


def report(
    content: bytes,
    descriptor: dict[str, Any],
    kernel: Accelerator | None,
    max_errors: int = 10_000,
) -> dict[str, Any]:
    """The result as JSON values, without the time it took."""
    result = validate_stream(
        io.BytesIO(content),
        "table.csv",
        FileRef(),
        Target(descriptor, SchemaRef("essai")),
        Options(max_errors),
        accelerator=kernel,
    ).to_json()
    del result["stats"]["seconds"]
    return result
