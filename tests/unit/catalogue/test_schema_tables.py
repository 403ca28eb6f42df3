"""What a schema asks for, as the page of the schema shows it: the bundled ones, and odd ones."""

import pytest

from services.catalogue.portal.json_properties import MOST, properties_of
from services.catalogue.portal.language import language
from services.catalogue.portal.schema_tables import Column, Reader, SchemaTable, schema_tables
from services.validator.schemas.model import SchemaEntry
from services.validator.schemas.register import SchemaRegister

FRENCH = Reader(language("fr"))
BUNDLED = SchemaRegister.open()


def tables(name: str) -> list[SchemaTable]:
    schema = BUNDLED.get(name)
    return schema_tables(schema.kind, schema.descriptor, FRENCH)


def columns(name: str) -> dict[str, Column]:
    [table] = tables(name)
    return {column.name: column for column in table.columns}


@pytest.mark.parametrize("entry", BUNDLED.list(), ids=lambda entry: entry.name)
def test_each_version_of_a_bundled_schema_has_something_to_show(entry: SchemaEntry) -> None:
    for version in entry.versions:
        schema = BUNDLED.get(entry.name, version.version)
        for code in ("fr", "en"):
            for table in schema_tables(schema.kind, schema.descriptor, Reader(language(code))):
                assert table.columns
                assert not table.cut
                assert all(column.name and column.kind for column in table.columns)


def test_public_contracts_are_told_property_by_property() -> None:
    found = columns("139bercy/format-commande-publique")

    assert found["marches.marche"].kind == "liste (objet)"
    assert found["marches.marche[].acheteur.id"].required
    assert found["marches.marche[].montant"].kind == "nombre"
    assert found["marches.marche[].techniques.technique"].kind == "liste (texte)"
    assert "Accord-cadre" in found["marches.marche[].techniques.technique"].choices
    assert not found["marches.marche[].idAccordCadre"].required
    assert found["marches.marche[].idAccordCadre"].limits == (
        "1 caractère au moins",
        "16 caractères au plus",
    )
    assert "marches.contrat-concession[].id" in found


def test_a_pattern_is_told_in_words_where_there_are_some() -> None:
    schema = {"fields": [{"name": "siret", "constraints": {"pattern": r"^\d{14}$"}}]}
    reader = Reader(language("fr"), {r"^\d{14}$": "14 chiffres"})

    [plain] = schema_tables("tableschema", schema, FRENCH)
    [told] = schema_tables("tableschema", schema, reader)

    assert plain.columns[0].limits == ("Forme attendue\u00a0: ^\\d{14}$",)
    assert told.columns[0].limits == ("Forme attendue\u00a0: 14 chiffres",)


def test_what_a_schema_refers_to_elsewhere_is_told() -> None:
    [table] = tables("etalab/schema-amenagements-cyclables")

    assert table.elsewhere == ("https://geojson.org/schema/FeatureCollection.json",)
    found = {column.name: column for column in table.columns}
    assert found["features[].properties.id_local"].required
    assert found["features[].properties.date_maj"].kind == "date"


def test_each_table_of_a_package_has_its_columns() -> None:
    static, dynamic = tables("etalab/schema-irve")

    assert (static.name, dynamic.name) == ("irve-statique", "irve-dynamique")
    assert static.columns == tables("etalab/schema-irve-statique")[0].columns
    assert dynamic.columns == tables("etalab/schema-irve-dynamique")[0].columns
    assert static.columns[0].example == "Ville de Créteil"


def test_a_resource_whose_schema_is_not_at_hand_has_no_columns() -> None:
    descriptor = {"resources": [{"name": "a"}, {"schema": {"fields": [{"name": "x"}]}}]}

    one, two = schema_tables("datapackage", descriptor, FRENCH)

    assert (one.name, one.columns) == ("a", ())
    assert (two.name, [column.name for column in two.columns]) == ("2", ["x"])


def test_alternatives_are_all_told_and_none_is_required() -> None:
    schema = {
        "required": ["who"],
        "properties": {
            "who": {
                "oneOf": [
                    {"required": ["siret"], "properties": {"siret": {"type": "string"}}},
                    {"properties": {"rna": {"const": "W"}, "siret": {"type": "integer"}}},
                ]
            },
            "amount": {"type": ["number", "null"], "examples": [12]},
            "day": {"anyOf": [{"type": "string", "format": "date"}, {"type": "integer"}]},
        },
        "additionalProperties": {"type": "boolean"},
    }
    found = {one.path: one for one in properties_of(schema).listed}

    assert list(found) == ["who", "who.siret", "who.rna", "amount", "day", "*"]
    assert [one.path for one in found.values() if one.required] == ["who"]
    assert found["who.rna"].words["enum"] == ["W"]
    assert found["amount"].types == ("number",)
    assert found["day"].types == ("date", "integer")


def test_all_of_and_references_are_taken_together() -> None:
    schema = {
        "$ref": "#/$defs/base",
        "required": ["b"],
        "allOf": [{"properties": {"c": {}}, "required": ["c"]}, True],
        "properties": {"b": {"$ref": "#/$defs/a~1b"}},
        "$defs": {
            "base": {"properties": {"a": {"type": "string"}}, "required": ["a"]},
            "a/b": {"type": "integer"},
        },
    }
    found = properties_of(schema)

    assert {one.path: one.required for one in found.listed} == {"c": True, "a": True, "b": True}
    assert {one.path: one.types for one in found.listed}["b"] == ("integer",)


def test_a_schema_that_holds_itself_ends() -> None:
    tree = {"properties": {"name": {}, "below": {"type": "array", "items": {"$ref": "#"}}}}

    found = properties_of(tree)

    assert not found.cut
    assert [one.path for one in found.listed] == [
        "name", "below", "below[].name", "below[].below",
    ]  # fmt: skip


def test_a_schema_that_doubles_with_each_reference_is_cut() -> None:
    def level(number: int) -> dict[str, object]:
        next_one = {"$ref": f"#/definitions/d{number + 1}"}
        return {"properties": {"a": next_one, "b": next_one}, "allOf": [next_one, next_one]}

    bomb = {"$ref": "#/definitions/d0", "definitions": {f"d{n}": level(n) for n in range(60)}}
    wide = {"properties": {f"p{n}": {"type": "string"} for n in range(MOST + 1)}}

    assert properties_of(bomb).cut
    assert properties_of(wide).cut
    assert len(properties_of(wide).listed) == MOST


@pytest.mark.parametrize(
    "odd", [{}, {"properties": []}, {"properties": {"a": 1}}, {"items": [{}]}, {"$ref": 3}]
)
def test_what_is_malformed_is_passed_over(odd: dict[str, object]) -> None:
    assert len(properties_of(odd).listed) <= 1
