"""Every feature that published Table Schemas use is judged, or left aside for a stated reason."""

import collections
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.validator.engine.cells import compile_cell
from services.validator.engine.json_schema.compile import compile_json_schema
from services.validator.engine.rules import ALIASES, RULES
from services.validator.engine.schema import (
    CONSTRAINTS,
    MISSPELT,
    TYPES,
    SchemaInvalidError,
    compile_schema,
)
from tests.support.reference import reference_dir

COUNTS = ("all_table_schema_versions", "catalogue_latest_table_schemas")
PROSE = "describes the schema to people; nothing to judge"

JUDGED_AT_THE_ROOT = frozenset({
    "fields", "primaryKey", "missingValues", "custom_checks", "foreignKeys", "uniqueKeys",
    "fieldsMatch",
})  # fmt: skip
IGNORED_AT_THE_ROOT = {
    **dict.fromkeys(
        [
            *("title", "description", "version", "created", "homepage", "$schema", "contributors"),
            *("countryCode", "lastModified", "name", "path", "licenses", "sources", "keywords"),
            *("image", "author", "contact", "uri", "updated", "example", "contributor"),
            *("status", "statut", "statuts", "Status", "previous", "countrycode", "licences"),
        ],
        PROSE,
    ),
    "resources": "examples of files",
    "ressources": "examples of files, misspelt",
    "references": "addresses of lists that values come from, none of them a constraint",
    "constraints": "a sentence for people, not the constraints of a field",
    "input rules": "a sentence for people",
    "règle de saisie": "a sentence for people",
}
JUDGED_IN_A_FIELD = frozenset({
    "name", "type", "format", "constraints", "contraints", "enum", "pattern", "required",
    "trueValues", "falseValues", "missingValues", "arrayItem", "items", "decimalChar",
})  # fmt: skip
IGNORED_IN_A_FIELD = {
    **dict.fromkeys(["title", "description", "example", "examples", "exemple", "comment"], PROSE),
    "profiles": "who fills the column in",
    "importance": "how useful the column is",
    "floatNumber": "said of fields whose type is number already",
    "nullable": "true of every optional field",
    "minProperties": "the multiplicity of a data model: 1 where required is true, 0 elsewhere",
    "maxProperties": "the multiplicity of a data model: a cell holds one value",
    "maxItems": "the multiplicity of a data model, on a text",
}
JUDGED_FORMATS = frozenset({"<absent>", "default", "uri", "email", "uuid", "array"})

INVALID = {
    "CEREMA__schema-arrete-circulation-marchandises/0.3.0": "fields[20].constraints.pattern",
    "CEREMA__schema-arrete-circulation-marchandises/0.3.1": "primaryKey",
    "CEREMA__schema-arrete-circulation-marchandises/0.3.2": "primaryKey",
    "CEREMA__schema-arrete-circulation-marchandises/0.3.3": "primaryKey",
    "scdl__budget/0.2.0": "fields[7].constraints.pattern",
    "scdl__budget/0.2.1": "fields[7].constraints.pattern",
    "scdl__budget/0.3.0": "fields[7].constraints.pattern",
    "scdl__budget/0.4.0": "fields[7].constraints.pattern",
    "scdl__budget/0.5.0": "fields[3].constraints.pattern",
}
"""Versions whose author's mistake leaves nothing to apply: a key to a column that does not
exist, a pattern that is none."""


def used(kind: str) -> set[str]:
    features = json.loads((reference_dir("schemas") / "features.json").read_bytes())
    return {entry["value"] for part in COUNTS for entry in features[part].get(kind, ())}


def table_schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    base = reference_dir("schemas")
    for path in sorted(base.glob("*/*/*.json")):
        try:
            content = json.loads(path.read_bytes())
        except ValueError:
            continue
        if isinstance(content, dict) and "fields" in content and path.parent.name != "exemples":
            yield path.relative_to(base).parent.as_posix(), content


def test_each_property_of_a_schema_is_judged_or_has_its_reason() -> None:
    assert used("top") == (JUDGED_AT_THE_ROOT | set(IGNORED_AT_THE_ROOT)) & used("top")


def test_each_property_of_a_field_is_judged_or_has_its_reason() -> None:
    assert used("fieldprop") - JUDGED_IN_A_FIELD - set(IGNORED_IN_A_FIELD) == set()


def test_each_type_and_format_is_judged() -> None:
    assert used("type") <= TYPES
    formats = {value.partition("/")[2] for value in used("type/format")}
    assert {form for form in formats if "%" not in form} <= JUDGED_FORMATS


def test_each_constraint_is_judged_under_its_right_name() -> None:
    assert {MISSPELT.get(name, name) for name in used("constraint")} <= {*CONSTRAINTS, "format"}


def test_each_custom_check_has_its_rule() -> None:
    known = {rule.code for rule in RULES}
    names = {name.replace("_", "-") for name in used("custom_checks")}
    assert {ALIASES.get(name, name) for name in names} <= known


def test_each_pattern_is_one_or_its_schema_is_among_those_refused() -> None:
    wrong = {pattern for pattern in used("pattern") if not _compiles({"pattern": pattern})}

    for version, descriptor in table_schemas():
        if wrong & set(_patterns(descriptor)):
            assert version in INVALID


def _patterns(descriptor: dict[str, Any]) -> Iterator[str]:
    for field in descriptor["fields"]:
        yield from (block["pattern"] for block in _blocks(field) if "pattern" in block)


def _blocks(field: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield field
    yield from (field[name] for name in ("constraints", "contraints") if field.get(name))


def _compiles(constraints: dict[str, Any]) -> bool:
    try:
        spec = compile_schema({"fields": [{"name": "a", "constraints": constraints}]}).fields[0]
        compile_cell(spec, "fields[0]")
    except SchemaInvalidError:
        return False
    return True


def test_every_published_version_compiles_save_those_that_are_wrong() -> None:
    compiled: collections.Counter[str] = collections.Counter()
    refused: dict[str, str] = {}
    notes: collections.Counter[str] = collections.Counter()
    for version, descriptor in table_schemas():
        try:
            schema = compile_schema(descriptor)
            for index, spec in enumerate(schema.fields):
                compile_cell(spec, f"fields[{index}]")
        except SchemaInvalidError as error:
            refused[version] = error.place
            continue
        compiled["versions"] += 1
        compiled["fields"] += len(schema.fields)
        notes.update(f"{note.reason} {note.params['value']}" for note in schema.notes)
    print(f"{dict(compiled)}, refused {len(refused)}, remarks {dict(notes)}")  # noqa: T201

    assert refused == INVALID
    assert compiled["versions"] == 258 - len(INVALID)
    for remark in ("misspelt contraints", "misspelt patter", "misplaced enum", "misspelt items"):
        assert notes[remark], remark


def test_a_missing_key_column_is_the_only_fault_of_those_refused_for_their_key() -> None:
    for version, descriptor in table_schemas():
        if INVALID.get(version) == "primaryKey":
            compile_schema({**descriptor, "primaryKey": []})


INVALID_JSON = {
    "0.2.0/contrats-concessions.json": "definitions/Modification/properties/required",
    "0.2.0/marchés.json": "definitions/Modification/properties/objetModification/maxLength",
    "0.2.1/contrats-concessions.json": "definitions/Modification/properties/required",
    "0.2.1/marchés.json": "definitions/Modification/properties/objetModification/maxLength",
    "0.3.0/contrats-concessions.json": "properties/required",
}
"""JSON Schemas of public contracts that are none; the others of those versions are."""

CONTRACTS_ADDRESS = (
    "https://raw.githubusercontent.com/etalab/format-commande-publique/master/sch%C3%A9mas/json/"
)


def beside(path: Path) -> dict[str, dict[str, Any]]:
    """The schemas of the same version, by the address under which they refer to each other."""
    found = {}
    for sibling in path.parent.glob("*.json"):
        try:
            found[CONTRACTS_ADDRESS + quote(sibling.name)] = json.loads(sibling.read_bytes())
        except ValueError:
            continue
    return found


def test_every_published_json_schema_compiles_save_those_that_are_wrong() -> None:
    compiled = 0
    refused: dict[str, str] = {}
    unknown: set[str] = set()
    for path in sorted(reference_dir("schemas").glob("*/*/*.json")):
        try:
            descriptor = json.loads(path.read_bytes())
        except ValueError:
            continue
        if not isinstance(descriptor, dict) or {"fields", "resources"} & set(descriptor):
            continue
        if path.parent.name == "exemples":
            continue
        try:
            compile_json_schema(descriptor, documents=beside(path))
            compiled += 1
        except SchemaInvalidError as error:
            if "unknown reference" in error.problem:
                unknown.add(path.name)
            else:
                refused[f"{path.parent.name}/{path.name}"] = error.place
    print(f"{compiled} compiled, {len(refused)} refused, {unknown} refer elsewhere")  # noqa: T201

    assert refused == INVALID_JSON
    assert compiled >= 100
    assert unknown <= {"paquet.json"}
