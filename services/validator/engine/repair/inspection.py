"""The first reading: how many errors there are, and what must be known before writing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from services.validator.engine.check import check_table
from services.validator.engine.header import Header, match_header
from services.validator.engine.readers import open_table
from services.validator.engine.repair.correction import RepairOptions
from services.validator.engine.repair.naming import plan_renames, rewritten
from services.validator.engine.repair.rules.rule import Rename
from services.validator.engine.repair.survey import Survey
from services.validator.engine.schema import TableSchema
from services.validator.engine.table import FileFacts, ReadHints, Table

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Inspection:
    """A file as it came. `errors` counts what the engine reports, `survey` is complete."""

    table: Table
    renames: tuple[Rename, ...]
    survey: Survey
    errors: int
    has_bom: bool

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels as they came."""
        return self.table.labels

    @property
    def facts(self) -> FileFacts:
        """What the file was found to be."""
        return self.table.facts


def inspect(
    stream: BinaryIO, name: str, schema: TableSchema, hints: ReadHints, options: RepairOptions
) -> Inspection:
    """Reads the stream to its end. Raises `UnreadableError` and `SchemaInvalidError`."""
    stream.seek(0)
    has_bom = stream.read(len(_BOM)) == _BOM
    stream.seek(0)
    table = open_table(stream, name, hints)
    renames = plan_renames(
        table.labels, table.label_line, schema, options.former_names,
        ignore_case=options.ignore_header_case,
    )  # fmt: skip
    survey = Survey(header_of(table.labels, renames, schema, options))
    checked = check_table(
        replace(table, records=survey.watch(table.records)),
        schema,
        max_errors=0,
        ignore_header_case=options.ignore_header_case,
    )
    return Inspection(table, renames, survey, checked.findings.total, has_bom)


def header_of(
    labels: Sequence[str], renames: Sequence[Rename], schema: TableSchema, options: RepairOptions
) -> Header:
    """The columns once renamed, at their places in the file as it came."""
    written = rewritten(labels, renames)
    return match_header(written, 1, schema, ignore_case=options.ignore_header_case)
