"""Small files and schemas to correct, and what came of them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.validator.engine.repair import Correction, RepairOptions, correct_stream
from services.validator.engine.result import FileRef, Result, SchemaRef
from services.validator.engine.validation import Options, Target, validate_stream


def target(descriptor: Mapping[str, Any]) -> Target:
    return Target(descriptor, SchemaRef("test/schema", "1.0"))


def csv_bytes(rows: Sequence[Sequence[str]], *, delimiter: str = ",", end: str = "\r\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode()


@dataclass(frozen=True)
class Corrected:
    correction: Correction
    content: bytes

    @property
    def rows(self) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.content.decode(), newline="")))


def correct(
    content: bytes,
    descriptor: Mapping[str, Any],
    *,
    name: str = "file.csv",
    options: RepairOptions | None = None,
) -> Corrected:
    sink = io.BytesIO()
    done = correct_stream(
        io.BytesIO(content), name, target(descriptor), options or RepairOptions(), sink
    )
    return Corrected(done, sink.getvalue())


def validate(content: bytes, descriptor: Mapping[str, Any], *, name: str = "file.csv") -> Result:
    stream = io.BytesIO(content)
    return validate_stream(stream, name, FileRef(), target(descriptor), Options())
