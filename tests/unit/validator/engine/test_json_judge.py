"""The compiled judge of JSON Schemas against the library that it is measured by."""

import json
import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import validators

from services.validator.engine.json_schema.compile import compile_json_schema
from services.validator.engine.json_schema.fault import Fault
from services.validator.engine.json_schema.judge import is_native
from services.validator.engine.json_schema.keywords import KEYWORDS, canonical, format_checker
from services.validator.engine.json_schema.reference_judge import library_judge
from services.validator.schemas.register import SchemaRegister
from tests.support.reference import reference_dir

DRAFTS = (
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2020-12/schema",
)


def told(faults: Any) -> list[Any]:
    """Where, which rule, by which branches; the order of rules in one object is left free."""
    return sorted(map(_told, faults), key=repr)


def _told(fault: Fault) -> tuple[Any, ...]:
    branches = [told(branch) for branch in fault.branches]
    return tuple(map(str, fault.path)), fault.keyword, json.dumps(fault.value), branches


def by_library(descriptor: dict[str, Any], document: Any) -> list[Any]:
    cls = validators.validator_for(descriptor)
    extended = validators.extend(cls, KEYWORDS)  # type: ignore[no-untyped-call]
    return told(library_judge(extended(descriptor, format_checker=format_checker()))(document))


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 5) | st.sampled_from([0.5, 1.0, 2.5])
    | st.sampled_from(["", "a", "ab", "2024-01-31", "b1", "é"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["a", "b", "c", "id"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
kinds = st.sampled_from(["string", "number", "integer", "boolean", "array", "object", "null"])
few = st.integers(0, 3)
assertions = st.fixed_dictionaries(
    {},
    optional={
        "type": kinds | st.lists(kinds, min_size=1, max_size=2, unique=True),
        "enum": st.lists(values, min_size=1, max_size=3, unique_by=canonical),
        "required": st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True),
        "minimum": st.integers(-2, 3), "maximum": st.integers(-2, 3),
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "minLength": few, "maxLength": few, "pattern": st.sampled_from(["^a", "[0-9]$", "é|b"]),
        "format": st.sampled_from(["date", "email", "inconnu"]),
        "minItems": few, "maxItems": few, "uniqueItems": st.booleans(),
        "minProperties": few, "maxProperties": few,
    },
)  # fmt: skip


def _applied(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(st.sampled_from(["a", "b", "id"]), inner, max_size=3)
    several = st.lists(inner, min_size=1, max_size=3)
    outer = st.fixed_dictionaries(
        {},
        optional={
            "properties": named, "patternProperties": st.dictionaries(st.just("^[ab]"), inner),
            "additionalProperties": inner | st.just(False),
            "items": inner, "not": inner, "allOf": several, "anyOf": several, "oneOf": several,
        },
    )  # fmt: skip
    return st.builds(lambda one, two: {**one, **two}, assertions, outer)


schemas = st.recursive(assertions, _applied, max_leaves=6)


@settings(max_examples=400, deadline=None)
@example({"type": "integer"}, 1.0, "http://json-schema.org/draft-04/schema#")
@example({"type": ["null", "integer"]}, 1.0, "http://json-schema.org/draft-07/schema#")
@given(schemas, values, st.sampled_from(DRAFTS))
def test_any_schema_finds_the_same_faults(
    schema: dict[str, Any], document: Any, draft: str
) -> None:
    descriptor = {"$schema": draft, **schema}

    assert is_native(descriptor)
    assert told(compile_json_schema(descriptor).faults(document)) == by_library(
        descriptor, document
    )


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ({"items": [{"type": "string"}], "additionalItems": {"type": "null"}}, ["a", None, 2]),
        ({"items": [{}], "additionalItems": False}, [1, 2]),
        ({"contains": {"const": 1}}, [2, 3]),
        ({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}, {"a": 1, "c": 2}),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}),
        ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 3}}, "a"),
        ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 3}}, 1),
        ({"const": {"a": 1.0}}, {"a": 1}),
        ({"const": True}, 1),
        ({"properties": {"a": {"$ref": "#/definitions/x~1y", "type": "null"}},
          "definitions": {"x/y": {"type": "string"}}}, {"a": 1}),
    ],
)  # fmt: skip
def test_keywords_that_are_rarer(schema: dict[str, Any], document: Any) -> None:
    descriptor = {"$schema": DRAFTS[1], **schema}

    assert told(compile_json_schema(descriptor).faults(document)) == by_library(
        descriptor, document
    )


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, [1, "a", 2]),
        ({"contains": {"type": "string"}, "minContains": 2, "maxContains": 2}, ["a"]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}),
        ({"$ref": "#/$defs/a", "maxLength": 1, "$defs": {"a": {"minLength": 3}}}, "ab"),
        ({"unevaluatedProperties": False, "properties": {"a": {}}}, {"a": 1, "b": 2}),
    ],
)
def test_keywords_of_the_newest_draft(schema: dict[str, Any], document: Any) -> None:
    descriptor = {"$schema": DRAFTS[2], **schema}

    assert told(compile_json_schema(descriptor).faults(document)) == by_library(
        descriptor, document
    )


def test_a_property_that_must_not_be_is_named_by_its_place() -> None:
    """The library gives the place of the object around."""
    [fault] = compile_json_schema({"properties": {"a": False}}).faults({"a": 1})

    assert (fault.path, fault.keyword) == (("a",), "false")


def _damaged(value: Any, chance: random.Random) -> Any:
    """The document with values of another kind, lost and stray properties here and there."""
    if isinstance(value, dict):
        kept = {k: _damaged(v, chance) for k, v in value.items() if chance.random() > 0.03}
        return kept | ({"intrus": 1} if chance.random() < 0.03 else {})
    if isinstance(value, list):
        return [_damaged(item, chance) for item in value]
    return chance.choice([None, 3, "", "x" * 300, -1.5, []]) if chance.random() < 0.05 else value


@pytest.mark.parametrize("version", ["1.5.0", "2.0.2"])
def test_damaged_contracts_have_the_same_faults(version: str) -> None:
    base = reference_dir("schemas", "139bercy__format-commande-publique", "exemples")
    descriptor = SchemaRegister.open().get("139bercy/format-commande-publique", version).descriptor
    schema = compile_json_schema(descriptor)
    compared = 0
    for path in sorted(base.glob(f"v{version[0]}*.json")):
        document = json.loads(path.read_bytes())
        for seed in range(8):
            damaged = _damaged(document, random.Random(seed))
            found = told(schema.faults(damaged))
            assert found == by_library(descriptor, damaged), (path.name, seed)
            compared += len(found)

    assert is_native(descriptor)
    assert compared > 100
