"""Errors shown in the table, at their place."""

from services.catalogue.portal.sheets import Sheet, sheet_of, wanted_rows
from shared.contracts.excerpt import ExcerptRow, ReportExcerpt
from shared.contracts.report import ReportError

LABELS = [f"C{n}" for n in range(1, 11)]


def excerpt(*rows: int) -> ReportExcerpt:
    return ReportExcerpt(
        labels=LABELS,
        rows=[
            ExcerptRow(row=row, line=row + 1, cells=[f"{row}/{n}" for n in range(1, 11)])
            for row in rows
        ],
    )


def error(row: int | None, column: int | None, **values: str) -> ReportError:
    field = LABELS[column - 1] if column else None
    return ReportError(
        code="type-error", row=row, field=field, column=column, message="m", **values
    )


def texts(sheet: Sheet) -> list[str]:
    return [
        "⋮"
        if line.gap
        else " ".join("…" if c.gap else f"[{c.text}]" if c.wrong else c.text for c in line.cells)
        for line in sheet.lines
    ]


def test_the_cell_is_marked_among_its_neighbours_with_the_first_column() -> None:
    sheet = sheet_of([error(8, 6, cell="x", fix="y")], excerpt(7, 8, 9), 1)

    assert sheet is not None
    assert [cell.text or "…" for cell in sheet.labels] == [
        "C1", "…", "C4", "C5", "C6", "C7", "C8", "…",
    ]  # fmt: skip
    assert texts(sheet) == [
        "7/1 … 7/4 7/5 7/6 7/7 7/8 …",
        "8/1 … 8/4 8/5 [x] 8/7 8/8 …",
        "9/1 … 9/4 9/5 9/6 9/7 9/8 …",
    ]
    assert [line.line for line in sheet.lines] == [8, 9, 10]
    assert [line.at for line in sheet.lines] == [False, True, False]
    assert sheet.lines[1].cells[4].fix == "y"


def test_rows_left_out_are_a_gap_and_only_near_rows_are_shown() -> None:
    sheet = sheet_of([error(3, 1), error(20, 1)], excerpt(2, 3, 4, 11, 19, 20, 21), 1)

    assert sheet is not None
    assert [line.line - 1 if not line.gap else "⋮" for line in sheet.lines] == [
        2, 3, 4, "⋮", 19, 20, 21,
    ]  # fmt: skip


def test_a_label_at_fault_is_marked_above_the_first_row() -> None:
    sheet = sheet_of([error(1, 2)], excerpt(2, 3, 9), 1)

    assert sheet is not None
    assert sheet.labels[1].wrong
    assert [line.line for line in sheet.lines] == [3]


def test_a_row_at_fault_without_a_column_shows_its_beginning() -> None:
    sheet = sheet_of([error(4, None)], excerpt(4), 1)

    assert sheet is not None
    assert [cell.text for cell in sheet.lines[0].cells][:6] == [f"4/{n}" for n in range(1, 7)]
    assert sheet.lines[0].at


def test_a_short_row_and_a_cell_beyond_the_labels_are_shown() -> None:
    short = ReportExcerpt(
        labels=["a", "b"],
        rows=[
            ExcerptRow(row=2, line=2, cells=["1"]),
            ExcerptRow(row=3, line=3, cells=["1", "2", "3"]),
        ],
    )

    sheet = sheet_of([error(2, 2)], short, 1)
    beyond = sheet_of([ReportError(code="extra-cell", row=3, column=3, message="m")], short, 0)

    assert sheet is not None
    assert texts(sheet)[0] == "1 [] "
    assert beyond is not None
    assert texts(beyond) == ["1 2 [3]"]


def test_nothing_is_shown_of_a_file_that_cannot_be_read_or_an_error_of_the_whole_file() -> None:
    assert sheet_of([error(3, 1)], ReportExcerpt(), 1) is None
    assert sheet_of([error(3, 1)], excerpt(7), 1) is None
    assert wanted_rows([error(None, None)]) == set()
    assert wanted_rows([error(1, 2), error(9, 1)]) == {2, 9}
