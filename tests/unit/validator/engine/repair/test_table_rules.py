"""What is changed in the table as a whole, and what keeps a change from being made."""

import io
from typing import Any

import pytest
import xlsxwriter

from services.validator.engine.repair import Change, RepairOptions, correct_stream
from tests.support.corrections import Corrected, correct, csv_bytes, target, validate

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "NOM", "type": "string", "constraints": {"required": True}},
        {"name": "DATE_DELIB", "type": "date", "constraints": {"required": True}},
        {"name": "MONTANT", "type": "number"},
    ]
}
HEADER = ["NOM", "DATE_DELIB", "MONTANT"]


def rules(done: Corrected) -> dict[str, tuple[int, int]]:
    return {rule: (count.applied, count.proposed) for rule, count in done.correction.counts.items()}


def only(changes: tuple[Change, ...], rule: str) -> Change:
    (change,) = [change for change in changes if change.rule == rule]
    return change


def test_a_right_file_comes_back_byte_for_byte() -> None:
    content = csv_bytes(
        [HEADER, ["Créteil; « a », b", "2023-12-31", "1.5"], ["L\nM", "2024-01-01", ""]]
    )
    done = correct(content, SCHEMA)
    assert done.content == content
    assert not done.correction.changed
    assert done.correction.errors_after == 0


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig", "mac_roman"])
def test_every_encoding_becomes_utf8(encoding: str) -> None:
    rows = [HEADER, *([f"Délibération à l'été n° {i}", "2023-12-31", ""] for i in range(30))]
    content = csv_bytes(rows)
    done = correct(content.decode().encode(encoding), SCHEMA)
    assert done.content == content
    assert rules(done) == {"encoding": (1, 0)}


def test_a_line_in_another_encoding_is_mended_and_listed() -> None:
    rows = [HEADER, *([f"été n° {i}", "2023-12-31", ""] for i in range(9))]
    content = csv_bytes(rows)
    mixed = content.replace("été n° 4".encode(), "été n 4".encode("cp1252"))
    done = correct(mixed, SCHEMA)
    assert done.rows[5][0] == "été n 4"
    change = only(done.correction.applied, "encoding")
    assert (change.line, change.before, change.after) == (6, "0xE9", "é")
    assert (done.correction.errors_before, done.correction.errors_after) == (1, 0)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_every_delimiter_becomes_a_comma(delimiter: str) -> None:
    rows = [HEADER, ["a, b", "2023-12-31", ""], ['"c"', "2023-12-31", "2"]]
    done = correct(csv_bytes(rows, delimiter=delimiter), SCHEMA)
    assert done.content == csv_bytes(rows)
    assert rules(done) == {"file-format": (1, 0)}


def test_columns_are_named_and_ordered_as_in_the_schema_and_others_follow() -> None:
    rows = [["Remarque", "montant", " Date délib ", "nom"], ["r", "1,5", "31/12/2023", "a"]]
    done = correct(csv_bytes(rows, end="\n"), SCHEMA)
    assert done.rows == [[*HEADER, "Remarque"], ["a", "2023-12-31", "1.5", "r"]]
    assert rules(done) == {
        "column-order": (1, 0), "dates": (1, 0), "header-names": (3, 0), "numbers": (1, 0),
    }  # fmt: skip
    date = only(done.correction.applied, "dates")
    assert (date.row, date.line, date.column, date.field) == (2, 2, 3, "DATE_DELIB")
    assert done.correction.errors_before == 2
    assert done.correction.errors_after == 0


def test_two_labels_with_the_same_letters_are_left_to_a_person() -> None:
    rows = [["nom", "Nom", "DATE_DELIB", "MONTANT"], ["a", "b", "2023-12-31", "1"]]
    done = correct(csv_bytes(rows), SCHEMA)
    assert done.rows[0] == ["DATE_DELIB", "MONTANT", "nom", "Nom"]
    change = only(done.correction.proposed, "header-names")
    assert (change.reason, change.after) == ("near", "NOM")


def test_a_name_that_looks_alike_is_proposed() -> None:
    rows = [["NOM", "DATE_DELIBB", "MONTANT"], ["a", "2023-12-31", "1"]]
    done = correct(csv_bytes(rows), SCHEMA)
    assert done.content == csv_bytes([[r[0], r[2], r[1]] for r in rows])
    assert only(done.correction.proposed, "header-names").after == "DATE_DELIB"


def test_a_former_name_is_written_as_today() -> None:
    rows = [["NOM", "JOUR", "MONTANT"], ["a", "31/12/2023", "1"]]
    options = RepairOptions(former_names={"jour": "DATE_DELIB"})
    done = correct(csv_bytes(rows), SCHEMA, options=options)
    assert done.rows == [HEADER, ["a", "2023-12-31", "1"]]
    assert only(done.correction.applied, "header-names").reason == "former"


def test_a_name_whose_cells_are_wrong_is_proposed_with_their_number() -> None:
    rows = [["NOM", "DATE_DELIB", "montant"], *(["a", "31/12/2023", "?"] for _ in range(5))]
    done = correct(csv_bytes(rows), SCHEMA)
    assert done.rows == [
        ["NOM", "DATE_DELIB", "montant"], *(["a", "2023-12-31", "?"] for _ in range(5))
    ]  # fmt: skip
    change = only(done.correction.proposed, "header-names")
    assert (change.reason, change.after, change.params) == ("reveals", "MONTANT", {"count": 5})
    assert (done.correction.errors_before, done.correction.errors_after) == (5, 0)


def test_short_rows_keep_the_order_of_the_columns() -> None:
    content = b"DATE_DELIB,NOM,MONTANT\r\n31/12/2023,a\r\n2023-12-31,b,2\r\n"
    done = correct(content, SCHEMA)
    assert done.content == content.replace(b"31/12/2023", b"2023-12-31")
    assert only(done.correction.proposed, "column-order").reason == "ragged"
    assert done.correction.errors_after == 1


def test_cells_beyond_the_header_stay_beyond_it() -> None:
    content = b"DATE_DELIB,NOM\r\n2023-12-31,a,,z,\r\n2023-12-31,b,,\r\n"
    done = correct(content, SCHEMA)
    assert done.content == b"NOM,DATE_DELIB\r\na,2023-12-31,,z\r\nb,2023-12-31\r\n"
    assert done.correction.errors_after == done.correction.errors_before == 1


def test_blank_columns_and_trailing_blank_rows_go_and_inner_blank_rows_stay() -> None:
    rows = [["NOM", "", "DATE_DELIB", "", ""], ["a", "", "2023-12-31", "x", " "], [""] * 5]
    rows += [["b", "", "2023-12-31", "", ""], [" "] * 5, [""] * 5]
    done = correct(csv_bytes(rows, delimiter=";"), SCHEMA)
    assert done.rows == [
        ["NOM", "DATE_DELIB", ""], ["a", "2023-12-31", "x"], ["", "", ""], ["b", "2023-12-31", ""],
    ]  # fmt: skip
    assert rules(done) == {"blank-columns": (2, 0), "blank-rows": (2, 0), "file-format": (1, 0)}
    removed = [c for c in done.correction.applied if c.rule == "blank-rows"]
    assert [(c.row, c.line) for c in removed] == [(5, 5), (6, 6)]


def test_a_row_of_what_cannot_be_seen_is_a_blank_row() -> None:
    schema = {"fields": [{"name": "DEBUT", "type": "date"}, {"name": "FIN", "type": "date"}]}
    rows = [["DEBUT", "FIN"], ["\u200b"], ["2023-01-01", "2023-12-31"], ["\ufeff"]]
    done = correct(csv_bytes(rows), schema)
    assert done.content == b"DEBUT,FIN\r\n,\r\n2023-01-01,2023-12-31\r\n"
    assert rules(done) == {"spaces": (1, 0), "blank-rows": (1, 0)}
    assert correct(done.content, schema).content == done.content


def test_titles_above_the_header_are_taken_out_and_listed() -> None:
    content = b"Commune de Cr\xc3\xa9teil;;\r\n;;\r\n" + csv_bytes(
        [HEADER, ["a", "2023-12-31", "1"]], delimiter=";"
    )
    done = correct(content, SCHEMA)
    assert done.rows == [HEADER, ["a", "2023-12-31", "1"]]
    assert only(done.correction.applied, "preamble").before == "Commune de Créteil"


def test_a_spreadsheet_becomes_a_corrected_csv() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Subventions")
        for row, cells in enumerate(
            [["montant", "NOM", "date delib"], [1234.5, " a", "31/12/2023"]]
        ):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    done = correct(stream.getvalue(), SCHEMA, name="table.xlsx")
    assert done.content == csv_bytes([HEADER, ["a", "2023-12-31", "1234.5"]])
    assert only(done.correction.applied, "file-format").params == {"sheet": "Subventions"}


def test_a_quote_left_open_is_refused_for_the_rest_would_be_lost() -> None:
    content = b'NOM,DATE_DELIB\r\na,31/12/2023\r\n"b,31/12/2023\r\nc,2023-12-31\r\n'
    done = correct(content, SCHEMA)
    assert done.correction.outcome == "refused"
    assert done.correction.cause is not None
    assert (done.correction.cause.reason, done.correction.cause.line) == ("unclosed-quote", 3)
    assert done.content == b""


class Forgetful(io.BytesIO):
    """A disk that does not give back what was written."""

    def write(self, content: Any, /) -> int:
        return super().write(bytes(content).replace(b"NOM 7", b"NOM 8"))


def test_a_file_that_reads_otherwise_than_written_is_not_handed_out() -> None:
    content = csv_bytes([HEADER, ["NOM 7", "2023-12-31", "1"]])
    sink = Forgetful()
    done = correct_stream(io.BytesIO(content), "a.csv", target(SCHEMA), RepairOptions(), sink)
    assert (done.outcome, done.cause and done.cause.reason) == ("refused", "unstable")
    assert sink.getvalue() == b""


def test_what_is_no_table_and_a_wrong_schema_are_outcomes() -> None:
    assert correct(b"%PDF-1.7", SCHEMA).correction.outcome == "unreadable"
    assert correct(b"a,b\r\n1,2\r\n", {"fields": []}).correction.outcome == "failed"


def test_a_key_that_would_become_a_duplicate_is_proposed() -> None:
    schema = {"fields": [{"name": "n", "type": "integer"}, {"name": "d", "type": "date"}],
              "primaryKey": "n"}  # fmt: skip
    rows = [["n", "d"], ["12", "2023-12-31"], ["12.0", ""]]
    done = correct(csv_bytes(rows), schema)
    assert done.rows == rows
    change = only(done.correction.proposed, "numbers")
    assert (change.reason, change.before, change.after) == ("conflict", "12.0", "12")


def test_a_date_that_contradicts_its_row_is_proposed() -> None:
    schema = {
        "fields": [{"name": "debut", "type": "date"}, {"name": "fin", "type": "date"}],
        "custom_checks": [
            {"name": "compare-columns-value",
             "params": {"column": "debut", "column2": "fin", "op": "<="}}
        ],
    }  # fmt: skip
    rows = [["debut", "fin"], ["2023-06-01", "31/12/2023"], ["2024-06-01", "31/12/2023"]]
    done = correct(csv_bytes(rows), schema)
    assert done.rows[1:] == [["2023-06-01", "2023-12-31"], ["2024-06-01", "31/12/2023"]]
    assert only(done.correction.proposed, "dates").reason == "conflict"


def test_lists_are_capped_and_counts_complete() -> None:
    rows = [HEADER, *(["a", "31/12/2023", "12,345"] for _ in range(50))]
    done = correct(csv_bytes(rows), SCHEMA, options=RepairOptions(max_changes=10))
    assert rules(done) == {"dates": (50, 0), "numbers": (0, 50)}
    assert (len(done.correction.applied), len(done.correction.proposed)) == (10, 10)
    assert done.correction.truncated


def test_the_written_file_is_what_the_engine_says_it_is() -> None:
    rows = [["nom", "date_delib"], ["", "hier"], ["b", "31/12/2023"]]
    done = correct(csv_bytes(rows), SCHEMA)
    assert validate(done.content, SCHEMA).stats.errors == done.correction.errors_after == 2
    assert validate(csv_bytes(rows), SCHEMA).stats.errors == done.correction.errors_before
