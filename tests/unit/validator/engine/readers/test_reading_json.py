"""JSON and GeoJSON as tables: shapes, places of what is wrong, flat memory."""

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.readers import json_stream
from services.validator.engine.readers.json_stream import JsonStream
from services.validator.engine.table import ReadHints
from tests.support.reading import HINTS, cells, opened, refusal
from tests.support.tables import validate_bytes

ROWS = [{"nom": "Été", "ville": "Évry"}, {"nom": "b", "montant": 1.5}]
TABLE = (("nom", "ville", "montant"), [["Été", "Évry", ""], ["b", "", "1.5"]])


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        json.dumps({"data": ROWS}),
        json.dumps({"total_count": 2, "links": {"next": None}, "results": ROWS}),
        json.dumps({"marches": {"marche": ROWS, "version": [1, 2]}}),
        "\n".join(map(json.dumps, ROWS)),
        "\n".join(map(json.dumps, ROWS)) + "\n\n",
        json.dumps([["nom", "ville", "montant"], ["Été", "Évry"], ["b", None, 1.5]]),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["f.json", "f.csv", "f"])
def test_the_usual_shapes_of_a_table(content: str, codec: str, name: str) -> None:
    table = opened(content.encode(codec), name)

    assert table.labels == TABLE[0]
    assert [row + [""] * (3 - len(row)) for row in cells(table)] == TABLE[1]
    assert table.facts.format == "json"
    assert table.warnings == ()


def test_rows_carry_the_line_on_which_they_begin() -> None:
    table = opened(b'[\n  {"nom": "a"},\n\n  {"nom":\n "b"}, {"nom": "c"}]', "f.json")

    assert [line for line, _ in table.records] == [2, 4, 5]


def test_values_are_written_as_they_stand() -> None:
    content = (
        b'[{"nom": 1.10, "ville": 12345678901234567890, "montant": 1E5, "actif": true,'
        b' "date": null, "liste": [1.0, "\\u00e9", {"a": false}]}]'
    )
    hints = ReadHints(HINTS.names, {"actif": ("oui", "non")})

    table = opened(content, "f.json", hints)

    assert cells(table) == [
        ["1.10", "12345678901234567890", "1E5", "oui", "", '[1.0, "é", {"a": false}]']
    ]


def test_halves_of_surrogate_pairs_are_replaced() -> None:
    assert cells(opened(b'[{"nom": "a\\ud800"}]', "f.json")) == [["a\ufffd"]]


def test_a_single_object_with_the_columns_is_one_row() -> None:
    content = json.dumps({"nom": "a", "ville": "b", "titulaires": [{"id": "1"}]}, indent=1)

    table = opened(content.encode(), "f.json")

    assert table.labels == ("nom", "ville", "titulaires")
    assert cells(table) == [["a", "b", '[{"id": "1"}]']]


def test_the_table_with_the_columns_is_chosen_and_the_others_are_named() -> None:
    content = json.dumps({"resources": [{"url": "x"}] * 9, "lignes": ROWS}).encode()

    table = opened(content, "f.json")

    assert table.labels == TABLE[0]
    assert (table.facts.sheet, table.facts.sheets) == ("lignes", ("resources", "lignes"))
    assert [warning.code for warning in table.warnings] == ["json-chosen"]
    assert opened(content, "f.json", ReadHints(sheet="resources")).labels == ("url",)
    assert opened(content, "f.json", ReadHints(sheet=1)).labels == ("url",)


@pytest.mark.parametrize(
    ("content", "reason", "line", "column"),
    [
        (b'[{"nom": "a"},\n {"nom": "b"', "json-truncated", 2, 13),
        (b'[{"nom": "a"},\n {"nom": "b', "json-truncated", 2, 10),
        (b'[{"nom": "a"},\n', "json-truncated", 2, 1),
        (b'{"data": [{"nom": "a"}', "json-truncated", 1, 23),
        (b'[{"nom": "a"},\n {"nom": b}, {"nom": "something quite long"}]', "json-invalid", 2, 10),
        (b'[{"nom": "a"}\n {"nom": "b"}]', "json-invalid", 2, 2),
        (b'[{"nom": "a"}]\n]', "json-invalid", 2, 1),
        (b'[{"nom": "a"},\n 12]', "json-mixed", 2, None),
        (b'[{"nom": "a"},\n' + b"[" * 200 + b"]" * 200 + b"]", "json-too-deep", 2, 1),
        (b"[" * 100_000, "json-too-deep", 1, None),
        (b'{"a":' * 100_000, "json-too-deep", 1, None),
        (b'[{"nom": ' + b"9" * 10_000 + b"}]", None, None, None),
        (b"[1, 2, 3]", "json", None, None),
        (b"[[1, 2], [3, 4]]", "json", None, None),
        (b'{"nom": "a"}', "json", None, None),
        (b"[]", "json", None, None),
        (b"[{}]", "json", None, None),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(
    content: bytes, reason: str | None, line: int | None, column: int | None
) -> None:
    if reason is None:
        assert cells(opened(content, "f.json")) == [["9" * 10_000]]
        return
    error = refusal(content, "f.json")

    assert error.reason == reason
    assert line in {None, error.params.get("at_line")}
    assert column in {None, error.params.get("at_column")}


def test_an_element_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_VALUE", 200_000)

    assert refusal(b'[{"nom": "' + b"x" * 900_000 + b'"}]', "f.json").reason == "json-too-long"


def test_features_are_rows_and_properties_columns() -> None:
    point = {"type": "Point", "coordinates": [2.5, 48.75]}
    content = collection(feature(point, nom="a"), feature(None, nom="b", ville="c"))

    table = opened(content, "f.geojson")

    assert table.labels == ("nom", "ville")
    assert cells(table) == [["a", ""], ["b", "c"]]
    assert table.facts.format == "geojson"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ({"name": "geometry", "type": "geojson"}, '{"type": "Point", "coordinates": [2.5, 48.7]}'),
        ({"name": "lieu", "type": "geopoint"}, "2.5, 48.7"),
        ({"name": "lieu", "type": "geopoint", "format": "array"}, "[2.5, 48.7]"),
        ({"name": "lieu", "type": "geopoint", "format": "object"}, '{"lon": 2.5, "lat": 48.7}'),
        ({"name": "Longitude", "type": "number"}, "2.5"),
        ({"name": "lat", "type": "number"}, "48.7"),
    ],
)
def test_the_geometry_fills_the_column_that_the_schema_has_for_it(
    field: dict[str, Any], text: str
) -> None:
    point = {"type": "Point", "coordinates": [2.5, 48.7]}
    required = {**field, "constraints": {"required": True, "enum": [text]}}
    schema = {"fields": [{"name": "nom"}, required]}

    result = validate_bytes(collection(feature(point, nom="a")), schema, name="f.geojson")

    assert [error.code for error in result.errors] == []
    assert result.verdict == "valid"


def test_a_polygon_has_no_longitude() -> None:
    polygon = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    hints = ReadHints(HINTS.names, geometries={"lon": "lon", "forme": "geojson"})

    table = opened(collection(feature(polygon, nom="a")), "f.geojson", hints)

    assert table.labels == ("nom", "forme")
    assert json.loads(cells(table)[0][1]) == polygon


def test_memory_does_not_grow_with_the_rows() -> None:
    row = json.dumps({"nom": "x" * 100, "ville": "y" * 100})
    content = io.BytesIO(b'{"data": [' + b",".join([row.encode()] * 40_000) + b"]}")
    tracemalloc.start()
    count = sum(1 for _ in opened(content.getbuffer().tobytes(), "f.json").records)
    peak = tracemalloc.get_traced_memory()[1] - 2 * len(content.getvalue())
    tracemalloc.stop()

    assert count == 40_000
    assert peak < 4_000_000


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=20,
    ),
    st.integers(1, 9),
)
def test_values_cut_anywhere_are_read_as_a_whole(value: Any, size: int) -> None:
    class Slow(io.StringIO):
        def read(self, _wanted: int | None = -1, /) -> str:
            return super().read(size)

    text = json.dumps({"a": value}, ensure_ascii=False)
    read = JsonStream(Slow(text)).value()

    assert JsonStream(Slow("1234567890123")).value() == "1234567890123"
    assert json.loads(json.dumps(read, default=str)) == json.loads(text, parse_int=str)
