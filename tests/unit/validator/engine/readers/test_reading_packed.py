"""gzip and zip: one table inside, bounded, nested ones refused, names only shown."""

import bz2
import gzip
import io
import zipfile

import pytest

from services.validator.engine.readers import packed, unpacked
from services.validator.engine.table import ReadHints
from tests.support.reading import HINTS, cells, opened, refusal
from tests.support.workbooks import ods, xlsx

CSV = "nom,ville\nÉté,Évry\n".encode()
OTHER = b"x,y,z\n1,2,3\n4,5,6\n"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["f.csv.gz", "f.csv", "f"])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (CSV, "csv"),
        (CSV.decode().encode("utf-16"), "csv"),
        (b'[{"nom": "\\u00c9t\\u00e9", "ville": "\\u00c9vry"}]', "json"),
        (xlsx(("A", [["nom", "ville"], ["Été", "Évry"]])), "xlsx"),
        (ods(("A", [["nom", "ville"], ["Été", "Évry"]])), "ods"),
    ],
)
def test_the_table_inside_is_read(name: str, content: bytes, kind: str) -> None:
    for packed_content, container in (
        (gzip.compress(content), "gzip"),
        (zipped(("dossier/f", content)), "zip"),
    ):
        table = opened(packed_content, name)

        assert table.labels == ("nom", "ville")
        assert cells(table) == [["Été", "Évry"]]
        assert (table.facts.format, table.facts.container) == (kind, container)


def test_parts_of_a_gzip_follow_one_another() -> None:
    assert cells(opened(gzip.compress(CSV) + gzip.compress(b"a,b\n"))) == [
        ["Été", "Évry"],
        ["a", "b"],
    ]


def test_notices_and_hidden_files_are_no_tables() -> None:
    content = zipped(
        ("LISEZMOI.txt", b"Bonjour"),
        ("__MACOSX/._f.csv", CSV),
        (".DS_Store", b"\0" * 90),
        ("notice.pdf", b"%PDF-1.7"),
        ("f.csv", OTHER),
    )

    table = opened(content, "f.zip")

    assert table.facts.member == "f.csv"
    assert cells(table) == [["1", "2", "3"], ["4", "5", "6"]]


def test_the_table_that_fits_is_chosen_and_the_others_are_named() -> None:
    table = opened(zipped(("a.csv", OTHER), ("b.csv", CSV)), "f.zip")

    assert table.facts.member == "b.csv"
    [warning] = table.warnings
    assert (warning.code, warning.params["others"]) == ("member-chosen", ["a.csv"])


def test_several_tables_of_which_none_fits_are_listed() -> None:
    error = refusal(zipped(("a.csv", OTHER), ("b.csv", OTHER)), "f.zip")

    assert error.reason == "several-tables"
    assert error.params["names"] == ["a.csv", "b.csv"]


def test_a_member_is_chosen_by_its_name() -> None:
    content = zipped(("d/a.csv", OTHER), ("d/b.csv", CSV))

    assert opened(content, "f", ReadHints(HINTS.names, sheet="a.csv")).labels == ("x", "y", "z")


def test_names_are_shown_and_nothing_more() -> None:
    table = opened(zipped(("../../etc/\x1b[31mpasswd", CSV)), "f.zip")

    assert table.facts.member == "../../etc/\ufffd[31mpasswd"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(gzip.compress(CSV)), "nested-archive"),
        (gzip.compress(zipped(("f.csv", CSV))), "nested-archive"),
        (zipped(("f.zip", zipped(("f.csv", CSV)))), "nested-archive"),
        (zipped(("f.csv.gz", gzip.compress(CSV))), "nested-archive"),
        (gzip.compress(CSV * 100)[:-20], "damaged-archive"),
        (gzip.compress(CSV)[:-8] + b"\0" * 8, "damaged-archive"),
        (zipped(("f.csv", CSV * 99), method=zipfile.ZIP_STORED).replace(b"vry", b"VRY", 1),
         "damaged-archive"),
        (zipped(), "archive-without-table"),
        (zipped(("a.pdf", b"%PDF-1"), ("b.png", b"\x89PNG")), "archive-without-table"),
        (zipped(("a.pdf", b"%PDF-1")), "pdf"),
        (zipped(("f.csv", CSV), method=zipfile.ZIP_LZMA), "archive"),
        (bz2.compress(CSV), "archive"),
        (gzip.compress(b"a,b\n" + b"1,2\n" * 10_000_000), "bomb"),
        (zipped(("f.csv", b"a,b\n" + b"1,2\n" * 10_000_000)), "bomb"),
        (zipped(("f.xlsx", zipped(("xl/w.xml", b"0" * 20_000_000)))), "bomb"),
    ],
)  # fmt: skip
def test_what_cannot_be_unpacked_is_said(content: bytes, reason: str) -> None:
    assert refusal(content, "f.csv").reason == reason


def test_a_text_may_not_grow_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "MAX_STREAMED", 1_000)

    assert refusal(gzip.compress(CSV * 100)).reason == "bomb"


def test_a_workbook_may_not_grow_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_KEPT", 1_000)

    assert refusal(gzip.compress(xlsx(("A", [["nom", "ville"]])))).reason == "bomb"


def test_an_archive_of_thousands_is_refused() -> None:
    assert refusal(zipped(*((f"{n}.csv", CSV) for n in range(1_001)))).reason == "too-many-members"


def test_a_password_is_said() -> None:
    content = bytearray(zipped(("f.csv", CSV)))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert refusal(bytes(content)).reason == "archive-password"
