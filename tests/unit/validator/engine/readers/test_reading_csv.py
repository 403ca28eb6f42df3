"""CSV and TSV: delimiters, quotes, title lines, physical lines."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.readers import delimited
from services.validator.engine.table import ReadHints, UnreadableError
from tests.support.reading import cells, opened
from tests.support.tables import as_csv

FRENCH = [["nom", "ville", "montant"], ["Crèche", "Créteil", "12"], ["Été à l’œuvre", "Évry", "3"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["f.csv", "f.txt", "sans-extension", "f.csv?x=1"])
def test_delimiters_whatever_the_name(delimiter: str, name: str) -> None:
    table = opened(as_csv(FRENCH, delimiter).encode(), name)

    assert table.labels == ("nom", "ville", "montant")
    assert table.facts.delimiter == delimiter
    assert cells(table) == FRENCH[1:]
    assert table.warnings == ()


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


def test_decimal_commas_are_no_delimiters() -> None:
    rows = "".join(f"{number},5;{number},25\n" for number in range(200))

    table = opened(f"a;b\n{rows}".encode(), hints=ReadHints())

    assert table.facts.delimiter == ";"
    assert table.labels == ("a", "b")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_one_row_is_enough_to_know_the_delimiter(delimiter: str) -> None:
    content = delimiter.join(["id", "libellé", "prix"]) + "\n"

    table = opened(content.encode(), hints=ReadHints())

    assert table.labels == ("id", "libellé", "prix")


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_LINE", 10_000)
    content = ("nom,ville\n" + "x" * 200_000).encode("utf-16")

    with pytest.raises(UnreadableError) as refused:
        cells(opened(content))

    assert refused.value.reason == "no-lines"


def test_a_space_after_each_delimiter_is_seen_around_quoted_cells_too() -> None:
    table = opened(b'nom, ville, montant\nana, "Nogent, sur Marne", "1,5"\nzoe, Creteil, 2\n')

    assert cells(table) == [["ana", "Nogent, sur Marne", "1,5"], ["zoe", "Creteil", "2"]]
    assert [finding.code for finding in table.warnings] == ["padded-delimiter"]


def test_a_quoted_text_with_a_comma_and_a_space_is_no_padding() -> None:
    table = opened(b'nom,ville\nana,"Nogent, sur Marne"\n"zoe, ana",x\n')

    assert cells(table) == [["ana", "Nogent, sur Marne"], ["zoe, ana", "x"]]
    assert table.warnings == ()
