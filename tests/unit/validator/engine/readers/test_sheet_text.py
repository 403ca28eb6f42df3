"""A sheet's rows as text: whatever a cell holds, reading gives it back."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.readers.sheet_text import SheetText

CELL = st.text(alphabet='a,";\n\r é0', max_size=4)
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=6)
)


@given(rows=ROWS, above=st.integers(0, 2))
def test_rows_are_written_as_the_csv_module_writes_them(rows: list[list[str]], above: int) -> None:
    labels = tuple("abcd"[: len(rows[0]) if rows else 1])
    numbered = enumerate((tuple(row) for row in rows), start=above + 2)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([labels, *rows])

    text = SheetText(labels, above + 1, iter(numbered)).origin().open().read()

    assert text == "\n" * above + out.getvalue()
