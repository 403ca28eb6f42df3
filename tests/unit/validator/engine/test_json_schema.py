"""JSON documents against JSON Schemas: verdicts, places, words, and hostile schemas."""

import io
import json
from typing import Any

import pytest

from services.validator.engine.json_schema.compile import compile_json_schema
from services.validator.engine.json_schema.validation import validate_json
from services.validator.engine.rendering.report import render_report
from services.validator.engine.result import FileRef, Result, SchemaRef
from services.validator.engine.schema import SchemaInvalidError
from services.validator.engine.validation import Options, Target
from tests.support.reference import reference_dir
from tests.support.tables import field_errors

DECP = "139bercy__format-commande-publique"
CONTRACTS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "marches": {
            "type": "array",
            "items": {"anyOf": [{"$ref": "#/definitions/marche"}, {"$ref": "#/definitions/cc"}]},
            "uniqueItems": True,
        }
    },
    "definitions": {
        "marche": {
            "type": "object",
            "required": ["id", "acheteur"],
            "properties": {
                "id": {"type": "string", "maxLength": 16},
                "_type": {"enum": ["Marché"]},
                "montant": {"type": "number", "minimum": 0},
                "date": {"type": "string", "format": "date"},
                "acheteur": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string", "pattern": "^[0-9]{14}$"}},
                    "additionalProperties": False,
                },
            },
        },
        "cc": {
            "type": "object",
            "required": ["id", "autorite"],
            "properties": {"_type": {"enum": ["Contrat de concession"]}},
        },
    },
}
SOUND: dict[str, Any] = {"id": "A1", "_type": "Marché", "acheteur": {"id": "21940028000018"}}


def judged(document: Any, schema: dict[str, Any] = CONTRACTS, max_errors: int = 1000) -> Result:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    stream = io.BytesIO(content)
    target = Target(schema, SchemaRef("test/json", "1.0.0"))
    return validate_json(stream, "x.json", FileRef(), target, Options(max_errors))


def plain(text: str | None) -> str:
    return (text or "").replace("\u00a0", " ")


def test_a_sound_document_is_valid_and_its_objects_are_counted() -> None:
    result = judged({"marches": [SOUND, {**SOUND, "id": "A2"}]})

    assert (result.verdict, result.stats.rows, result.warnings) == ("valid", 2, ())
    assert plain(render_report(result, "fr", "x.json").summary) == (
        "Fichier valide : 2 objets vérifiés, aucune erreur."
    )


def test_an_error_names_its_object_and_its_place() -> None:
    wrong = {**SOUND, "id": "A2", "acheteur": {"id": "2194"}}
    result = judged({"marches": [SOUND, wrong]})

    [error] = render_report(result, "fr", "x.json").errors
    assert (error.row, error.field, error.cell) == (2, "acheteur.id", "2194")
    assert plain(error.message) == (
        "Dans l'objet n° 2 de marches (A2), acheteur.id vaut « 2194 »,"
        " qui n'a pas la forme attendue : 14 chiffres."
    )
    assert result.errors[0].params["pointer"] == "/marches/1/acheteur/id"
    assert (result.stats.errors, result.stats.rows_with_errors) == (1, 1)


@pytest.mark.parametrize(
    ("change", "code", "reason", "field"),
    [
        ({"acheteur": {}}, "json-required", "inside", "acheteur"),
        ({"id": 12}, "json-type", "", "id"),
        ({"id": "x" * 17}, "json-length", "maxLength", "id"),
        ({"montant": -1}, "json-bounds", "minimum", "montant"),
        ({"date": "2024-13-45"}, "json-format", "", "date"),
        ({"acheteur": {"id": "21940028000018", "iid": 1}}, "json-extra", "", "acheteur.iid"),
    ],
)
def test_each_kind_of_error_has_its_code_and_words(
    change: dict[str, Any], code: str, reason: str, field: str
) -> None:
    result = judged({"marches": [{**SOUND, **change}]})

    [finding] = result.errors
    assert (finding.code, finding.reason, finding.field) == (code, reason, field)
    french, english = (render_report(result, lang, "x").errors[0] for lang in ("fr", "en"))
    assert french.message != english.message
    assert french.hint
    assert english.hint
    assert "{" not in french.message + french.hint + english.message + english.hint


def test_the_branch_that_was_meant_is_the_one_that_speaks() -> None:
    """`_type` says that it is a contract of concession, although it looks like the other."""
    result = judged({"marches": [{**SOUND, "_type": "Contrat de concession"}]})

    assert [(e.code, e.params["name"]) for e in result.errors] == [("json-required", "autorite")]


def test_a_value_of_none_of_the_kinds_is_told_all_that_would_do() -> None:
    schema = {"properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}
    [error] = render_report(judged({"a": 3}, schema), "fr", "x").errors

    assert plain(error.hint) == "Écrivez un texte entre guillemets ou null."


def test_doubles_are_found_without_comparing_each_with_each() -> None:
    result = judged({"marches": [SOUND] * 3_000}, max_errors=5)

    assert result.errors_by_code == {"json-items": 2_999}
    assert result.truncated
    assert len(result.errors) == 5


def test_one_and_one_point_zero_are_the_same_number_and_true_is_none() -> None:
    schema = {"type": "array", "uniqueItems": True}

    assert judged([1, True, "1"], schema).verdict == "valid"
    assert judged([1, 1.0], schema).verdict == "invalid"


def test_a_document_of_another_kind_is_not_silently_valid() -> None:
    result = judged({"autre": 1})

    assert [warning.code for warning in result.warnings] == ["json-unmatched"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"a": 1', "json-invalid"),
        (b'{"a": NaN}', "json-too-deep"),
        (b'{"a": "\xe9"}', "json-invalid"),
        (b"[" * 200 + b"]" * 200, "json-too-deep"),
        (b"[" * 200_000, "json-too-deep"),
    ],
)
def test_what_is_no_document_is_unreadable(content: bytes, reason: str) -> None:
    result = judged(content)

    assert result.verdict == "unreadable"
    assert result.cause is not None
    assert result.cause.reason == reason


def test_a_byte_order_mark_is_forgiven() -> None:
    assert judged(b"\xef\xbb\xbf" + json.dumps({"marches": [SOUND]}).encode()).verdict == "valid"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "strin"},
        {"properties": {"a": {"$ref": "https://example.org/other.json"}}},
        {"properties": {"a": {"$ref": "#/definitions/absent"}}},
        {"properties": {"a": {"pattern": "("}}},
        {"patternProperties": {"(": {}}},
        {"required": "a"},
    ],
)
def test_a_schema_that_is_wrong_is_refused_and_nothing_is_fetched(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaInvalidError):
        compile_json_schema(schema)


def test_a_schema_of_great_depth_or_size_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(80):
        deep = {"not": deep}

    with pytest.raises(SchemaInvalidError, match="levels"):
        compile_json_schema(deep)
    with pytest.raises(SchemaInvalidError, match="parts"):
        compile_json_schema({"enum": list(range(100_001))})


def test_a_schema_that_refers_to_itself_without_end_is_the_authors_error() -> None:
    result = judged({"a": 1}, {"$ref": "#"})

    assert result.verdict == "failed"
    assert result.cause is not None
    assert result.cause.code == "schema-error"


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"a": value}
    return value


TREE: dict[str, Any] = {
    "anyOf": [{"$ref": "#/definitions/node"}],
    "definitions": {
        "node": {"allOf": [{"type": "object", "properties": {"a": {"anyOf": [{"$ref": "#"}]}}}]}
    },
}


def test_documents_as_deep_as_allowed_are_judged_by_schemas_that_recurse() -> None:
    assert judged(nested(38), TREE).verdict == "valid"
    assert judged(nested(45), TREE).verdict == "unreadable"


def test_a_cell_that_is_too_deep_is_refused_and_not_the_schemas_fault() -> None:
    field = {"type": "object", "constraints": {"jsonSchema": TREE}}

    [finding] = field_errors(field, json.dumps(nested(300)))

    assert (finding.code, finding.reason) == ("constraint-error", "jsonSchema")


def test_a_pattern_that_would_take_hours_takes_no_time() -> None:
    schema = {"properties": {"a": {"pattern": "^(a+)+$"}}}

    assert judged({"a": "a" * 40 + "!"}, schema).verdict == "invalid"


def test_patterns_search_anywhere_in_the_text() -> None:
    schema = {"properties": {"a": {"pattern": "[0-9]{4}"}}}

    assert judged({"a": "le 2024,\nenfin"}, schema).verdict == "valid"


def test_schemas_of_geojson_are_built_in() -> None:
    schema = {"$ref": "https://geojson.org/schema/FeatureCollection.json"}
    point = {"type": "Point", "coordinates": [2.45, 48.79]}
    sound = {"type": "Feature", "properties": {"id": "Z1"}, "geometry": point}
    wrong = {**sound, "geometry": {**point, "coordinates": ["2.45", 48.79]}}

    collection = {"type": "FeatureCollection", "features": [sound, wrong]}
    result = judged(collection, schema)

    assert {(e.row, e.params["pointer"]) for e in result.errors} == {
        (2, "/features/1/geometry/coordinates/0")
    }


def test_a_result_survives_its_storage() -> None:
    result = judged({"marches": [{}]})

    assert Result.from_json(json.loads(json.dumps(result.to_json()))) == result


def _decp() -> list[tuple[str, str]]:
    return [
        *((f"v1.5.0_{name}.json", "1.5.0/marches.json") for name in (
            "paquet", "paquet-avec-uid", "paquet-result", "mar-basique", "mar-avec-modifications",
            "mar-basique-avec-uid", "cc-basique", "cc-avec-modifications", "cc-basique-avec-uid",
        )),
        *((f"v2_{name}.json", "2.0.2/schema_decp_v2.0.2.json") for name in (
            "concessions", "concessions_avec_modifications", "marches_avec_modifications",
            "marches_concessions",
        )),
    ]  # fmt: skip


@pytest.mark.parametrize(("example", "schema"), _decp())
def test_official_examples_of_contracts_are_valid(example: str, schema: str) -> None:
    base = reference_dir("schemas", DECP)
    descriptor = json.loads((base / schema).read_bytes())

    result = judged((base / "exemples" / example).read_bytes(), descriptor)

    assert (result.verdict, result.errors) == ("valid", ())


@pytest.mark.parametrize("example", ["exemple-valide-zone", "exemple-valide-voie-speciale"])
def test_official_examples_of_low_emission_zones(example: str) -> None:
    base = reference_dir("schemas", "etalab__schema-zfe")
    descriptor = json.loads((base / "0.8.2" / "schema.json").read_bytes())

    result = judged((base / "exemples" / f"{example}.geojson").read_bytes(), descriptor)

    assert [(e.code, e.params["pointer"]) for e in result.errors] == []
