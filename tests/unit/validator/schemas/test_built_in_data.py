"""What ships with the validator: complete, of one form, and valid by its own rules."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from frictionless import Resource
from frictionless import Schema as TableSchema
from stdnum.fr import siren, siret

from services.validator.engine.json_schema.compile import compile_json_schema
from services.validator.engine.packages.package import compile_package
from services.validator.schemas.column_sets import FILE, column_sets, read_column_sets
from services.validator.schemas.layers import DATA
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.template import blank_csv, example_csv, file_name

SOCLE = {
    "scdl/deliberations",
    "scdl/subventions",
    "scdl/equipements",
    "scdl/prenoms",
    "scdl/budget",
    "scdl/catalogue",
    "scdl/menus-collectifs",
    "scdl/plats-menus-collectifs",
    "scdl/adresses",
    "etalab/schema-bal",
    "etalab/schema-irve-statique",
    "etalab/schema-irve-dynamique",
    "etalab/schema-stationnement",
    "etalab/schema-lieux-covoiturage",
    "etalab/schema-irve",
    "etalab/schema-amenagements-cyclables",
    "139bercy/format-commande-publique",
    "atlasante/schema-dae",
}

FIELD_PROSE = {"title", "description", "example", "examples"}


def every_version() -> Iterator[Schema]:
    register = SchemaRegister.open()
    for entry in register.list():
        for version in entry.versions:
            yield register.get(entry.name, version.version)


EVERY = list(every_version())
ALL = [schema for schema in EVERY if schema.kind == "tableschema"]
IDS = [f"{schema.name}@{schema.version}" for schema in ALL]


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_socle_commun_is_there():
    assert {entry.name for entry in SchemaRegister.open().list()} == SOCLE


def test_every_facts_file_is_in_the_index_and_the_other_way_round():
    index = json.loads((DATA / "index.json").read_text("utf-8"))
    listed = {
        (schema["name"].replace("/", "__"), version["version"])
        for schema in index["schemas"]
        for version in schema["versions"]
    }
    stored = {(path.parts[-3], path.stem) for path in DATA.glob("*/facts/*.json")}

    assert stored == listed


TABLES = {schema.name.replace("/", "__") for schema in ALL}


@pytest.mark.parametrize("folder", sorted(TABLES))
def test_words_cover_every_field_of_every_version_and_no_other(folder: str):
    path = DATA / folder / "words.json"
    words = json.loads(path.read_text("utf-8"))
    fields = {
        field["name"]
        for facts in (path.parent / "facts").glob("*.json")
        for field in json.loads(facts.read_text("utf-8"))["fields"]
    }

    assert set(words["fields"]) == fields
    for text in words["fields"].values():
        assert text["title"]
        assert text["description"].endswith((".", "…"))
        assert text["example"]
        assert len(text["title"]) <= 60
        assert len(text["description"]) <= 160


def prose_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return (set(value) & FIELD_PROSE).union(*map(prose_in, value.values()), set())
    if isinstance(value, list):
        return set().union(*map(prose_in, value), set())
    return set()


def test_the_compact_file_of_columns_says_what_the_facts_say() -> None:
    told = read_column_sets(DATA / FILE)

    assert told == {
        f"{schema.name}@{schema.version}": column_sets(schema.descriptor) for schema in EVERY
    }


def test_documents_and_packages_are_ready_to_check_with():
    for schema in EVERY:
        if schema.kind == "jsonschema":
            compile_json_schema(schema.descriptor)
        if schema.kind == "datapackage":
            assert len(compile_package(schema.descriptor, {}).resources) == 2


def test_facts_hold_no_prose():
    for path in (DATA / folder / "facts" for folder in TABLES):
        assert prose_in([json.loads(each.read_text("utf-8")) for each in path.glob("*.json")]) == (
            set()
        )


def test_documents_are_described_by_no_sentence_of_others():
    """Beside addresses and patterns, nothing in a JSON Schema's facts is a sentence."""
    for schema in EVERY:
        if schema.kind == "jsonschema":
            path = DATA / schema.name.replace("/", "__") / "facts" / f"{schema.version}.json"
            assert [
                text for text in texts_in(json.loads(path.read_bytes())) if len(text) > 160
            ] == []


def texts_in(value: Any) -> Iterator[str]:
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            yield from texts_in(child)
        elif isinstance(child, str):
            yield child


def errors_of(schema: Schema, rows: list[list[str]]) -> list[list[Any]]:
    resource = Resource(data=rows, schema=TableSchema.from_descriptor(schema.descriptor))
    return resource.validate().flatten(["type", "fieldName", "cell", "note"])


@pytest.mark.parametrize("schema", ALL, ids=IDS)
def test_the_example_line_is_valid_by_the_schema(schema: Schema):
    header, example = rows_of(example_csv(schema))

    assert header == list(schema.field_names)
    assert errors_of(schema, [header, example]) == []


def test_an_example_that_breaks_a_pattern_would_be_seen():
    schema = SchemaRegister.open().get("scdl/deliberations")
    header, example = rows_of(example_csv(schema))
    example[header.index("COLL_SIRET")] = "219 400 280 00018"

    assert [error[:2] for error in errors_of(schema, [header, example])] == [
        ["constraint-error", "COLL_SIRET"]
    ]


NUMBERS = {"french-siret-value": siret, "french-siren-value": siren}


@pytest.mark.parametrize("schema", ALL, ids=IDS)
def test_examples_hold_for_the_numbers_and_comparisons_that_the_schema_checks(schema: Schema):
    header, example = rows_of(example_csv(schema))
    cells = dict(zip(header, example, strict=True))
    for check in schema.descriptor.get("custom_checks", []):
        params = check["params"]
        if check["name"] in NUMBERS and params["column"] in cells:
            assert NUMBERS[check["name"]].is_valid(cells[params["column"]])
        if check["name"] == "sum-columns-value":
            total = sum(int(cells[name]) for name in params["columns"])
            assert int(cells[params["column"]]) == total
        if check["name"] == "compare-columns-value":
            left, right = cells[params["column"]], cells[params["column2"]]
            numeric = left.isdigit() and right.isdigit()
            assert (int(left) >= int(right)) if numeric else left >= right


def test_every_custom_check_of_the_facts_names_columns_of_its_schema():
    for schema in ALL:
        for check in schema.descriptor.get("custom_checks", []):
            for key, value in check["params"].items():
                if "column" in key:
                    named = value if isinstance(value, list) else [value]
                    assert set(named) <= set(schema.field_names), (schema.name, check)


def test_templates_start_with_a_byte_order_mark_and_end_lines_with_crlf():
    schema = SchemaRegister.open().get("scdl/prenoms", "1.1.6")

    assert blank_csv(schema, delimiter=";") == (
        "\ufeffCOMMUNE_NOM;COLL_INSEE;ENFANT_SEXE;ENFANT_PRENOM;NOMBRE_OCCURRENCES;ANNEE\r\n"
    )
    assert example_csv(schema).splitlines()[1] == "Créteil,94028,F,Zoé,7,2025"
    assert file_name(schema) == "prenoms-1.1.6.csv"
