"""A correction from one file on disk into another, in the process that is limited."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.validator.engine.repair import Correction, RepairOptions, correct_stream
from services.validator.engine.validation import Target


def correct(
    path: Path, name: str, target: Target, options: Mapping[str, Any], sink: Path
) -> Correction:
    """Write the corrected file over `sink`. Raises `OSError` when either file is gone."""
    with path.open("rb") as stream, sink.open("r+b") as output:
        return correct_stream(stream, name, target, RepairOptions(**options), output)
