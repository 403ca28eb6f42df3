"""One file against one schema: from an open stream to a result."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import Any, BinaryIO, TypeVar

from services.validator.engine.check import Accelerator, Checked, check_table
from services.validator.engine.findings import Finding
from services.validator.engine.readers import open_table
from services.validator.engine.result import FileRef, Result, SchemaRef, Stats
from services.validator.engine.schema import (
    FieldSpec,
    SchemaInvalidError,
    TableSchema,
    compile_schema,
)
from services.validator.engine.table import FileFacts, ReadHints, Table, UnreadableError
from services.validator.engine.values.texts import boolean_texts

Outcome = TypeVar("Outcome")

DEFAULT_MAX_ERRORS = 1_000
_DOCUMENTS = frozenset({"json", "geojson"})
PREVIEW_ROWS = 50


@dataclass(frozen=True)
class Target:
    """What to check against: a descriptor and how it is cited."""

    descriptor: Mapping[str, Any]
    ref: SchemaRef
    detected: bool = False
    detection: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """JSON values only, the descriptor not copied; `from_json` gives the same target back."""
        return {
            "descriptor": self.descriptor,
            "ref": {"name": self.ref.name, "version": self.ref.version, "url": self.ref.url},
            "detected": self.detected,
            "detection": self.detection,
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Target":
        """Raises `KeyError` or `TypeError` for what `to_json` never wrote."""
        return cls(**{**facts, "ref": SchemaRef(**facts["ref"])})


@dataclass(frozen=True)
class Options:
    """`max_errors` are listed, all are counted. `sheet`: see `ReadHints`."""

    max_errors: int = DEFAULT_MAX_ERRORS
    ignore_header_case: bool = False
    sheet: str | int | None = None


@dataclass(frozen=True)
class Preview:
    """The labels and first rows by which a schema is recognised; `document`: of a JSON file."""

    labels: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    document: bool = False


def preview_stream(
    stream: BinaryIO,
    name: str,
    names: frozenset[str],
    sheet: str | int | None = None,
) -> Preview:
    """Raises `UnreadableError`. `names` are the column names of all known schemas."""

    def previewed(hints: ReadHints) -> Preview:
        table = open_table(stream, name, hints)
        rows = tuple(tuple(cells) for _, cells in islice(table.records, PREVIEW_ROWS))
        return Preview(table.labels, rows, document=table.facts.format in _DOCUMENTS)

    return _at_first_sight(previewed, stream)(ReadHints(names=names, sheet=sheet))


def validate_stream(
    stream: BinaryIO,
    name: str,
    file: FileRef,
    target: Target,
    options: Options,
    clock: Callable[[], float] = time.perf_counter,
    accelerator: Accelerator | None = None,
    further: Iterable[Finding] = (),
) -> Result:
    """Never raises for bad data or a bad schema: those are results.

    `further` errors of the same table are taken, and counted, after its own.
    With an accelerator the result is the same, but for the time.
    An exception means a defect of the engine, and the caller makes it `failed`.
    """
    began = clock()
    try:
        schema = compile_schema(target.descriptor)

        def checked_table(hints: ReadHints) -> tuple[Table, Checked]:
            table = open_table(stream, name, hints)
            return table, check_table(
                table,
                schema,
                max_errors=options.max_errors,
                ignore_header_case=options.ignore_header_case,
                accelerator=accelerator,
            )

        # Without the kernel, checking twice would cost more than looking twice.
        begin = checked_table if accelerator is None else _at_first_sight(checked_table, stream)
        table, checked = begin(read_hints(schema, options.sheet))
        for finding in further:
            checked.findings.error(finding)
    except UnreadableError as error:
        return unreadable(file, error)
    except SchemaInvalidError as error:
        cause = Finding("schema-error", params={"place": error.place, "problem": error.problem})
        return Result("failed", file=file, schema=target.ref, cause=cause)
    findings = checked.findings
    return Result(
        verdict="invalid" if findings.total else "valid",
        file=_described(file, table.facts),
        schema=target.ref,
        detected=target.detected,
        stats=Stats(
            rows=checked.rows,
            fields=checked.fields,
            errors=findings.total,
            rows_with_errors=findings.rows_with_errors,
            seconds=round(clock() - began, 4),
        ),
        errors=findings.errors,
        warnings=tuple(findings.warnings),
        errors_by_code=dict(sorted(findings.by_code.items())),
        errors_by_field=dict(findings.by_field),
        truncated=findings.truncated,
        detection=target.detection,
    )


def _at_first_sight(
    work: Callable[[ReadHints], Outcome], stream: BinaryIO
) -> Callable[[ReadHints], Outcome]:
    """Take for UTF-8 what begins so, and begin again if it turns out to be something else."""

    def begun(hints: ReadHints) -> Outcome:
        try:
            return work(replace(hints, hasty=True))
        except UnicodeDecodeError:
            stream.seek(0)
            return work(hints)

    return begun


def unreadable(file: FileRef, error: UnreadableError) -> Result:
    """The result for an input that is not a table."""
    cause = Finding("source-error", error.reason, params=error.params)
    return Result("unreadable", file=file, cause=cause)


def without_schema(file: FileRef, detection: Mapping[str, Any]) -> Result:
    """The result for a table that no schema describes."""
    return Result(
        "unreadable", file=file, no_schema=True, cause=Finding("no-schema"), detection=detection
    )


@lru_cache(maxsize=128)
def read_hints(schema: TableSchema, sheet: str | int | None = None) -> ReadHints:
    """What the schema, and the user, tell the readers of a file."""
    booleans = {}
    dates = {}
    geometries = {}
    for spec in schema.fields:
        if spec.type == "boolean":
            true, false = boolean_texts(spec)
            booleans[spec.name] = (true[0], false[0])
        if spec.type in {"date", "datetime", "time"} and "%" in spec.format:
            dates[spec.name] = spec.format
        elif spec.type in _MOMENTS and spec.format == "default":
            dates[spec.name] = _MOMENTS[spec.type]
        if (kind := _geometry_kind(spec)) is not None:
            geometries[spec.name] = kind
    names = frozenset(spec.name for spec in schema.fields)
    return ReadHints(names, booleans, dates, geometries, sheet)


_MOMENTS = {"datetime": "%Y-%m-%dT%H:%M:%S%z", "yearmonth": "%Y-%m"}
"""How a real date is written in such a column."""

_AXES = {"lon": "lon", "long": "lon", "longitude": "lon", "lat": "lat", "latitude": "lat"}


def _geometry_kind(spec: FieldSpec) -> str | None:
    """What the geometry of a GeoJSON feature gives to this column."""
    if spec.type == "geojson":
        return "geojson"
    if spec.type == "geopoint":
        return "geopoint" if spec.format == "default" else f"geopoint-{spec.format}"
    if spec.type == "number":
        return _AXES.get(spec.name.lower())
    return None


def _described(file: FileRef, facts: FileFacts) -> FileRef:
    return replace(
        file,
        format=facts.format,
        encoding=facts.encoding,
        delimiter=facts.delimiter,
        sheet=facts.sheet,
        sheets=facts.sheets,
        container=facts.container,
        member=facts.member,
    )
