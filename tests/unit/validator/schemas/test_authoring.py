import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.schemas.authoring import (
    MAX_BYTES,
    MAX_FINDINGS,
    check_descriptor,
    load_descriptor,
)
from services.validator.schemas.errors import InvalidSchemaError
from services.validator.schemas.patterns import linear_pattern
from services.validator.schemas.register import SchemaRegister
from tests.support.reference import reference_dir


def with_field(**field: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", "type": "string", **field}]}


def with_constraint(kind: str = "string", **constraints: Any) -> dict[str, Any]:
    return with_field(type=kind, constraints=constraints)


def found(descriptor: Any) -> list[tuple[str, str]]:
    return [(finding.severity, finding.place) for finding in check_descriptor(descriptor)]


def test_a_sound_schema_has_no_remark():
    descriptor = {
        "fields": [
            {"name": "a", "type": "string", "constraints": {"pattern": r"^\d+$"}},
            {"name": "b", "type": "date", "format": "%Y-%m-%d"},
        ],
        "missingValues": ["", "NA"],
        "primaryKey": ["a", "b"],
        "uniqueKeys": [["a"]],
        "custom_checks": [{"name": "french-siret-value", "params": {"column": "a"}}],
    }

    assert check_descriptor(descriptor) == ()


@pytest.mark.parametrize(
    ("descriptor", "place"),
    [
        ([], "schéma"),
        ({}, "fields"),
        ({"fields": []}, "fields"),
        ({"fields": [{}] * 2001}, "fields"),
        ({"fields": ["a"]}, "fields[0]"),
        (with_field(name=" "), "fields[0]"),
        ({"fields": [{"name": "a", "type": "string"}] * 2}, "fields"),
        (with_field(type="strng"), "fields[0].type"),
        (with_field(type=["string"]), "fields[0].type"),
        (with_field(constraints=[]), "fields[0].constraints"),
        (with_field(trueValues="oui"), "fields[0].trueValues"),
        (with_constraint(pattern="(a"), "fields[0].constraints.pattern"),
        (with_constraint(pattern=3), "fields[0].constraints.pattern"),
        (with_constraint(required="true"), "fields[0].constraints.required"),
        (with_constraint(enum=[]), "fields[0].constraints.enum"),
        (with_constraint(maxLength=True), "fields[0].constraints.maxLength"),
        (with_constraint("integer", minimum=[1]), "fields[0].constraints.minimum"),
        (with_field() | {"missingValues": ""}, "missingValues"),
        (with_field() | {"primaryKey": "z"}, "primaryKey"),
        (with_field() | {"uniqueKeys": [["z"]]}, "uniqueKeys[0]"),
        (with_field() | {"foreignKeys": [{"fields": "a"}]}, "foreignKeys[0]"),
        (with_field() | {"custom_checks": {}}, "custom_checks"),
    ],
)
def test_what_makes_a_schema_useless_is_an_error_at_its_place(descriptor: Any, place: str):
    assert ("error", place) in found(descriptor)


@pytest.mark.parametrize(
    ("descriptor", "place", "said"),
    [
        (with_field(contraints={}), "fields[0].contraints", "« constraints »"),
        (with_constraint(patter="a"), "fields[0].constraints.patter", "« pattern »"),
        (with_constraint("date", pattern="a"), "fields[0].constraints.pattern", "« date »"),
        (with_field(required=True), "fields[0].required", "« constraints »"),
        (with_field(format="url"), "fields[0].format", "email"),
        (with_constraint(pattern=r"(a)\1"), "fields[0].constraints.pattern", "lentement"),
        (with_field() | {"customChecks": []}, "customChecks", "« custom_checks »"),
        (
            with_field() | {"custom_checks": [{"name": "french_siret_value"}]},
            "custom_checks[0]",
            "« french-siret-value »",
        ),
        (
            with_field() | {"custom_checks": [{"name": "one-of-required", "params": {}}]},
            "custom_checks[0].params",
            "« column1 »",
        ),
        (
            with_field()
            | {"custom_checks": [{"name": "french-siret-value", "params": {"column": "z"}}]},
            "custom_checks[0].params.column",
            "« z » n'existe pas",
        ),
    ],
)
def test_what_will_not_act_is_a_warning_that_says_what_to_write(
    descriptor: Any, place: str, said: str
):
    finding = check_descriptor(descriptor)[0]

    assert (finding.severity, finding.place) == ("warning", place)
    assert said in finding.reason


def test_the_built_in_schemas_have_no_error():
    register = SchemaRegister.open()
    for entry in register.list():
        for version in entry.versions if entry.kind == "tableschema" else ():
            descriptor = register.get(entry.name, version.version).descriptor
            assert all(place != "error" for place, _ in found(descriptor)), entry.name


def test_no_published_table_schema_of_the_national_register_would_be_refused():
    root = reference_dir("schemas")
    for entry in json.loads((root / "index.json").read_text("utf-8")):
        for version in entry["versions"]:
            if version["kind"] == "tableschema" and version["published_in_catalogue"]:
                file = next(name for name in version["files"] if name.endswith(".json"))
                load_descriptor((root / entry["slug"] / version["version"] / file).read_bytes())


DEEP = b'{"fields": [{"name": "a", "x": ' + b"[" * 30 + b"]" * 30 + b"}]}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * (MAX_BYTES + 1), "la limite est de 2048 Kio"),
        (b"<html>", "n'est pas un fichier JSON"),
        (b"\xff\xfe", "n'est pas un fichier JSON"),
        (b'{"fields": NaN}', "n'existe pas en JSON"),
        (b"[" * 100_000, "imbriqué trop profondément"),
        (DEEP, "20 niveaux"),
        (b'{"fields": [{"name": "\\u0000", "type": "string"}]}', "interdits"),
        (b'{"fields": [{"name": "\\ud800", "type": "string"}]}', "interdits"),
        (b'{"fields": [{"name": "a", "type": "nombre"}]}', "fields[0].type"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_with_a_sentence(content: bytes, said: str):
    with pytest.raises(InvalidSchemaError) as caught:
        load_descriptor(content)

    assert said in caught.value.message


def test_a_usable_file_comes_with_its_warnings():
    content = json.dumps(with_constraint(patter="a")).encode("utf-8-sig")
    descriptor, warnings = load_descriptor(content)

    assert descriptor["fields"][0]["name"] == "a"
    assert [warning.severity for warning in warnings] == ["warning"]


def test_remarks_are_limited():
    fields = [{"name": str(n), "type": "x"} for n in range(1000)]

    assert len(check_descriptor({"fields": fields})) == MAX_FINDINGS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)
KEYS = st.sampled_from(
    ["name", "type", "format", "constraints", "trueValues", "required", "contraints"]
)


@given(
    st.fixed_dictionaries(
        {"fields": st.lists(st.dictionaries(KEYS, JSON) | JSON, max_size=5)},
        optional=dict.fromkeys(("primaryKey", "uniqueKeys", "foreignKeys", "custom_checks"), JSON),
    )
)
def test_any_json_is_judged_without_a_crash(descriptor: Any):
    check_descriptor(descriptor)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"^[a-z\u00C0-\u00FF]+$", "été"), (r"^[a\–b]+$", "a–b"), (r"^\\u00C0$", "\\u00C0")],
)
def test_spellings_that_re2_does_not_know_are_respelt(pattern: str, text: str):
    compiled = linear_pattern(pattern)

    assert compiled is not None
    assert compiled.fullmatch(text)
