"""From bytes to a table: formats by content, encodings, delimiters, title lines, sheets."""

import contextlib
import csv
import datetime as dt
import gzip
import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.readers import open_table
from services.validator.engine.readers.spreadsheet import cell_text
from services.validator.engine.table import ReadHints, Table, UnreadableError
from tests.support.tables import as_csv

HINTS = ReadHints(names=frozenset({"nom", "ville", "montant", "date", "actif"}))
FRENCH = [["nom", "ville", "montant"], ["Crèche", "Créteil", "12"], ["Été à l’œuvre", "Évry", "3"]]


def opened(content: bytes, name: str = "f.csv", hints: ReadHints = HINTS) -> Table:
    return open_table(io.BytesIO(content), name, hints)


def cells(table: Table) -> list[list[str]]:
    return [list(row) for _, row in table.records]


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        percent = book.add_format({"num_format": "0%"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for position, value in enumerate(row):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(number, position, value, day)
                    elif isinstance(value, float):
                        sheet.write_number(number, position, value, percent)
                    else:
                        sheet.write(number, position, value)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "f.csv", "empty"),
        (b"\n\n  \n", "f.csv", "empty"),
        (b"\xef\xbb\xbf", "f.csv", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "f.csv", "html"),
        (b"\n <HTML><head>", "deliberations.csv", "html"),
        (b"<?xml version='1.0'?><a/>", "f.csv", "xml"),
        (b'{"type": "FeatureCollection"}', "f.geojson", "json"),
        (b'[{"a": 1}]', "f", "json"),
        (b'{"error": "not found"}', "f.csv", "json"),
        (b"%PDF-1.7 ...", "f.csv", "pdf"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "f.csv", "gzip"),
        (b"PAR1....", "f.parquet", "parquet"),
        (b"\x89PNG\r\n\x1a\n", "f.csv", "image"),
        (bytes(range(256)) * 20, "f.csv", "binary"),
        (b"PK\x03\x04 broken", "f.xlsx", "damaged-archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "f.xls", "damaged-spreadsheet"),
    ],
)
def test_what_is_no_table_is_refused_with_its_kind(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        cells(opened(content, name))

    assert refused.value.reason == reason


def test_archives_are_refused_by_what_they_hold() -> None:
    def archive(**files: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, text in files.items():
                packed.writestr(name.replace("__", "/"), text)
        return out.getvalue()

    reasons = {
        "archive": archive(data="a,b"),
        "document": archive(word__document="<w/>"),
        "bomb": archive(xl__worksheets="0" * 20_000_000),
    }
    for reason, content in reasons.items():
        with pytest.raises(UnreadableError) as refused:
            opened(content, "f.xlsx")
        assert refused.value.reason == reason


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["f.csv", "f.txt", "sans-extension", "f.csv?x=1"])
def test_delimiters_whatever_the_name(delimiter: str, name: str) -> None:
    table = opened(as_csv(FRENCH, delimiter).encode(), name)

    assert table.labels == ("nom", "ville", "montant")
    assert table.facts.delimiter == delimiter
    assert cells(table) == FRENCH[1:]
    assert table.warnings == ()


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "windows-1252"),
        ("mac_roman", "macintosh"),
    ],
)
def test_encodings_of_french_files(codec: str, name: str) -> None:
    table = opened(as_csv(FRENCH).encode(codec))

    assert table.facts.encoding == name
    assert table.labels[0] == "nom"
    assert cells(table) == FRENCH[1:]
    assert table.errors == ()


def test_dos_files_are_read() -> None:
    rows = [["nom", "ville"], ["Crèche à côté", "Créteil"]]

    assert cells(opened(as_csv(rows).encode("cp850"))) == rows[1:]


def test_the_first_accent_may_come_after_megabytes() -> None:
    content = as_csv([["nom", "ville"], *[["a", "b"]] * 300_000, ["Crèche", "é"]]).encode("cp1252")

    table = opened(content)

    assert table.facts.encoding == "windows-1252"
    assert cells(table)[-1] == ["Crèche", "é"]


def test_a_few_wrong_bytes_are_errors_and_the_rest_is_read() -> None:
    good = as_csv([["nom", "ville"], *[["Crèche", "Évry"]] * 20]).encode()
    content = good + "Été,Cachan\r\n".encode("cp1252") + "Fête,Orly\r\n".encode()

    table = opened(content)

    assert table.facts.encoding == "utf-8"
    assert [(error.code, error.line) for error in table.errors] == [("encoding-error", 22)]
    assert cells(table)[-2:] == [["Été", "Cachan"], ["Fête", "Orly"]]


def test_title_lines_above_the_header_are_said_and_skipped() -> None:
    content = "Subventions 2023;;\n;;\nMairie de Créteil;;\nnom;ville;montant\na;b;1\n".encode()

    table = opened(content)

    assert table.labels == ("nom", "ville", "montant")
    assert table.label_line == 4
    assert list(table.records) == [(5, ["a", "b", "1"])]
    assert [warning.code for warning in table.warnings] == ["preamble"]
    assert table.warnings[0].params["count"] == 2


def test_title_lines_are_seen_without_knowing_the_names() -> None:
    table = opened(b"Rapport annuel\n\nx;y;z\n1;2;3\n4;5;6\n", hints=ReadHints())

    assert table.labels == ("x", "y", "z")


def test_excel_says_its_separator() -> None:
    table = opened(b"sep=;\r\nnom;ville\r\na;b\r\n")

    assert table.labels == ("nom", "ville")
    assert table.warnings == ()


def test_spaces_after_separators_are_dropped_with_a_remark() -> None:
    table = opened(b'nom, ville, montant\na, "b, c", 1\n')

    assert table.labels == ("nom", "ville", "montant")
    assert cells(table) == [["a", "b, c", "1"]]
    assert [warning.code for warning in table.warnings] == ["padded-delimiter"]


def test_lines_are_physical() -> None:
    table = opened(b'nom,ville\n"a\nb",c\n\nd,e\r\nf,g\rh,i')

    assert [line for line, _ in table.records] == [2, 4, 5, 6, 7]


def test_an_open_quote_is_said_where_it_began() -> None:
    table = opened(b'nom,ville\na,b\n"c,d\ne,f\ng,h\n')

    assert cells(table) == [["a", "b"]]
    assert [(late.code, late.line) for late in table.late] == [("unclosed-quote", 3)]


def test_a_quote_inside_a_text_is_no_open_quote() -> None:
    table = opened(b'nom,ville\n3" de neige,b\n"a ""b""",c\n')

    assert cells(table) == [['3" de neige', "b"], ['a "b"', "c"]]
    assert table.late == []


def test_typed_cells_of_a_workbook_become_text() -> None:
    rows = [
        ["nom", "montant", "date", "actif", "part"],
        ["a", 12, dt.date(2023, 12, 31), True, 0.5],
        ["b", 21940028000018, dt.datetime.fromisoformat("2023-12-31T08:30:00"), False, 1.0],
    ]
    hints = ReadHints(HINTS.names, {"actif": ("oui", "non")}, {})

    table = opened(workbook(("Données", rows)), "f.xlsx", hints)

    assert table.labels == ("nom", "montant", "date", "actif", "part")
    assert cells(table) == [
        ["a", "12", "2023-12-31", "oui", "0.5"],
        ["b", "21940028000018", "2023-12-31T08:30:00", "non", "1"],
    ]
    assert (table.facts.format, table.facts.sheet) == ("xlsx", "Données")


def test_dates_are_written_as_the_field_wants_them() -> None:
    hints = ReadHints(HINTS.names, {}, {"date": "%d/%m/%Y"})
    content = workbook(("A", [["nom", "date"], ["a", dt.date(2023, 12, 31)]]))

    assert cells(opened(content, "f.xlsx", hints)) == [["a", "31/12/2023"]]


def test_the_sheet_that_holds_the_table_is_chosen() -> None:
    content = workbook(
        ("Notice", [["Mode d'emploi"], ["Remplissez", "l'autre feuille"]]),
        ("Données", [["Titre"], [], ["nom", "ville", "montant"], ["a", "b", 1]]),
    )

    table = opened(content, "f.xlsx")

    assert table.facts.sheet == "Données"
    assert table.label_line == 3
    assert list(table.records) == [(4, ["a", "b", "1"])]
    assert {warning.code for warning in table.warnings} == {"preamble", "sheet-chosen"}


def test_an_empty_workbook_is_unreadable() -> None:
    with pytest.raises(UnreadableError) as refused:
        opened(workbook(("A", [])), "f.xlsx")

    assert refused.value.reason == "empty-workbook"


def test_cells_of_every_type_have_a_text() -> None:
    assert [cell_text(value) for value in (1.0, 0.1 + 0.2, 1e20, None, dt.time(8, 30))] == [
        "1", "0.3", "1e+20", "", "08:30:00",
    ]  # fmt: skip
    assert cell_text(dt.timedelta(hours=26, minutes=5)) == "26:05:00"


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=8),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_what_was_written_is_read(rows: list[list[str]], delimiter: str) -> None:
    content = as_csv([["nom", "ville", "montant"], *rows], delimiter).encode()

    table = opened(content)
    read = cells(table)

    if not any(warning.code == "padded-delimiter" for warning in table.warnings):
        expected = list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter))
        assert read == expected[1:]


@given(st.binary(max_size=400))
def test_no_bytes_are_a_defect(content: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        cells(opened(content))
