"""What a reader hands to the checks: labels, then records as they are read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TextIO

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
    value is written out: the texts for true and false, a strftime format. `geometries`
    are the columns that the geometry of a GeoJSON feature may fill: `geojson`, `lon`, `lat`,
    `geopoint` or `geopoint-array` or `geopoint-object`. `sheet` is the wanted one among the
    tables of a workbook, a JSON document or an archive: its name, or its number from 1.
    `hasty` takes for UTF-8 what begins so: if it is not throughout, reading it raises
    `UnicodeDecodeError`.
    """

    names: frozenset[str] = frozenset()
    booleans: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    geometries: Mapping[str, str] = field(default_factory=dict)
    sheet: str | int | None = None
    hasty: bool = False


@dataclass(frozen=True)
class FileFacts:
    """What the file was found to be; what a format has not is None.

    `sheets` are the tables it offers, `sheet` the one that was read. `container` is `gzip` or
    `zip` around the file, `member` its name in there.
    """

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    container: str | None = None
    member: str | None = None


@dataclass(frozen=True)
class Origin:
    """The delimited text of a table, for who reads its records in another way.

    `open` gives the text anew from its beginning; `records` reads a text as the table's own
    records are read, and puts what comes late into the list. `fits` tells, perhaps after a
    reading, whether the lines of the text are those of the file.
    """

    stream: BinaryIO
    codec: str
    errors: str
    delimiter: str
    open: Callable[[], TextIO]
    records: Callable[[TextIO, list[Finding]], Iterator[Record]]
    fits: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Table:
    """`records` is read once; `late` fills up while it is read and is complete after.

    `errors` and `warnings` are those of the file itself: encoding, lines above the header.
    `errors` may be made as they are read: there may be one per line.
    """

    labels: tuple[str, ...]
    label_line: int
    records: Iterator[Record]
    facts: FileFacts
    errors: Iterable[Finding] = ()
    warnings: tuple[Finding, ...] = ()
    late: list[Finding] = field(default_factory=list)
    origin: Origin | None = None
