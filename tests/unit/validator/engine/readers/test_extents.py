"""What a sheet spans, told without looking at each cell, and still not to be deceived."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.readers import extents

FAR = (
    b'<c r="XFD1048576"/>',
    b'<c t="s" r="XFD1048576"/>',
    b"<c r='XFD1048576'/>",
    b'<x:c r="XFD1048576"/>',
    b'<c\nr="XFD1048576"/>',
    b'<row r="1048576"><c r="A1"/></row>',
    b'<row spans="1:2" r="1048576"/>',
    b'<c r="XFD1"/>',
    b'<c r="A1048576"/>',
    b'<c r="AAA7"/>',
)


def letters(column: int) -> bytes:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text.encode()


def sheet(rows: int, columns: int) -> list[bytes]:
    return [
        b'<row r="%d">' % row
        + b"".join(
            b'<c r="%s%d"><v>1</v></c>' % (letters(column), row) for column in range(1, columns + 1)
        )
        + b"</row>"
        for row in range(1, rows + 1)
    ]


def spanned(parts: list[bytes]) -> int:
    return max(extents._xlsx_extent(io.BytesIO(b"".join(parts))), default=0)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(extents, "_BLOCK", 6_000)


@given(rows=st.integers(1, 400), columns=st.integers(1, 60))
def test_a_sheet_spans_its_rows_times_its_columns(rows, columns):
    assert spanned(sheet(rows, columns)) == rows * columns


@pytest.mark.parametrize("columns", [1, 3, 26, 27, 52, 53, 703])
@pytest.mark.parametrize("far", FAR)
def test_one_cell_far_away_is_seen_wherever_it_stands(far, columns):
    rows = sheet(60, columns)
    whole = b"".join([*rows, far])
    numbers = [
        (extents._column(place.rstrip(b"0123456789")), int(place.lstrip(bytes(range(65, 91)))))
        for place in extents._CELL.findall(whole)
    ]
    reach = max(row for _, row in numbers) * max(1, *(column for column, _ in numbers))
    for place in (0, 30, 59, 60):
        assert spanned([*rows[:place], far, *rows[place:]]) == reach


def test_rows_one_by_one_are_looked_at_only_when_they_must_be(monkeypatch):
    """The quicker way is taken for what office programs write."""
    usual = extents._usual_rows
    taken = []

    def watched(data, rows, columns):
        taken.append(usual(data, rows, columns))
        return taken[-1]

    monkeypatch.setattr(extents, "_usual_rows", watched)

    assert spanned(sheet(999, 16)) == 999 * 16
    assert taken[0] is None
    assert None not in taken[1:]
