"""XLSX, XLS and ODS: typed cells, the right sheet, bombs refused before they are read."""

import datetime as dt

import pytest

from services.validator.engine.readers.typed_cells import cell_text
from services.validator.engine.table import ReadHints
from tests.support.reading import HINTS, cells, opened, refusal
from tests.support.tables import validate_bytes
from tests.support.workbooks import (
    archive,
    compound,
    ods,
    ods_cell,
    ods_of,
    ods_row,
    xls,
    xls_reaching,
    xlsx,
)

MAKERS = {"xlsx": xlsx, "ods": ods, "xls": xls}
EVERY_KIND = pytest.mark.parametrize("kind", list(MAKERS))
DAY = dt.date(2023, 12, 31)


def sheet_of(*rows: str) -> bytes:
    return ods_of(f'<table:table table:name="A">{"".join(rows)}</table:table>')


@EVERY_KIND
def test_typed_cells_become_the_text_of_a_csv(kind: str) -> None:
    rows = [
        ["nom", "montant", "date", "actif", "part"],
        ["Été", 12, DAY, True, 0.5],
        ["b", 21940028000018, DAY, False, 1.0],
    ]
    hints = ReadHints(HINTS.names, {"actif": ("oui", "non")}, {})

    table = opened(MAKERS[kind](("Données", rows)), "sans-extension", hints)

    assert table.labels == ("nom", "montant", "date", "actif", "part")
    assert list(table.records) == [
        (2, ("Été", "12", "2023-12-31", "oui", "0.5")),
        (3, ("b", "21940028000018", "2023-12-31", "non", "1")),
    ]
    assert (table.facts.format, table.facts.sheet) == (kind, "Données")
    assert table.warnings == ()


@EVERY_KIND
def test_real_values_are_no_errors(kind: str) -> None:
    schema = {
        "fields": [
            {"name": "date", "type": "date"},
            {"name": "moment", "type": "datetime"},
            {"name": "mois", "type": "yearmonth"},
            {"name": "part", "type": "number"},
            {"name": "actif", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
            {"name": "jour", "type": "date", "format": "%d/%m/%Y"},
        ]
    }
    rows = [[each["name"] for each in schema["fields"]], [DAY, DAY, DAY, 0.25, True, DAY]]

    result = validate_bytes(MAKERS[kind](("A", rows)), schema, name=f"f.{kind}")

    assert (result.verdict, result.errors) == ("valid", ())


def test_moments_keep_their_hour() -> None:
    rows = [["nom", "date"], ["a", dt.datetime.fromisoformat("2023-12-31T08:30:00")]]

    assert cells(opened(xlsx(("A", rows)))) == [["a", "2023-12-31T08:30:00"]]


@EVERY_KIND
def test_the_sheet_that_holds_the_table_is_chosen_and_all_are_named(kind: str) -> None:
    content = MAKERS[kind](
        ("Notice", [["Mode d'emploi"], ["Remplissez", "l'autre feuille"]]),
        ("Données", [["Titre"], [None], ["nom", "ville", "montant"], ["a", "b", 1]]),
    )

    table = opened(content)

    assert (table.facts.sheet, table.facts.sheets) == ("Données", ("Notice", "Données"))
    assert table.label_line == 3
    assert list(table.records) == [(4, ("a", "b", "1"))]
    assert {warning.code for warning in table.warnings} == {"preamble", "sheet-chosen"}
    [chosen] = [each for each in table.warnings if each.code == "sheet-chosen"]
    assert chosen.params == {"sheet": "Données", "others": ["Notice"]}


@EVERY_KIND
@pytest.mark.parametrize("wanted", ["Brouillon", "brouillon", 2])
def test_a_sheet_is_read_by_its_name_or_number(kind: str, wanted: str | int) -> None:
    content = MAKERS[kind](
        ("Données", [["nom", "ville"], ["a", "b"]]), ("Brouillon", [["x", "y"], ["1", "2"]])
    )

    table = opened(content, hints=ReadHints(HINTS.names, sheet=wanted))

    assert table.facts.sheet == "Brouillon"
    assert table.labels == ("x", "y")


@pytest.mark.parametrize("wanted", ["Autre", 0, 3])
def test_a_sheet_that_is_not_there_is_refused_with_those_there_are(wanted: str | int) -> None:
    content = xlsx(("Données", [["nom", "ville"]]), ("Brouillon", [["x", "y"]]))

    error = refusal(content, hints=ReadHints(sheet=wanted))

    assert error.reason == "no-such-sheet"
    assert error.params["names"] == ["Données", "Brouillon"]


def test_hidden_sheets_come_last() -> None:
    content = xlsx(
        ("Listes", [["code", "nom"], ["1", "x"]]),
        ("Données", [["a", "b"], ["1", "2"]]),
        hidden=["Listes"],
    )

    assert opened(content, hints=ReadHints()).facts.sheet == "Données"


@EVERY_KIND
def test_rows_and_columns_keep_their_place(kind: str) -> None:
    rows = [[None], [None, "nom", "ville"], [None, "a", "b"], [None], [None, "c"]]

    table = opened(MAKERS[kind](("A", rows)))

    assert table.labels[-2:] == ("nom", "ville")
    assert [line for line, _ in table.records] == [3, 4, 5]


@EVERY_KIND
def test_an_empty_workbook_is_unreadable(kind: str) -> None:
    assert refusal(MAKERS[kind](("A", []))).reason == "empty-workbook"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(xls_reaching(65_535, 255), id="xls, two cells far apart"),
        pytest.param(xls_reaching(65_535, 65_535), id="xls, a column that cannot be"),
        pytest.param(sheet_of(ods_row(ods_cell("a", 16_384), 1_048_576)), id="ods, one cell"),
        pytest.param(sheet_of(ods_row(ods_cell("a", 10), 999_000)), id="ods, one row"),
        pytest.param(
            sheet_of(
                ods_row(ods_cell("a")),
                ods_row(ods_cell(None), 1_000_000),
                ods_row(ods_cell(None, 16_000) + ods_cell("b")),
            ),
            id="ods, blanks between",
        ),
        pytest.param(
            ods_of(
                f'<table:table table:name="A">{ods_row(ods_cell(None), 1_000_000)}'
                f"{ods_row(ods_cell(None, 16_000) + ods_cell('a'))}"
                f'</table:table><table:table table:name="B">{ods_row(ods_cell("a"))}</table:table>'
            ),
            id="ods, not the last sheet",
        ),
        pytest.param(
            archive(
                xl__workbook_xml="<workbook/>",
                xl__autre_xml='<c r="A1"/><c r="XFD1048576"/>',
            ),
            id="xlsx, a sheet by another name",
        ),
    ],
)
def test_a_bomb_is_refused_before_it_is_read(content: bytes) -> None:
    assert len(content) < 10_000
    assert refusal(content).reason == "too-many-cells"


def test_the_blank_rest_of_a_sheet_is_no_bomb() -> None:
    rows = [["nom", "ville"], *[["a", "b"]] * 500]

    assert len(cells(opened(ods(("A", rows))))) == 500


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        ("EncryptedPackage", "password"),
        ("WordDocument", "document"),
        ("PowerPoint Document", "document"),
        ("Contents", "binary"),
        ("Workbook", "empty-workbook"),
    ],
)
def test_compound_files_are_known_by_their_streams(stream: str, reason: str) -> None:
    assert refusal(compound(stream, b"\x00" * 100), "f.xls").reason == reason


def test_cells_of_every_type_have_a_text() -> None:
    assert [cell_text(value) for value in (1.0, 0.1 + 0.2, 1e20, None, dt.time(8, 30))] == [
        "1", "0.3", "1e+20", "", "08:30:00",
    ]  # fmt: skip
    assert cell_text(dt.timedelta(hours=26, minutes=5)) == "26:05:00"
