"""The validation report: the same shape from the command line and the API (version 1)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["valid", "invalid", "unreadable", "failed"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class ReportSchema(_Part):
    """The schema that was checked against; all null when the file could not be matched."""

    name: str | None = None
    version: str | None = None
    url: str | None = None


class ReportFile(_Part):
    """What the file was found to be. `size` in bytes, `delimiter` and `encoding` of a CSV."""

    name: str
    size: int
    sha256: str
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


class ReportMember(_Part):
    """One file of a data package; `resource` is the table that it was recognised as."""

    name: str
    resource: str | None = None
    verdict: Verdict
    rows: int = 0
    errors: int = 0


class ReportStats(_Part):
    """`rows` counts data rows (header and wholly blank trailing rows left out); `errors`
    counts all errors even when the list is truncated; `seconds` is wall time.
    """

    rows: int = 0
    fields: int = 0
    errors: int = 0
    rows_with_errors: int = 0
    seconds: float = 0.0


class ReportError(_Part):
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


class EngineInfo(_Part):
    """A verdict is a function of (content, schema version, engine version)."""

    version: str


class Report(_Part):
    """`unreadable`: the input is not a table. `failed`: our defect, never the town's.

    `summary` is one sentence in the reader's language. `members` are the files of a package.
    """

    report_version: Literal["1"] = "1"
    verdict: Verdict
    summary: str
    schema_: ReportSchema = Field(alias="schema", default_factory=ReportSchema)
    detected: bool = False
    file: ReportFile
    members: list[ReportMember] = []
    stats: ReportStats = ReportStats()
    errors: list[ReportError] = []
    errors_by_code: dict[str, int] = {}
    truncated: bool = False
    warnings: list[ReportError] = []
    engine: EngineInfo


class ExcerptRow(_Part):
    """A row of the checked file: `row` as in the report's errors, cells cut at 200 characters."""

    row: int
    line: int
    cells: list[str]


class ReportExcerpt(_Part):
    """Rows around errors; no label and no row when the file cannot be read as a table."""

    labels: list[str] = []
    rows: list[ExcerptRow] = []
