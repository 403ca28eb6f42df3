"""What a file is, known from its content; what is no table is said in plain words."""

import gzip
import re
from pathlib import Path
from typing import get_args

import pytest

from services.validator.engine import readers
from services.validator.engine.findings import Finding
from services.validator.engine.readers.signatures import _MAGIC
from services.validator.engine.table import UnreadableError
from services.validator.engine.wording.outcomes import SOURCE
from services.validator.engine.wording.render import Lang, render
from tests.support.reading import refusal
from tests.support.workbooks import archive

_RAISED = re.compile(r'(?:UnreadableError|guarded)\(\s*"([a-z-]+)"')
RDF = b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
EXCEL_2003 = b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>'


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "f.csv", "empty"),
        (b"\n\n  \n", "f.csv", "empty"),
        (b"\xef\xbb\xbf", "f.csv", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "f.csv", "html"),
        (b"\n <HTML><head>", "deliberations.csv", "html"),
        ("<!doctype html><html>".encode("utf-16"), "f.csv", "html"),
        (b"<?xml version='1.0'?><a/>", "f.csv", "xml"),
        (b"<marches><marche>1</marche></marches>", "f.csv", "xml"),
        (RDF, "f.csv", "rdf"),
        (b"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n", "f.csv", "rdf"),
        (b'<http://a.fr/1> <http://a.fr/nom> "x" .\n', "f.csv", "rdf"),
        (b'{"@context": "http://schema.org", "@graph": [{"a": 1}]}', "f.json", "rdf"),
        (EXCEL_2003, "f.xls", "xml-spreadsheet"),
        (b'<?xml version="1.0"?><kml xmlns="x"><Placemark/></kml>', "f.csv", "geodata"),
        (b'<svg xmlns="x"><path/></svg>', "f.csv", "image"),
        (b'{"type": "FeatureCollection"}', "f.geojson", "json"),
        (b'{"error": "not found"}', "f.csv", "json"),
        (b"%PDF-1.7 ...", "f.csv", "pdf"),
        (b"{\\rtf1\\ansi}", "f.csv", "document"),
        (b"PAR1....", "f.csv", "damaged-parquet"),
        (b"\x89PNG\r\n\x1a\n", "f.csv", "image"),
        (b"\xff\xd8\xff\xe0 JFIF", "f.csv", "image"),
        (b"7z\xbc\xaf\x27\x1c", "f.csv", "archive"),
        (b"BZh91AY&SY", "f.csv", "archive"),
        (b"SQLite format 3\x00", "f.csv", "database"),
        (b"\x00\x00\x27\x0a" + bytes(96), "f.csv", "shapefile"),
        (bytes(range(256)) * 20, "f.csv", "binary"),
        (b"PK\x03\x04 broken", "f.xlsx", "damaged-archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "f.xls", "damaged-spreadsheet"),
        (gzip.compress(b"%PDF-1.7", mtime=0), "f.csv", "pdf"),
        (archive(word__document_xml="<w/>"), "f.csv", "document"),
        (archive(ppt__presentation_xml="<p/>"), "f.csv", "document"),
        (archive(voies_shp="x", voies_dbf="x", voies_shx="x"), "f.csv", "shapefile"),
        (archive(doc_kml="<kml/>"), "f.csv", "geodata"),
        (archive(stops_txt="a", routes_txt="b", trips_txt="c"), "f.zip", "gtfs"),
        (archive(xl__workbook_bin="x"), "f.xlsx", "xlsb"),
        (archive(xl__worksheets="0" * 20_000_000), "f.xlsx", "bomb"),
    ],
)
def test_what_is_no_table_is_refused_with_its_kind(content: bytes, name: str, reason: str) -> None:
    error = refusal(content, name)

    assert error.reason == reason
    assert_said(error)


def assert_said(error: UnreadableError) -> None:
    for lang in get_args(Lang):
        message, hint = render(Finding("source-error", error.reason, params=error.params), lang)
        assert message
        assert hint
        assert "{" not in f"{message}{hint}"


def test_every_reason_of_the_readers_has_its_words() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(readers.__path__[0]).glob("*.py")]
    raised = {reason for text in sources for reason in _RAISED.findall(text)}

    assert len(raised) > 20
    assert raised | {kind for _, _, kind in _MAGIC} - {"gzip", "zip", "ole", "parquet"} <= set(
        SOURCE
    )
