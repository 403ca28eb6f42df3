"""Data packages: which file is which resource, and the keys from one file to another."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from services.validator.engine.packages.check import PackageFile, PackageResult, check_package
from services.validator.engine.packages.choose import choose_resource
from services.validator.engine.packages.package import Package, compile_package, schema_paths
from services.validator.engine.rendering.report import render_report
from services.validator.engine.schema import SchemaInvalidError
from services.validator.engine.validation import Options
from tests.support.reference import reference_dir

STATIONS: dict[str, Any] = {
    "fields": [
        {"name": "id_station", "constraints": {"required": True}},
        {"name": "nom"},
    ],
    "primaryKey": "id_station",
}
STATES: dict[str, Any] = {
    "fields": [
        {"name": "id_station", "constraints": {"required": True}},
        {"name": "etat", "constraints": {"enum": ["ouvert", "fermé"]}},
        {"name": "voisines", "type": "array"},
    ],
    "foreignKeys": [
        {"fields": "id_station", "reference": {"resource": "stations", "fields": "id_station"}},
        {"fields": "voisines", "reference": {"resource": "stations", "fields": "id_station"}},
    ],
}
DESCRIPTOR: dict[str, Any] = {
    "name": "recharge",
    "resources": [
        {"name": "stations", "schema": "stations/schema.json"},
        {"name": "etats", "schema": STATES},
        {"name": "notice", "path": "notice.pdf"},
    ],
}
SCHEMAS = {"stations/schema.json": STATIONS}
STATIONS_CSV = "id_station,nom\nS1,Mairie\nS2,Gare\n"


def package() -> Package:
    return compile_package(DESCRIPTOR, SCHEMAS)


def file(name: str, text: str, resource: str | None = None) -> PackageFile:
    return PackageFile(name, io.BytesIO(text.encode()), resource=resource)


def check(*files: PackageFile) -> PackageResult:
    return check_package(package(), files, Options())


def test_each_file_is_recognised_and_checked() -> None:
    states = 'id_station,etat,voisines\nS1,ouvert,"[""S2""]"\nS2,fermé,\n'

    result = check(file("x.csv", states), file("y.csv", STATIONS_CSV))

    assert [(each.resource, each.result.verdict) for each in result.files] == [
        ("etats", "valid"),
        ("stations", "valid"),
    ]
    assert (result.verdict, result.absent, result.repeated) == ("valid", (), ())


def test_a_key_that_points_to_no_row_of_the_other_file_is_an_error() -> None:
    states = 'id_station,etat,voisines\nS1,ouvert,"[""S2"", ""S8""]"\nS9,perdu,\n'

    result = check(file("s.csv", STATIONS_CSV), file("e.csv", states))

    etats = result.files[1].result
    found = {(e.row, e.field, e.reason, e.params.get("missing")) for e in etats.errors}
    assert found == {
        (3, "etat", "enum", None),
        (2, "voisines", "resource", "S8"),
        (3, "id_station", "resource", "S9"),
    }
    assert (etats.stats.errors, etats.stats.rows_with_errors) == (3, 2)
    assert etats.errors_by_code == {"constraint-error": 1, "foreign-key": 2}
    assert result.verdict == "invalid"
    [said] = [e for e in render_report(etats, "fr", "e.csv").errors if e.row == 2]
    assert said.message.replace("\u00a0", " ") == (
        "« S8 » (voisines) n'existe pas dans id_station du fichier stations."
    )


def test_keys_into_a_file_that_is_not_there_are_said_to_be_unchecked() -> None:
    result = check(file("e.csv", "id_station,etat,voisines\nS9,ouvert,\n"))

    [etats] = result.files
    assert etats.result.verdict == "valid"
    assert [w.code for w in etats.result.warnings] == ["unchecked-key", "unchecked-key"]
    assert result.absent == ("stations",)


def test_an_unreadable_file_does_not_stop_the_others() -> None:
    result = check(
        file("stations.csv", "", resource="stations"),
        file("e.csv", "id_station,etat,voisines\nS9,ouvert,\n"),
        file("rien.csv", "couleur,forme\nbleu,rond\n"),
    )

    assert [each.result.verdict for each in result.files] == ["unreadable", "valid", "unreadable"]
    assert result.files[2].result.no_schema
    assert result.verdict == "unreadable"


def test_two_files_of_one_resource_are_one_table_for_the_keys() -> None:
    result = check(
        file("s1.csv", STATIONS_CSV),
        file("s2.csv", "id_station,nom\nS3,Port\n"),
        file("e.csv", "id_station,etat,voisines\nS3,ouvert,\n"),
    )

    assert result.verdict == "valid"
    assert result.repeated == ("stations",)


def test_files_with_the_same_columns_are_told_apart_by_their_names() -> None:
    twins = {"resources": [{"name": f"zone-{kind}", "schema": STATIONS} for kind in ("a7", "b8")]}
    compiled = compile_package(twins, {})

    assert choose_resource(compiled, ["id_station", "nom"], "zone-b8.csv").resource == "zone-b8"
    assert choose_resource(compiled, ["id_station", "nom"], "export.csv").resource is None


def test_a_key_beside_the_schema_counts_and_a_key_to_its_own_resource_stays_inside() -> None:
    tree = {"fields": [{"name": "id"}, {"name": "parent"}]}
    own = {"fields": "parent", "reference": {"resource": "arbres", "fields": "id"}}
    raw = {"resources": [{"name": "arbres", "schema": tree, "foreignKeys": [own]}]}
    compiled = compile_package(raw, {})

    result = check_package(compiled, [file("a.csv", "id,parent\n1,\n2,1\n3,7\n")], Options())

    assert [(e.code, e.row) for e in result.files[0].result.errors] == [("foreign-key", 4)]


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ({}, "resources"),
        ({"resources": ["a"]}, "resources[0]"),
        ({"resources": [{"schema": STATIONS}]}, "resources[0].name"),
        ({"resources": [{"name": "a", "schema": "absent.json"}]}, "resources[0].schema"),
        ({"resources": [{"name": "a", "schema": {"fields": []}}]}, "resources[0].schema.fields"),
        ({"resources": [{"name": "etats", "schema": STATES}]}, "etats.foreignKeys"),
    ],
)
def test_a_package_that_is_wrong_is_refused_with_its_place(raw: dict[str, Any], place: str) -> None:
    with pytest.raises(SchemaInvalidError) as caught:
        compile_package(raw, {})

    assert caught.value.place == place


def published(slug: str, version: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A published package and the schemas of its resources, which have their own folders."""
    base = reference_dir("schemas")
    [path] = (base / slug / version).glob("datapackage*.json")
    owner = slug.partition("__")[0]
    descriptor = json.loads(path.read_bytes())
    schemas = {}
    for name in (resource["name"] for resource in descriptor["resources"]):
        for folder in base.glob(f"{owner}__*"):
            if folder.name.endswith((f"__{name}", f"-{name}")):
                found = [json.loads(p.read_bytes()) for p in (folder / version).glob("*.json")]
                for schema in (schema for schema in found if "fields" in schema):
                    schemas[name] = schema
    return descriptor, schemas


PUBLISHED = [
    *[("etalab__schema-irve", version) for version in ("2.2.0", "2.2.1", "2.3.0", "2.3.1")],
    ("MTES-MCT__acceslibre-schema", "0.0.20"),
    ("cnigfr__schema-operations-amenagement", "1.0.0"),
    ("cnigfr__schema-sites-economiques", "1.0.1"),
    ("etalab__schema-comptage-mobilites", "0.2.5"),
    ("etalab__schema-dispositif-aide", "0.2.0"),
    ("etalab__schema-indice-durabilite", "0.1.1"),
]


@pytest.mark.parametrize(("slug", "version"), PUBLISHED)
def test_published_packages_are_resolved(slug: str, version: str) -> None:
    descriptor, schemas = published(slug, version)

    compiled = compile_package(descriptor, schemas)

    assert len(compiled.resources) == len(schema_paths(descriptor)) >= 2


def test_the_published_keys_between_tables_are_read() -> None:
    descriptor, schemas = published("cnigfr__schema-operations-amenagement", "1.0.0")

    compiled = compile_package(descriptor, schemas)

    keys = {
        (name, key.fields, key.resource)
        for name, resource in compiled.resources.items()
        for key in resource.schema.external_keys
    }
    assert keys == {
        ("secteur", ("opam_id",), "operation-amenagement"),
        ("programme", ("opam_id",), "operation-amenagement"),
        ("programme", ("secteur_id",), "secteur"),
    }


@pytest.mark.parametrize("version", ["2.2.0", "2.2.1", "2.3.0", "2.3.1"])
def test_the_two_files_of_irve_are_told_apart_and_valid(version: str) -> None:
    descriptor, schemas = published("etalab__schema-irve", version)
    base = reference_dir("schemas")
    kinds = ("statique", "dynamique")
    paths = [
        base / f"etalab__schema-irve-{kind}" / "exemples" / f"v{version}_exemple-valide-{kind}.csv"
        for kind in kinds
    ]
    files = [PackageFile("fichier.csv", io.BytesIO(Path(path).read_bytes())) for path in paths]

    result = check_package(compile_package(descriptor, schemas), files, Options())

    assert [each.resource for each in result.files] == [f"irve-{kind}" for kind in kinds]
    assert [each.result.verdict for each in result.files] == ["valid", "valid"]
