"""The correction of a file: several plans, the boldest first, until one surely helps."""

from dataclasses import replace
from typing import BinaryIO

from services.validator.engine.findings import Finding
from services.validator.engine.header import Header
from services.validator.engine.repair.attempt import Plan, Source, Written, attempt
from services.validator.engine.repair.correction import Correction, RepairOptions
from services.validator.engine.repair.inspection import header_of, inspect
from services.validator.engine.repair.rows import CONFLICT
from services.validator.engine.repair.rules.rule import Rename
from services.validator.engine.schema import SchemaInvalidError, compile_schema
from services.validator.engine.table import UnreadableError
from services.validator.engine.validation import Target, read_hints


def correct_stream(
    stream: BinaryIO, name: str, target: Target, options: RepairOptions, sink: BinaryIO
) -> Correction:
    """Write the corrected file to `sink` and say what was changed.

    `stream` and `sink` are seekable, `sink` is open for reading too and is emptied first. The
    file is read three times (judged, written, the result judged) and up to nine when a bold
    plan has to be given up; memory is that of a validation. Never raises for bad data or a
    bad schema: those are outcomes, and the sink is then empty.
    """
    try:
        schema = compile_schema(target.descriptor)
        hints = read_hints(schema)
        seen = inspect(stream, name, schema, hints, options)
        source = Source(stream, name, sink, schema, hints, options, seen)
        if seen.table.late:
            return _refused(source, "unclosed-quote", seen.table.late[0].line)
        written = _best(source)
    except UnreadableError as error:
        _empty(sink)
        return Correction(
            "unreadable", cause=Finding("source-error", error.reason, params=error.params)
        )
    except SchemaInvalidError as error:
        _empty(sink)
        params = {"place": error.place, "problem": error.problem}
        return Correction("failed", cause=Finding("schema-error", params=params))
    if written is None or written.errors is None:
        return _refused(source, "unstable")
    return Correction(
        "written",
        rows=written.rows,
        errors_before=seen.errors,
        errors_after=written.errors,
        applied=tuple(written.book.applied),
        proposed=tuple(written.book.proposed),
        counts=written.book.counts,
    )


def _best(source: Source) -> Written | None:
    """The first plan that helps, or None when even the most careful one does not."""
    written = attempt(source, Plan(source.seen.renames))
    if _helps(written, source.seen.errors):
        return written
    for milder in (_without_revealing, _without_keys, _careful):
        plan = milder(source, written)
        if plan != written.plan:
            written = attempt(source, plan)
            if _helps(written, source.seen.errors):
                return written
    return None


def _helps(written: Written, before: int) -> bool:
    """Never more errors; fewer as soon as something was changed that should end one."""
    if written.errors is None:
        return False
    return written.errors < before if written.book.gains else written.errors <= before


def _without_revealing(_source: Source, written: Written) -> Plan:
    """Without the names under which cells turned out wrong that nobody judged before."""
    found = written.errors_by_field
    return replace(
        written.plan,
        renames=tuple(
            replace(rename, sure=False, reason="reveals", revealed=found[rename.name])
            if _recognises(rename) and found.get(rename.name)
            else rename
            for rename in written.plan.renames
        ),
    )


def _without_keys(source: Source, written: Written) -> Plan:
    """Without a change in key columns, where a right value may turn out to be a duplicate."""
    schema, header = source.schema, _header(source, written.plan)
    keys = {name for key in (schema.primary_key, *schema.unique_keys) for name in key}
    keys |= {name for key in schema.foreign_keys for name in (*key.fields, *key.targets)}
    keys |= {spec.name for spec in schema.fields if spec.constraints.get("unique")}
    frozen = {c.position for c in header.columns if c.spec and c.spec.name in keys}
    return replace(written.plan, frozen=frozenset(frozen))


def _careful(source: Source, written: Written) -> Plan:
    """The table as it is, in a clean file."""
    renames = tuple(
        replace(rename, sure=False, reason=CONFLICT) if _recognises(rename) else rename
        for rename in written.plan.renames
    )
    width = len(source.seen.labels)
    return Plan(renames, frozenset(range(width)))


def _recognises(rename: Rename) -> bool:
    """Whether the new name brings a column under the schema's rules."""
    return rename.sure and rename.reason in {"", "former"}


def _header(source: Source, plan: Plan) -> Header:
    return header_of(source.seen.labels, plan.renames, source.schema, source.options)


def _refused(source: Source, reason: str, line: int | None = None) -> Correction:
    _empty(source.sink)
    cause = Finding("correction-refused", reason, line=line)
    errors = source.seen.errors
    return Correction("refused", errors_before=errors, errors_after=errors, cause=cause)


def _empty(sink: BinaryIO) -> None:
    sink.seek(0)
    sink.truncate()
