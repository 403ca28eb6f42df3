"""CSV and TSV: records as they come, with the physical line on which each begins."""

import csv
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from services.validator.engine.findings import Finding
from services.validator.engine.readers.dialect import (
    DELIMITERS,
    HEADER_SEARCH,
    LONG_LINE,
    TABS_FIRST,
    Dialect,
    naming_mark,
    sample_rows,
    sniff_dialect,
)
from services.validator.engine.readers.encoding import (
    Encoding,
    detect_encoding,
    encoding_errors,
    open_text,
)
from services.validator.engine.readers.heading import locate_header, named_header
from services.validator.engine.table import (
    FileFacts,
    Origin,
    ReadHints,
    Record,
    Table,
    UnreadableError,
)

SAMPLE = 131_072
"""Characters that the delimiter and the header are looked for in."""

_MAX_BYTES = 4
"""Of a character."""

MAX_CELL = 1 << 22
"""Characters of one cell; beyond, a quote was surely left open."""

MAX_LINE = 1 << 26
"""Characters of one line."""

MAX_COLUMNS = 20_000


def open_delimited(stream: BinaryIO, kind: str, hints: ReadHints) -> Table:
    """Raises `UnreadableError` when the text is not a table."""
    encoding = detect_encoding(stream, hasty=hints.hasty)
    text = open_text(stream, encoding)
    dialect, skipped = _form(stream, text, kind, hints.names)
    text.seek(0)
    late: list[Finding] = []
    records = delimited_records(text, dialect, late)
    above, label_line, labels = _header(records, skipped)
    return Table(
        labels=labels,
        label_line=label_line,
        records=records,
        facts=FileFacts("csv", encoding.name, dialect.delimiter),
        errors=encoding_errors(encoding, dialect.delimiter, labels),
        warnings=tuple(_warnings(above, dialect, labels)),
        late=late,
        origin=_origin(stream, encoding, dialect),
    )


def _form(stream: BinaryIO, text: TextIO, kind: str, names: frozenset[str]) -> tuple[Dialect, int]:
    """The dialect, and how many records stand above the header.

    The first line alone tells when it names the columns; that the file is a text is then known
    from the bytes that the sample would have.
    """
    marks = TABS_FIRST if kind == "tsv" else DELIMITERS
    has_zero = b"\x00" in stream.read(_MAX_BYTES * SAMPLE)
    stream.seek(0)
    if not has_zero:
        mark = naming_mark(text.read(LONG_LINE), marks, names)
        if mark is not None:
            return Dialect(mark), 0
        text.seek(0)
    sample = text.read(SAMPLE)
    if "\x00" in sample:
        raise UnreadableError("binary")
    dialect = sniff_dialect(sample, names, marks)
    return dialect, _skipped(sample, dialect, names)


def _skipped(sample: str, dialect: Dialect, names: frozenset[str]) -> int:
    """Records above the header; most files show it by its names, in the first records."""
    mark, padded = dialect.delimiter, dialect.padded
    if naming_mark(sample, (mark,), names) is not None:
        return 0
    first = sample_rows(sample, mark, padded=padded, count=HEADER_SEARCH)
    named = named_header(first, names)
    if named is not None:
        return named
    return locate_header(sample_rows(sample, mark, padded=padded), names)


def _origin(stream: BinaryIO, encoding: Encoding, dialect: Dialect) -> Origin | None:
    """None when spaces are trimmed on the way."""
    if dialect.padded or not dialect.delimiter.isascii():
        return None

    def reopened() -> TextIO:
        stream.seek(0)
        return open_text(stream, encoding)

    return Origin(
        stream=stream,
        codec=encoding.codec,
        errors=encoding.errors,
        delimiter=dialect.delimiter,
        open=reopened,
        records=lambda text, late: delimited_records(text, dialect, late),
    )


def _header(records: Iterator[Record], skipped: int) -> tuple[list[Record], int, tuple[str, ...]]:
    above: list[Record] = []
    for line, cells in records:
        if len(above) < skipped:
            above.append((line, cells))
            continue
        if len(cells) > MAX_COLUMNS:
            raise UnreadableError("too-many-columns", limit=MAX_COLUMNS)
        if any(map(str.strip, cells)):
            return above, line, tuple(cells)
    raise UnreadableError("empty")


def delimited_records(text: TextIO, dialect: Dialect, late: list[Finding]) -> Iterator[Record]:
    """The records of a text with the line of each.

    A quote left open ends the table where it began, and is said in `late`.
    """
    csv.field_size_limit(MAX_CELL)
    lines = _CountedLines(text)
    reader = csv.reader(lines, delimiter=dialect.delimiter, skipinitialspace=dialect.padded)
    begin = 1
    while True:
        lines.quotes = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            late.append(Finding("unclosed-quote", "", line=begin))
            return
        if lines.ended and lines.quotes % 2 and reader.line_num > begin:
            late.append(Finding("unclosed-quote", "", line=begin))
            return
        yield begin, cells
        begin = reader.line_num + 1


class _CountedLines:
    """The lines of a text, counting the quotes of the record that is being read."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.quotes = 0
        self.ended = False

    def __iter__(self) -> "_CountedLines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE)
        if len(line) == MAX_LINE:
            raise UnreadableError("no-lines")
        if not line:
            self.ended = True
            raise StopIteration
        if '"' in line:
            self.quotes += line.count('"')
        return line


def _warnings(above: list[Record], dialect: Dialect, labels: tuple[str, ...]) -> Iterator[Finding]:
    shown = [line for line, cells in above if any(map(str.strip, cells))]
    if shown and not (len(shown) == 1 and above[0][1] and above[0][1][0].startswith("sep=")):
        texts = [" ".join(filter(None, cells))[:100] for _, cells in above]
        params = {"count": len(shown), "text": next(filter(None, texts), "")}
        yield Finding("preamble", "", line=shown[0], params=params)
    if dialect.padded:
        yield Finding("padded-delimiter", "", params={"delimiter": dialect.delimiter})
    if len(labels) == 1:
        yield Finding("single-column")
