"""The author of a schema is told of what the engine mends, and not of what is right."""

from typing import Any

import pytest

from services.validator.engine.rules import ALIASES, RULES
from services.validator.schemas.authoring import CUSTOM_CHECKS, check_descriptor


def places(descriptor: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding.severity, finding.place) for finding in check_descriptor(descriptor)]


def field(**properties: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", "type": "string", **properties}]}


def test_the_checks_that_authors_may_name_are_those_of_the_engine() -> None:
    assert set(CUSTOM_CHECKS) == {rule.code for rule in RULES} | set(ALIASES)


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"contraints": {"required": True}}, "fields[0].contraints"),
        ({"constraints": {"patter": "^a$"}}, "fields[0].constraints.patter"),
        ({"constraints": {"format": "uri"}}, "fields[0].constraints.format"),
        ({"enum": ["a"]}, "fields[0].enum"),
        ({"customCheck": "sirett"}, "fields[0].customCheck"),
    ],
)
def test_what_is_mended_is_told(properties: dict[str, Any], place: str) -> None:
    assert places(field(**properties)) == [("warning", place)]


@pytest.mark.parametrize(
    "properties",
    [
        {"missingValues": [{"value": "NA", "label": "non applicable"}, ""]},
        {"categories": ["a", "b"], "categoriesOrdered": True},
        {"customCheck": "siret"},
        {"customCheck": {"name": "commune", "cog": "2024"}},
        {"type": "object", "constraints": {"jsonSchema": {"type": "object"}}},
        {"type": "duration", "constraints": {"minimum": "PT1H"}},
        {"type": "list", "itemType": "integer", "delimiter": ";"},
    ],
)
def test_version_2_is_no_oddity(properties: dict[str, Any]) -> None:
    assert places(field(**properties)) == []


def test_missing_values_of_the_schema_may_be_objects_and_columns_may_be_matched() -> None:
    descriptor = {**field(), "missingValues": [{"value": "-"}], "fieldsMatch": "equal"}

    assert places(descriptor) == []
    assert places({**field(), "missingValues": [1]}) == [("error", "missingValues")]
