"""Some rows of a checked file, around its errors."""

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ExcerptRow(_Part):
    """A row of the checked file: `row` as in the report's errors, cells cut at 200 characters."""

    row: int
    line: int
    cells: list[str]


class ReportExcerpt(_Part):
    """Rows around errors; no label and no row when the file cannot be read as a table."""

    labels: list[str] = []
    rows: list[ExcerptRow] = []
