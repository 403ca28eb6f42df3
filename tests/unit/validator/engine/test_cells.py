"""One cell under one field: what passes, what does not, and what is proposed instead."""

from typing import Any

import pytest

from services.validator.engine.schema import SchemaInvalidError, compile_schema
from tests.support.tables import check_rows, errors_of, field_errors

SIRET = {"type": "string", "constraints": {"pattern": r"^\d{14}$"}}


def number(**options: Any) -> dict[str, Any]:
    return {"type": "number", **options}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ({"type": "date"}, "2024-02-29"),
        ({"type": "date", "format": "%Y/%m/%d"}, "2018/3/31"),
        ({"type": "date", "format": "%Y"}, "2018"),
        ({"type": "date", "format": "fmt:%d/%m/%Y"}, "31/12/2023"),
        ({"type": "date", "format": "any"}, "31/12/2023"),
        ({"type": "datetime"}, "2024-01-31T10:00:00+01:00"),
        ({"type": "datetime"}, "2024-01-31 10:00:00"),
        ({"type": "integer"}, " 12 "),
        ({"type": "integer", "bareNumber": False}, "12 €"),
        (number(decimalChar=","), "12,5"),
        (number(decimalChar=",", groupChar=" "), "1 234,5"),
        (number(), "-1.5e3"),
        ({"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]}, "non"),
        ({"type": "string", "constraints": {"enum": ["été"]}}, "e\u0301te\u0301"),
        ({"type": "string", "constraints": {"enum": ["sans porc "]}}, "sans porc"),
        ({"type": "string", "format": "uri"}, "https://www.ville-creteil.fr/été?a=1"),
        ({"type": "string", "format": "email"}, "mairie@ville-creteil.fr"),
        ({"type": "string", "constraints": {"pattern": r"[\w.]+"}}, "Créteil"),
        ({"type": "string", "constraints": {"pattern": r"^[\u00C0-\u00FF]+$"}}, "éà"),
        ({"type": "string", "constraints": {"pattern": r"(a)\1"}}, "aa"),
        ({"type": "array", "arrayItem": {"type": "integer"}}, "[1, 2]"),
        ({"type": "list", "itemType": "integer", "delimiter": ";"}, "1;2"),
        ({"type": "duration"}, "P1DT2H"),
        ({"type": "geopoint", "format": "object"}, '{"lon": 2.4, "lat": 48.7}'),
        ({"type": "geojson"}, '{"type": "Point", "coordinates": [2.4, 48.7]}'),
        ({"type": "time"}, "10:30:00"),
        ({"type": "integer", "missingValues": ["", "NC"]}, "NC"),
    ],
)
def test_what_passes(field: dict[str, Any], text: str) -> None:
    assert field_errors(field, text) == []


@pytest.mark.parametrize(
    ("field", "text", "reason", "fix"),
    [
        ({"type": "date"}, "31/12/2023", "date", "2023-12-31"),
        ({"type": "date"}, "2020-1-5", "date", "2020-01-05"),
        ({"type": "date"}, "31 décembre 2023", "date", "2023-12-31"),
        ({"type": "date"}, "2023-12-31T00:00:00", "date", "2023-12-31"),
        ({"type": "date"}, "20231231", "date", "2023-12-31"),
        ({"type": "date"}, "31/12/23", "date", None),
        ({"type": "date"}, "2023-02-30", "date", None),
        ({"type": "date", "format": "%d/%m/%Y"}, "2023-12-31", "date", "31/12/2023"),
        ({"type": "datetime"}, "31/12/2023 10h30", "datetime", "2023-12-31T10:30:00"),
        ({"type": "time"}, "9h30", "time", "09:30:00"),
        ({"type": "year"}, "31/12/2023", "year", "2023"),
        ({"type": "year"}, "0000", "year", None),
        ({"type": "yearmonth"}, "3/2024", "yearmonth", "2024-03"),
        ({"type": "integer"}, "1 234", "integer", "1234"),
        ({"type": "integer"}, "12.0", "integer", "12"),
        ({"type": "integer"}, "12.5", "integer", None),
        ({"type": "integer"}, "٣", "integer", None),
        ({"type": "integer"}, "1_000", "integer", "1000"),
        (number(), "12,5", "number", "12.5"),
        (number(), "1\u202f234,50 €", "number", "1234.50"),
        (number(), "1.234,5", "number", "1234.5"),
        (number(), "NaN", "number", None),
        (number(constraints={"minimum": 0}), "sNaN", "number", None),
        ({"type": "boolean"}, "Oui", "boolean", "true"),
        (
            {"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
            "Non", "boolean", "non",
        ),
        (
            {"type": "string", "format": "uri"},
            "www.ville-creteil.fr", "string", "https://www.ville-creteil.fr",
        ),
        ({"type": "string", "format": "uri"}, "https://", "string", None),
        ({"type": "geopoint"}, "[2.4, 48.7]", "geopoint", "2.4, 48.7"),
        ({"type": "geopoint"}, "190,0", "geopoint", None),
        ({"type": "geojson"}, '{"type": "Point", "coordinates": [[2.4]]}', "geojson", None),
        ({"type": "array"}, "[" * 100_000, "array", None),
        ({"constraints": {"enum": ["Commune", "Région"]}}, "region", "enum", "Région"),
        (
            {"constraints": {"enum": ["extension urbaine", "mixte"]}},
            "extension", "enum", "extension urbaine",
        ),
        ({"constraints": {"enum": ["oui", "non"]}}, " oui", "enum", "oui"),
        (SIRET, "219 400 280 00018", "pattern", "21940028000018"),
        (SIRET, "21940028000018\n", "pattern", "21940028000018"),
        (SIRET, "٢١٩٤٠٠٢٨٠٠٠٠١٨", "pattern", None),
        ({"constraints": {"pattern": "A|B"}}, "Axyz", "pattern", None),
        ({"constraints": {"required": True}}, "   ", "required", None),
        ({"constraints": {"minLength": 3}}, "ab", "minLength", None),
        ({"constraints": {"maxLength": 3}}, "abcd", "maxLength", None),
        ({"type": "integer", "constraints": {"minimum": "2"}}, "1", "minimum", None),
        (
            {"type": "date", "constraints": {"exclusiveMaximum": "2024-01-01"}},
            "2024-01-01", "exclusiveMaximum", None,
        ),
        ({"contraints": {"patter": "a+"}}, "b", "pattern", None),
        ({"enum": ["a"]}, "b", "enum", None),
        (
            {"type": "array", "arrayItem": {"type": "string", "enum": ["a"]}},
            '["b"]', "array-item", None,
        ),
        ({"type": "array", "arrayItem": {"type": "integer"}}, '["x"]', "array-item", None),
    ],
)  # fmt: skip
def test_what_is_refused(field: dict[str, Any], text: str, reason: str, fix: str | None) -> None:
    [error] = field_errors(field, text)

    assert (error.reason, error.fix) == (reason, fix)
    assert (error.row, error.line, error.column, error.field) == (2, 2, 1, "valeur")


@pytest.mark.parametrize(
    ("descriptor", "place"),
    [
        ({}, "fields"),
        ({"fields": []}, "fields"),
        ({"fields": [{"name": ""}]}, "fields[0]"),
        ({"fields": [{"name": "a", "type": "entier"}]}, "fields[0].type"),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "fields"),
        ({"fields": [{"name": "a"}], "primaryKey": ["b"]}, "primaryKey"),
        ({"fields": [{"name": "a"}], "missingValues": "x"}, "missingValues"),
        ({"fields": [{"name": "a"}], "foreignKeys": [{}]}, "foreignKeys[0]"),
        ({"fields": [{"name": "a", "constraints": []}]}, "fields[0].constraints"),
        (
            {"fields": [{"name": "a", "constraints": {"pattern": "("}}]},
            "fields[0].constraints.pattern",
        ),
        (
            {"fields": [{"name": "a", "type": "date", "constraints": {"minimum": "hier"}}]},
            "fields[0].constraints.minimum",
        ),
    ],
)  # fmt: skip
def test_a_schema_that_is_wrong_is_refused_with_the_place(
    descriptor: dict[str, Any], place: str
) -> None:
    with pytest.raises(SchemaInvalidError) as refused:
        errors_of(descriptor, ["a"], [["x"]])

    assert refused.value.place == place


def test_irregular_spellings_are_noted_for_the_author_only() -> None:
    descriptor = {"fields": [{"name": "a", "contraints": {"patter": "x"}, "enum": ["x"]}]}

    schema = compile_schema(descriptor)

    assert {note.reason for note in schema.notes} == {"misspelt", "misplaced"}
    assert check_rows(descriptor, ["a"], [["x"]]).findings.warnings == []


def test_a_catastrophic_pattern_takes_no_time() -> None:
    field = {"constraints": {"pattern": r"^(a+)+$"}}

    assert [error.reason for error in field_errors(field, "a" * 5_000 + "b")] == ["pattern"]


def test_a_column_that_is_wrong_throughout_costs_no_more_suggestions() -> None:
    field = {"name": "a", "constraints": {"enum": ["oui", "non"]}}
    rows = [[f"{'x' * (number % 50)} oui {number}"] for number in range(2_500)] + [["Oui"]]

    errors = check_rows({"fields": [field]}, ["a"], rows, max_errors=3_000).findings.errors

    assert len(errors) == 2_501
    assert errors[-1].fix is None
    assert check_rows({"fields": [field]}, ["a"], [["Oui"]]).findings.errors[0].fix == "oui"
