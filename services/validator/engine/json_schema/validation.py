"""One JSON file against one JSON Schema: from a stream to a result."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from services.validator.engine.findings import Finding
from services.validator.engine.json_schema.check import check_json, read_document
from services.validator.engine.json_schema.compile import compile_json_schema
from services.validator.engine.json_schema.document import read_bytes
from services.validator.engine.result import FileRef, Result, Stats
from services.validator.engine.schema import SchemaInvalidError
from services.validator.engine.table import UnreadableError
from services.validator.engine.validation import Options, Target, unreadable


def validate_json(
    stream: BinaryIO,
    name: str,
    file: FileRef,
    target: Target,
    options: Options,
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """Never raises for bad data or a bad schema: those are results.

    `stats.rows` counts the objects of the document; an error's `row` is the number of its
    object in the list, from 1, and `params["pointer"]` its place (RFC 6901).
    """
    began = clock()
    try:
        schema = compile_json_schema(target.descriptor)
        found = read_bytes(stream, name)
        document = read_document(found.content)
        checked = check_json(document, schema, max_errors=options.max_errors)
    except UnreadableError as error:
        return unreadable(file, error)
    except SchemaInvalidError as error:
        cause = Finding("schema-error", params={"place": error.place, "problem": error.problem})
        return Result("failed", file=file, schema=target.ref, cause=cause)
    findings = checked.findings
    return Result(
        verdict="invalid" if findings.total else "valid",
        file=replace(
            file,
            format="json",
            encoding="utf-8",
            container=found.container,
            member=found.member,
        ),
        schema=target.ref,
        detected=target.detected,
        stats=Stats(
            rows=checked.objects,
            errors=findings.total,
            rows_with_errors=checked.bad_objects,
            seconds=round(clock() - began, 4),
        ),
        errors=findings.errors,
        warnings=tuple(findings.warnings),
        errors_by_code=dict(sorted(findings.by_code.items())),
        errors_by_field=dict(findings.by_field),
        truncated=findings.truncated,
        unit="object",
        detection=target.detection,
    )
