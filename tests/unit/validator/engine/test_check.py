"""The header, the shape of rows, keys, and the counting of errors."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.findings import Finding
from services.validator.engine.validation import preview_stream
from tests.support.tables import check_rows, errors_of, validate_bytes

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "nom", "constraints": {"required": True}},
        {"name": "date_début", "type": "date"},
        {"name": "montant", "type": "number"},
    ]
}
LABELS = ["nom", "date_début", "montant"]


def brief(findings: list[Finding]) -> list[tuple[str, int | None, int | None]]:
    return [(finding.code, finding.row, finding.column) for finding in findings]


def remarks(labels: list[str], rows: list[list[str]]) -> list[str]:
    return [warning.code for warning in check_rows(SCHEMA, labels, rows).findings.warnings]


def test_the_order_of_columns_is_free() -> None:
    checked = check_rows(SCHEMA, ["montant", "nom", "date_début"], [["1", "a", ""]])

    assert checked.findings.total == 0
    assert checked.findings.warnings == []
    assert (checked.rows, checked.fields) == (1, 3)


def test_optional_and_extra_columns_are_remarks() -> None:
    assert remarks(["nom", "commentaire"], [["a", "b"]]) == [
        "missing-optional-label",
        "missing-optional-label",
        "extra-label",
    ]


@pytest.mark.parametrize("label", ["NOM", "Nôm", "n-o-m", "nom_"])
def test_a_misspelt_required_column_is_named(label: str) -> None:
    [error] = errors_of(SCHEMA, [label, "date_début", "montant"], [["a", "", ""]])

    assert (error.code, error.reason, error.cell, error.fix) == (
        "missing-label",
        "misspelt",
        label,
        "nom",
    )


def test_a_misspelt_optional_column_is_one_remark() -> None:
    checked = check_rows(SCHEMA, ["nom", "date debut", "montant"], [["a", "hier", ""]])

    assert checked.findings.total == 0
    [remark] = checked.findings.warnings
    assert (remark.code, remark.reason, remark.fix) == (
        "missing-optional-label",
        "misspelt",
        "date_début",
    )


def test_spaces_and_composed_accents_in_a_title_are_forgiven() -> None:
    decomposed = "date_de\u0301but"
    checked = check_rows(SCHEMA, [" nom ", decomposed, "\ufeffmontant"], [["a", "", ""]])

    assert checked.findings.total == 0
    assert {warning.code for warning in checked.findings.warnings} == {"label-spaces"}


def test_a_missing_key_column_is_an_error_though_not_required() -> None:
    schema = {"fields": [{"name": "id"}, {"name": "nom"}], "primaryKey": "id"}

    assert brief(errors_of(schema, ["nom"], [["a"]])) == [("missing-label", 1, None)]


def test_a_title_used_twice_is_one_error_and_the_rest_is_checked() -> None:
    rows = [["a", "b", "hier", "1"]]

    assert brief(errors_of(SCHEMA, ["nom", "nom", "date_début", "montant"], rows)) == [
        ("duplicate-label", 1, 2),
        ("type-error", 2, 3),
    ]


def test_nothing_in_common_is_said_as_such() -> None:
    assert brief(errors_of(SCHEMA, ["x", "y"], [["1", "2"]])) == [
        ("unmatched-header", 1, None),
        ("missing-label", 1, None),
    ]


def test_the_case_of_titles_counts_unless_it_is_told_to_be_ignored() -> None:
    content = b"NOM,MONTANT\na,x\n"

    strict = validate_bytes(content, SCHEMA)
    lax = validate_bytes(content, SCHEMA, ignore_header_case=True)

    assert brief([*strict.errors]) == [("missing-label", 1, 1)]
    assert brief([*lax.errors]) == [("type-error", 2, 2)]


def test_blank_columns_at_the_end_are_no_error() -> None:
    checked = check_rows(SCHEMA, [*LABELS, "", ""], [["a", "", "1", "", ""]])

    assert checked.findings.total == 0
    assert checked.findings.warnings == []
    assert checked.fields == 3


def test_data_without_a_title_is_one_remark() -> None:
    assert remarks([*LABELS, ""], [["a", "", "1", "x"], ["b", "", "2", "y"]]) == ["blank-label"]


def test_rows_of_another_width() -> None:
    rows = [["a", "", "1", "x", "y"], ["b"], ["c", "", "1", "", ""]]
    checked = check_rows(SCHEMA, LABELS, rows)

    assert brief(checked.findings.errors) == [
        ("extra-cell", 2, 4),
        ("extra-cell", 2, 5),
        ("missing-cell", 3, 2),
        ("missing-cell", 3, 3),
    ]
    assert [warning.code for warning in checked.findings.warnings] == ["blank-extra-cells"]


def test_blank_rows_inside_are_errors_at_the_end_a_remark() -> None:
    rows = [["a", "", "1"], [], ["", " ", ""], ["b", "", "2"], ["", "", ""], []]
    checked = check_rows(SCHEMA, LABELS, rows)

    assert brief(checked.findings.errors) == [("blank-row", 3, None), ("blank-row", 4, None)]
    assert [(w.code, w.params["count"]) for w in checked.findings.warnings] == [
        ("trailing-blank-rows", 2)
    ]
    assert checked.rows == 4


def test_no_rows_is_valid_with_a_remark() -> None:
    result = validate_bytes("nom,date_début,montant\n".encode(), SCHEMA)

    assert result.verdict == "valid"
    assert [warning.code for warning in result.warnings] == ["no-rows"]


def test_unique_values_and_keys() -> None:
    schema = {
        "fields": [
            {"name": "id", "type": "integer"},
            {"name": "code", "constraints": {"unique": True}},
        ],
        "primaryKey": ["id"],
    }
    rows = [["1", "a"], ["01", "b"], ["", "b"], ["x", "c"], ["2", ""], ["3", ""]]

    errors = errors_of(schema, ["id", "code"], rows)

    assert brief(errors) == [
        ("primary-key", 3, 1),
        ("unique-error", 4, 2),
        ("primary-key", 4, 1),
        ("type-error", 5, 1),
    ]
    assert errors[0].params["first"] == 2


def test_references_inside_the_table_may_point_forward() -> None:
    schema = {
        "fields": [{"name": "id"}, {"name": "parent"}],
        "foreignKeys": [{"fields": "parent", "reference": {"resource": "", "fields": "id"}}],
    }
    rows = [["a", "b"], ["b", ""], ["c", "z"], ["d", "c"]]

    assert brief(errors_of(schema, ["id", "parent"], rows)) == [("foreign-key", 4, 2)]


def test_all_errors_are_counted_and_the_first_are_listed() -> None:
    rows = [["", "hier", "x"]] * 50
    checked = check_rows(SCHEMA, LABELS, rows, max_errors=10)
    findings = checked.findings

    assert len(findings.errors) == 10
    assert findings.total == 150
    assert findings.truncated
    assert findings.rows_with_errors == 50
    assert findings.by_code == {"constraint-error": 50, "type-error": 100}
    assert findings.by_field == {"nom": 50, "date_début": 50, "montant": 50}


def test_a_check_on_columns_that_are_absent_is_skipped() -> None:
    schema = {
        **SCHEMA,
        "custom_checks": [
            {"name": "french-siret-value", "params": {"column": "siret"}},
            {"name": "cohesive-columns-value", "params": {"column": "x", "othercolumns": ["y"]}},
            {"name": "verification-du-futur", "params": {}},
        ],
    }

    assert errors_of(schema, LABELS, [["a", "", ""]]) == []


def test_a_column_that_is_absent_is_said_once() -> None:
    check = {"name": "cohesive-columns-value", "params": {"column": "x", "othercolumns": ["nom"]}}
    schema = {**SCHEMA, "custom_checks": [check]}

    assert brief(errors_of(schema, LABELS, [["a", "", ""], ["b", "", ""]])) == [
        ("cohesive-columns-value", 2, 1)
    ]


CELLS = st.text(st.characters(codec="utf-8"), max_size=6)


@given(
    st.lists(st.lists(CELLS, max_size=5), max_size=6),
    st.permutations([0, 1, 2]),
    st.integers(0, 5),
)
def test_any_rows_give_findings_and_never_raise(
    rows: list[list[str]], order: list[int], limit: int
) -> None:
    labels = [LABELS[position] for position in order]

    checked = check_rows(SCHEMA, labels, rows, max_errors=limit)
    whole = check_rows(SCHEMA, labels, rows)

    assert checked.findings.total == whole.findings.total
    assert checked.findings.errors == whole.findings.errors[:limit]
    assert whole.findings.rows_with_errors <= len(rows)


def test_a_preview_gives_columns_and_first_rows() -> None:
    seen = preview_stream(io.BytesIO(b"Titre\n\na;b\n1;2\n"), "f.csv", frozenset({"a", "b"}))

    assert seen.labels == ("a", "b")
    assert seen.rows == (("1", "2"),)
