"""The validation report: the same shape from the command line and the API (version 1).

Plain dataclasses, unlike the other contracts: a report may hold a thousand errors, and a
command line that words one must not load a framework of models.
"""

from dataclasses import dataclass, field
from typing import Literal

import orjson

Verdict = Literal["valid", "invalid", "unreadable", "failed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportSchema:
    """The schema that was checked against; all null when the file could not be matched."""

    name: str | None = None
    version: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFile:
    """What the file was found to be. `size` in bytes, `delimiter` and `encoding` of a CSV."""

    name: str
    size: int
    sha256: str
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportMember:
    """One file of a data package; `resource` is the table that it was recognised as."""

    name: str
    resource: str | None = None
    verdict: Verdict
    rows: int = 0
    errors: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportStats:
    """`rows` counts data rows (header and wholly blank trailing rows left out); `errors`
    counts all errors even when the list is truncated; `seconds` is wall time.
    """

    rows: int = 0
    fields: int = 0
    errors: int = 0
    rows_with_errors: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportError:
    """One finding. `row` as frictionless counts (the header is row 1), `line` the physical
    line of the file, `column` from 1, `cell` the text found (cut at 200 characters);
    `title` the heading of its kind, `message` what is wrong, `hint` how to mend it, `fix` the
    text that would be right. `file` is the one that it lies in, where a package has several;
    `pointer` the place in a JSON document (RFC 6901), whose `row` is the number of the object.
    """

    code: str
    title: str | None = None
    row: int | None = None
    line: int | None = None
    field: str | None = None
    column: int | None = None
    cell: str | None = None
    message: str
    hint: str | None = None
    fix: str | None = None
    file: str | None = None
    pointer: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineInfo:
    """A verdict is a function of (content, schema version, engine version)."""

    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """`unreadable`: the input is not a table. `failed`: our defect, never the town's.

    `summary` is one sentence in the reader's language. `members` are the files of a package.
    """

    report_version: Literal["1"] = "1"
    verdict: Verdict
    summary: str
    schema: ReportSchema = field(default_factory=ReportSchema)
    detected: bool = False
    file: ReportFile
    members: list[ReportMember] = field(default_factory=list)
    stats: ReportStats = field(default_factory=ReportStats)
    errors: list[ReportError] = field(default_factory=list)
    errors_by_code: dict[str, int] = field(default_factory=dict)
    truncated: bool = False
    warnings: list[ReportError] = field(default_factory=list)
    engine: EngineInfo


def report_json(part: Report | ReportError, *, indent: bool = False) -> str:
    """JSON with the keys in the order of the contract."""
    return orjson.dumps(part, option=orjson.OPT_INDENT_2 if indent else None).decode()
