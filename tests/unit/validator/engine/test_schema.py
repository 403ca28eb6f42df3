"""What a Table Schema of version 1 or 2 says, and what its author meant to say."""

from typing import Any

import pytest

from services.validator.engine.schema import SchemaInvalidError, compile_schema
from tests.support.tables import check_rows, errors_of, field_errors


def codes(field: dict[str, Any], text: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.reason) for finding in field_errors(field, text)]


def remarks(field: dict[str, Any]) -> list[tuple[str, str]]:
    schema = compile_schema({"fields": [{"name": "a", **field}]})
    return [(note.reason, note.params["value"]) for note in schema.notes]


@pytest.mark.parametrize(
    ("field", "remark", "right", "wrong"),
    [
        ({"contraints": {"enum": ["a"]}}, ("misspelt", "contraints"), "a", "b"),
        ({"constraints": {"patter": "^[0-9]+$"}}, ("misspelt", "patter"), "12", "x"),
        ({"enum": ["a"]}, ("misplaced", "enum"), "a", "b"),
        ({"pattern": "^[0-9]+$"}, ("misplaced", "pattern"), "12", "x"),
        ({"required": True}, ("misplaced", "required"), "a", ""),
        ({"constraints": {"format": "uri"}}, ("misplaced", "format"), "https://a.fr", "a.fr"),
        (
            {"type": "array", "items": {"type": "string", "enum": ["un"]}},
            ("misspelt", "items"),
            '["un"]',
            '["deux"]',
        ),
    ],
)
def test_an_irregularity_is_applied_as_meant_and_told_to_the_author(
    field: dict[str, Any], remark: tuple[str, str], right: str, wrong: str
) -> None:
    assert remark in remarks(field)
    assert codes(field, right) == []
    assert codes(field, wrong) != []


@pytest.mark.parametrize("key", ["nullable", "minProperties", "maxProperties", "maxItems"])
def test_words_that_say_nothing_here_are_told_to_the_author(key: str) -> None:
    assert remarks({key: 1}) == [("ignored", key)]


def test_a_bound_written_as_a_text_is_a_bound() -> None:
    field = {"type": "integer", "constraints": {"minimum": "2", "maximum": "10"}}

    assert codes(field, "9") == []
    assert codes(field, "11") == [("constraint-error", "maximum")]


def test_bounds_may_be_exclusive() -> None:
    field = {"type": "number", "constraints": {"exclusiveMinimum": 0, "exclusiveMaximum": 1}}

    assert codes(field, "0.5") == []
    assert codes(field, "0") == [("constraint-error", "exclusiveMinimum")]
    assert codes(field, "1.0") == [("constraint-error", "exclusiveMaximum")]


def test_durations_compare_by_their_length() -> None:
    field = {"type": "duration", "constraints": {"minimum": "PT90M", "maximum": "P1M"}}

    assert codes(field, "PT1H30M") == []
    assert codes(field, "PT1H") == [("constraint-error", "minimum")]
    assert codes(field, "P30D") == []
    assert codes(field, "P31D") == [("constraint-error", "maximum")]
    assert codes(field, "P999999999Y") == [("type-error", "duration")]


def test_missing_values_are_of_the_field_first_and_may_be_objects() -> None:
    descriptor = {
        "missingValues": [{"value": "NA", "label": "non applicable"}, ""],
        "fields": [
            {"name": "a", "type": "integer", "missingValues": ["-"]},
            {"name": "b", "type": "integer"},
        ],
    }

    assert errors_of(descriptor, ["a", "b"], [["-", "NA"], ["1", ""]]) == []
    assert [e.field for e in errors_of(descriptor, ["a", "b"], [["NA", "-"]])] == ["a", "b"]


def test_categories_are_values_or_objects() -> None:
    plain = {"categories": ["pomme", "poire"], "categoriesOrdered": True}
    labelled = {"type": "integer", "categories": [{"value": 0, "label": "non"}, {"value": 1}]}

    assert codes(plain, "poire") == []
    assert codes(plain, "prune") == [("constraint-error", "enum")]
    assert codes(labelled, "1") == []
    assert codes(labelled, "2") == [("constraint-error", "enum")]


def test_a_list_has_items_of_one_type_and_its_own_delimiter() -> None:
    field = {"type": "list", "itemType": "integer", "delimiter": ";"}

    assert codes(field, "1;2;3") == []
    assert codes(field, "1;deux") == [("type-error", "list")]


def test_the_json_of_a_cell_may_have_a_schema() -> None:
    schema = {"type": "object", "required": ["lon"], "properties": {"lon": {"type": "number"}}}
    field = {"type": "object", "constraints": {"jsonSchema": schema}}

    assert codes(field, '{"lon": 2.5}') == []
    assert codes(field, '{"lon": "2.5"}') == [("constraint-error", "jsonSchema")]


@pytest.mark.parametrize(
    "schema", [{"$ref": "https://example.org/a.json"}, {"pattern": "("}, {"type": "texte"}]
)
def test_a_wrong_schema_of_a_cell_is_the_authors_error(schema: dict[str, Any]) -> None:
    field = {"type": "object", "constraints": {"jsonSchema": schema}}

    with pytest.raises(SchemaInvalidError, match=r"fields\[0\]\.constraints\.jsonSchema"):
        field_errors(field, "{}")


@pytest.mark.parametrize(
    ("match", "labels", "expected"),
    [
        ("partial", ["b", "z"], []),
        ("superset", ["b"], []),
        ("superset", ["b", "z"], ["extra-label"]),
        ("subset", ["z", "b", "a"], []),
        ("subset", ["b", "z"], ["missing-label"]),
        ("equal", ["b", "a"], []),
        ("equal", ["b", "z"], ["extra-label", "missing-label"]),
        ("exact", ["a", "b"], []),
        ("exact", ["b", "a"], ["misordered-labels"]),
        (["exact"], ["b", "a"], ["misordered-labels"]),
    ],
)
def test_fields_match_says_how_strictly_columns_compare(
    match: Any, labels: list[str], expected: list[str]
) -> None:
    descriptor = {"fieldsMatch": match, "fields": [{"name": "a"}, {"name": "b"}]}

    checked = check_rows(descriptor, labels, [["x"] * len(labels)])

    assert sorted(finding.code for finding in checked.findings.errors) == expected


def test_without_fields_match_columns_are_free() -> None:
    checked = check_rows({"fields": [{"name": "a"}, {"name": "b"}]}, ["z", "b"], [["x", "y"]])

    assert checked.findings.total == 0


def test_unique_keys_and_keys_of_two_columns() -> None:
    descriptor = {
        "fields": [{"name": "a"}, {"name": "b"}],
        "uniqueKeys": [["a", "b"], ["b"]],
        "primaryKey": ["a", "b"],
    }

    found = errors_of(descriptor, ["a", "b"], [["1", "2"], ["1", "3"], ["1", "2"]])

    assert [(e.code, e.row, e.field) for e in found] == [
        ("unique-error", 4, "a, b"),
        ("unique-error", 4, "b"),
        ("primary-key", 4, "a, b"),
    ]


def test_a_key_to_another_table_is_kept_for_the_check_of_the_package() -> None:
    key = {"fields": "a", "reference": {"resource": "autre", "fields": "id"}}
    schema = compile_schema({"fields": [{"name": "a"}], "foreignKeys": [key]})

    assert schema.foreign_keys == ()
    [external] = schema.external_keys
    assert (external.resource, external.fields, external.targets) == ("autre", ("a",), ("id",))


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ({"customCheck": "siret"}, "21940028000019"),
        ({"customCheck": {"name": "code-commune-insee", "cog": "2024"}}, "94000"),
        ({"customCheck": {"name": "region", "params": {"cog": 2015}}}, "Occitanie"),
        ({"customCheck": ["code-postal", "code-commune-insee"]}, "00000"),
    ],
)
def test_a_check_may_stand_in_its_field(field: dict[str, Any], bad: str) -> None:
    found = field_errors(field, bad)

    assert found
    assert {finding.field for finding in found} == {"valeur"}
    assert field_errors(field, "") == []


@pytest.mark.parametrize("given", [12, {"cog": "2024"}, [None]])
def test_a_check_of_a_field_needs_a_name(given: Any) -> None:
    with pytest.raises(SchemaInvalidError, match=r"fields\[0\]\.customCheck"):
        compile_schema({"fields": [{"name": "a", "customCheck": given}]})


def test_a_year_that_is_none_is_the_authors_error() -> None:
    field = {"customCheck": {"name": "commune", "cog": "hier"}}

    with pytest.raises(SchemaInvalidError, match=r"fields\[0\]\.customCheck\.params\.cog"):
        field_errors(field, "Créteil")


def test_a_check_of_places_is_skipped_where_the_column_or_the_cell_is_not() -> None:
    descriptor = {
        "fields": [{"name": "a", "type": "integer", "customCheck": "code-region"}, {"name": "b"}]
    }

    assert errors_of(descriptor, ["b"], [["x"]]) == []
    assert [e.code for e in errors_of(descriptor, ["a", "b"], [["", "x"], ["XX", "x"]])] == [
        "type-error"
    ]
