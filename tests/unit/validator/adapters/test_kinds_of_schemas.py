"""Documents and packages through the door that tables take, as files on disk."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from services.validator.adapters.limits import ChildEnded
from services.validator.adapters.run import EngineRunner, validate_file
from services.validator.engine.rendering.report import render_report
from services.validator.engine.result import Result
from services.validator.engine.wording.render import Lang
from services.validator.schemas.authoring import load_descriptor
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.template import example_csv
from shared.contracts.report import Report
from tests.unit.validator.engine.test_json_schema import CONTRACTS, SOUND

REGISTER = SchemaRegister.open()
DOCUMENT = Schema("test/contrats", "1.0.0", "Contrats", CONTRACTS, kind="jsonschema")
IRVE = REGISTER.get("etalab/schema-irve", "2.3.1")


def example(name: str) -> bytes:
    return example_csv(REGISTER.get(name, "2.3.1")).encode()


STATIC, DYNAMIC = (example(f"etalab/schema-irve-{kind}") for kind in ("statique", "dynamique"))


def written(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def report(result: Result, lang: Lang = "fr") -> Report:
    return render_report(result, lang, "f")


async def test_a_json_document_is_checked_in_a_limited_process(tmp_path: Path) -> None:
    path = tmp_path / "contrats.json"
    path.write_text(json.dumps({"marches": [SOUND, {**SOUND, "montant": -1}]}))

    async with EngineRunner() as runner:
        outcome = await runner.validate(path, name=path.name, schema=DOCUMENT)

    [error] = report(outcome.result).errors
    assert outcome.kind == "report"
    assert (error.code, error.row, error.pointer) == ("json-bounds", 2, "/marches/1/montant")
    assert outcome.result.schema is not None
    assert outcome.result.schema.name == "test/contrats"


@pytest.mark.parametrize("packing", ["gzip", "zip"])
def test_a_packed_document_is_read(tmp_path: Path, packing: str) -> None:
    content = json.dumps({"marches": [SOUND]}).encode()
    path = tmp_path / f"contrats.{packing}"
    if packing == "gzip":
        path.write_bytes(gzip.compress(content))
    else:
        written(path, {"contrats.json": content, "lisez-moi.txt": b"bonjour"})

    result = validate_file(path, schema=DOCUMENT)

    assert (result.verdict, result.file.container) == ("valid", packing)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b\n1,2\n", "json-expected"),
        (b'{"marches": [', "json-invalid"),
        (b"", "empty"),
        (b"<html><body></body></html>", "html"),
    ],
)
def test_what_is_no_document_is_unreadable(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "contrats.json"
    path.write_bytes(content)

    result = validate_file(path, schema=DOCUMENT)

    assert result.verdict == "unreadable"
    assert result.cause is not None
    assert result.cause.reason == reason


def test_the_contracts_of_a_town_are_recognised_by_their_objects(tmp_path: Path) -> None:
    """DECP 2: the required properties of a contract, under `marches.marche`."""
    schema = REGISTER.get("139bercy/format-commande-publique", "2.0.2")
    names = REGISTER.column_sets(schema.name, schema.version)[0].names
    contract = dict.fromkeys(names, "x") | {"id": "2024-1"}
    path = tmp_path / "decp.json"
    path.write_text(json.dumps({"marches": {"marche": [contract], "contrat-concession": []}}))

    result = validate_file(path, candidates=REGISTER)

    assert result.detected
    assert result.schema is not None
    assert result.schema.name == schema.name
    assert result.unit == "object"


def test_a_package_is_checked_as_one(tmp_path: Path) -> None:
    broken = DYNAMIC.replace(b"id_pdc_itinerance", b"id_pdc_itinerence")
    path = written(tmp_path / "irve.zip", {"statique.csv": STATIC, "dynamique.csv": broken})

    said = report(validate_file(path, schema=IRVE))

    assert said.verdict == "invalid"
    assert [(m.name, m.resource, m.verdict) for m in said.members] == [
        ("statique.csv", "irve-statique", "valid"),
        ("dynamique.csv", "irve-dynamique", "invalid"),
    ]
    assert {error.file for error in said.errors} == {"dynamique.csv"}
    assert said.stats.rows == 2
    assert said.stats.errors == sum(said.errors_by_code.values())


def test_one_file_of_a_package_is_checked_alone(tmp_path: Path) -> None:
    path = tmp_path / "fichier.csv"
    path.write_bytes(STATIC)

    said = report(validate_file(path, schema=IRVE))

    assert (said.verdict, said.schema.name) == ("valid", "etalab/schema-irve")
    assert "irve-statique" in said.warnings[0].message


DESCRIPTOR: dict[str, Any] = {
    "name": "arbres",
    "resources": [
        {"name": "rues", "path": "donnees/rues.csv", "schema": "schemas/rues.json"},
        {
            "name": "arbres",
            "path": "donnees/arbres.csv",
            "schema": {
                "fields": [{"name": "arbre"}, {"name": "rue"}],
                "foreignKeys": [
                    {"fields": "rue", "reference": {"resource": "rues", "fields": "code"}}
                ],
            },
        },
        {"name": "plan", "path": "plan.pdf"},
    ],
}
MEMBERS = {
    "paquet/datapackage.json": json.dumps(DESCRIPTOR).encode(),
    "paquet/schemas/rues.json": json.dumps({"fields": [{"name": "code"}]}).encode(),
    "paquet/donnees/rues.csv": b"code\nR1\n",
    "paquet/donnees/arbres.csv": b"arbre,rue\nchene,R1\norme,R7\n",
    "paquet/plan.pdf": b"%PDF",
}


def test_a_package_that_describes_itself_needs_no_schema(tmp_path: Path) -> None:
    path = written(tmp_path / "arbres.zip", MEMBERS)

    said = report(validate_file(path, candidates=REGISTER))

    [error] = said.errors
    assert (said.schema.name, said.file.format) == ("arbres", "datapackage")
    assert (error.code, error.row, error.file) == ("foreign-key", 3, "paquet/donnees/arbres.csv")
    assert [warning.code for warning in said.warnings] == ["resource-unchecked", "single-column"]


def test_a_file_that_the_package_announces_and_lacks_is_an_error(tmp_path: Path) -> None:
    members = {name: c for name, c in MEMBERS.items() if not name.endswith("rues.csv")}

    said = report(validate_file(written(tmp_path / "a.zip", members), candidates=REGISTER))

    assert said.errors_by_code == {"resource-missing": 1}
    assert "paquet/donnees/rues.csv" in said.errors[0].message


def test_a_description_without_its_data_is_told_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "datapackage.json"
    path.write_text(json.dumps(DESCRIPTOR))

    said = report(validate_file(path, candidates=REGISTER))

    assert said.verdict == "unreadable"
    assert "zip" in (said.errors[0].hint or "")


def test_a_schema_that_is_wrong_is_failed_with_its_place_in_french(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_text('{"a": 1}')
    wrong = Schema("t/t", "1", "t", {"properties": {"a": {"$ref": "#/absent"}}})

    said = report(validate_file(path, schema=wrong))

    assert said.verdict == "failed"
    assert "la référence « #/absent » ne mène à rien" in said.summary.replace("\u00a0", " ")


def test_a_hostile_descriptor_is_refused_with_its_place() -> None:
    evil = {"properties": {"a": {"pattern": "(a+)+$" * 20_000}}}

    with pytest.raises(Exception, match="properties/a/pattern") as caught:
        load_descriptor(json.dumps(evil).encode())

    assert not isinstance(caught.value, ChildEnded)
