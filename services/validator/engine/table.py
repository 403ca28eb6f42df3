"""What a reader hands to the checks: labels, then records as they are read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.validator.engine.findings import Finding

Record = tuple[int, Sequence[str]]
"""The physical line on which the record begins (from 1; a sheet's row), and its cells."""


class UnreadableError(Exception):
    """The input is not a table. `reason` picks the wording, `params` are its facts."""

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


@dataclass(frozen=True)
class ReadHints:
    """What is known of the table before it is read.

    `names` are column names of the schema (or of all schemas), evidence for the
    delimiter and the header row. `booleans` and `dates` say, per column, how a typed
    spreadsheet cell is written out: the texts for true and false, a strftime format.
    """

    names: frozenset[str] = frozenset()
    booleans: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FileFacts:
    """What the file was found to be; what a format has not is None."""

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Table:
    """`records` is read once; `late` fills up while it is read and is complete after.

    `errors` and `warnings` are those of the file itself: encoding, lines above the header.
    `error_count` counts file errors beyond those listed in `errors`.
    """

    labels: tuple[str, ...]
    label_line: int
    records: Iterator[Record]
    facts: FileFacts
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    late: list[Finding] = field(default_factory=list)
