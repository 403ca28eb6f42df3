"""Encodings of French files: one, several in one file, accents that come late."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.readers import survey
from services.validator.engine.table import Table
from services.validator.engine.wording.render import render
from tests.support.reading import cells, opened
from tests.support.tables import as_csv, validate_bytes

FRENCH = [["nom", "ville", "montant"], ["Crèche", "Créteil", "12"], ["Été à l’œuvre", "Évry", "3"]]


def places(table: Table) -> list[tuple[object, object, object, object]]:
    return [
        (error.line, error.params.get("position"), error.column, error.field)
        for error in table.errors
    ]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
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
    assert places(table) == [(22, 1, 1, "nom")]
    assert cells(table)[-2:] == [["Été", "Cachan"], ["Fête", "Orly"]]


def test_the_euro_and_the_ligature_tell_latin_9() -> None:
    rows = [["nom", "ville"], ["Œuvre à 12 €", "Cœur d'été"], ["Sœur aînée", "Mœurs"]]

    table = opened(as_csv(rows).encode("iso8859-15"))

    assert table.facts.encoding == "iso-8859-15"
    assert cells(table) == rows[1:]


@pytest.mark.parametrize("codec", ["cp1252", "iso8859-15", "mac_roman", "cp850"])
def test_one_line_in_utf8_among_others_is_the_stray_one(codec: str) -> None:
    before = [["nom", "ville"], *[["Crèche à côté", "Évry"]] * 20]
    stray = "a,Cité\r\n".encode()

    table = opened(as_csv(before).encode(codec) + stray + as_csv([["Fête", "Orly"]]).encode(codec))

    assert places(table) == [(22, 6, 2, "ville")]
    rows = cells(table)
    assert rows[0] == ["Crèche à côté", "Évry"]
    assert rows[-2:] == [["a", "Cité"], ["Fête", "Orly"]]
    assert table.facts.encoding not in {"utf-8", None}


def test_both_encodings_are_read_where_they_are() -> None:
    content = "nom,ville\nForêt,Évry\n".encode() + "a,Forêt\n".encode("cp1252")

    table = opened(content)

    assert cells(table) == [["Forêt", "Évry"], ["a", "Forêt"]]
    assert places(table) == [(3, 6, 2, "ville")]


def test_inside_a_cell_of_several_lines_only_the_line_is_known() -> None:
    content = 'nom,ville\n"é\n'.encode() + "a, é".encode("cp1252") + b'",b\n'

    assert places(opened(content)) == [(3, 4, None, None)]


def test_the_apostrophe_of_a_macintosh_is_no_utf8() -> None:
    rows = [["nom", "ville"], ["L’été, l’école, d’Évry", "L’Haÿ"]] * 4

    table = opened(as_csv(rows).encode("mac_roman"))

    assert table.facts.encoding == "macintosh"
    assert list(table.errors) == []


def test_all_stray_lines_are_counted_and_the_first_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(survey, "LISTED", 3)
    content = ("nom,ville\n" + "Forêt,Évry\n" * 20).encode() + "é,b\n".encode("cp1252") * 10

    result = validate_bytes(content, {"fields": [{"name": "nom"}, {"name": "ville"}]})

    assert result.errors_by_code == {"encoding-error": 10}
    assert [error.line for error in result.errors] == [22, 23, 24, *[None] * 7]
    assert result.stats.rows == 30
    message, hint = render(result.errors[0], "fr")
    assert "Ligne 22, caractère n° 1" in message.replace("\u00a0", " ")
    assert hint


@pytest.mark.parametrize("border", [4_096, 65_536, survey.BLOCK])
@pytest.mark.parametrize("before", [0, 1, 2, 3])
@pytest.mark.parametrize("letter", ["é", "’", "😀"])
def test_an_accent_on_the_border_of_blocks(border: int, before: int, letter: str) -> None:
    start = b"nom,ville\n"
    content = start + b"x" * (border - before - len(start)) + f"{letter},b\n".encode()

    table = opened(content)

    assert cells(table)[0][0].endswith(f"x{letter}")
    assert table.facts.encoding == "utf-8"


@given(st.lists(st.sampled_from(["Forêt", "Évry", "a", "12"]), min_size=1, max_size=30), st.data())
def test_mixed_lines_are_all_read_right(words: list[str], data: st.DataObject) -> None:
    lines = [
        f"{word},x\n".encode(data.draw(st.sampled_from(["utf-8", "cp1252"]))) for word in words
    ]

    table = opened(b"nom,ville\n" + b"".join(lines))

    assert [row[0] for row in cells(table)] == words


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_character_that_utf16_lost_has_its_line_and_column(codec: str) -> None:
    text = "nom,ville\nzoé,Créteil\nana,Nogent-?-sur-Marne\n"
    wrong = {"utf-32": b"\x00\xd8\x00\x00"}.get(codec, b"\x00\xd8")
    if codec.endswith("be"):
        wrong = wrong[::-1]
    mark = "?".encode(codec).removeprefix("".encode(codec))
    content = text.encode(codec).replace(mark, wrong)

    table = opened(content)
    rows = cells(table)
    [error] = [finding for finding in table.errors if finding.code == "encoding-error"]

    assert rows[0] == ["zoé", "Créteil"]
    assert (error.line, error.column, error.field) == (3, 2, "ville")
    assert (error.reason, error.params["position"]) == ("damaged", 12)


def test_mere_damage_does_not_make_another_encoding_of_a_file_with_one_accent() -> None:
    """0xFF is a letter of no French text: the title in UTF-8 says what the file is."""
    table = opened(b"rep\xc3\xa8re,ville\nr0,x\n\xff\xe9,y\n")

    assert table.facts.encoding == "utf-8"
    assert table.labels == ("repère", "ville")
    assert [finding.line for finding in table.errors] == [3]


def test_one_sign_of_an_old_encoding_is_no_damage() -> None:
    table = opened("nom,ville\n±5,x\n".encode("cp1252"))

    assert table.facts.encoding == "windows-1252"
    assert list(table.errors) == []
