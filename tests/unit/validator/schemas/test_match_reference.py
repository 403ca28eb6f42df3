"""Detection on every official example and real file: the schema must be right in 95 %."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from services.validator.schemas.match import SchemaMatcher
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister
from tests.support.reference import reference_dir

REAL = {
    "prenoms_digne-les-bains_2017.csv": "scdl/prenoms",
    "subventions_dep-haute-garonne.csv": "scdl/subventions",
    "subventions_dep-lot_2017.csv": "scdl/subventions",
    "budget_crach_bp-2022.csv": "scdl/budget",
    "aires-livraison_antibes.csv": "CEREMA/schema-aire-livraison",
    "arretes-circulation_vence.csv": "CEREMA/schema-arrete-circulation-marchandises",
}
RENAMED = {
    "v2.0.0_exemple-valide.csv": "etalab/schema-irve-statique",
    "v2.1.0_exemple-valide.csv": "etalab/schema-irve-statique",
}
"""Examples of `etalab/schema-irve` whose columns became those of another name."""


def table(path: Path) -> tuple[list[str], list[list[str]]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    delimiter = max(",;\t|", key=text.partition("\n")[0].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    return rows[0], rows[1:20]


def files() -> list[tuple[Path, str]]:
    """Each file with the schema that it is meant for."""
    examples = [
        (path, RENAMED.get(path.name, path.parent.parent.name.replace("__", "/")))
        for path in sorted(reference_dir("schemas").glob("*/exemples/*.csv"))
    ]
    real = [(path, REAL[path.name]) for path in sorted(reference_dir("real").glob("*.csv"))]
    return examples + real


def national_register() -> list[Schema]:
    """Every published Table Schema, as a synchronised register would hold it."""
    root = reference_dir("schemas")
    schemas = []
    for entry in json.loads((root / "index.json").read_text("utf-8")):
        for version in entry["versions"]:
            if version["kind"] == "tableschema" and version["published_in_catalogue"]:
                file = next(name for name in version["files"] if name.endswith(".json"))
                path = root / entry["slug"] / version["version"] / file
                descriptor = json.loads(path.read_text("utf-8"))
                number = version["version"]
                schemas.append(
                    Schema(name=entry["name"], version=number, title=number, descriptor=descriptor)
                )
    return schemas


@pytest.mark.parametrize("register", ["built-in", "national"])
def test_the_schema_is_right_for_nineteen_files_in_twenty(
    register: str, capsys: pytest.CaptureFixture[str]
):
    if register == "national":
        schemas = national_register()
        matcher = SchemaMatcher(schemas)
        known = {schema.name for schema in schemas}
    else:
        built_in = SchemaRegister.open()
        matcher = SchemaMatcher.of_register(built_in)
        known = {
            entry.name
            for entry in built_in.list()
            if entry.kind == "tableschema" and not entry.withdrawn
        }

    right, wrong, imagined = 0, [], []
    for path, meant in files():
        best = matcher.match(*table(path)).best
        if meant in known and best is not None and best.name == meant:
            right += 1
        elif meant in known:
            wrong.append((path.name, best and best.name))
        elif best is not None:
            imagined.append((path.name, best.name))

    share = right / (right + len(wrong))
    with capsys.disabled():
        total = right + len(wrong)
        sys.stdout.write(f"\ndetection, {register} register: {right} of {total} = {share:.1%}\n")
    assert share >= 0.95, wrong
    assert imagined == []


def test_the_version_is_the_one_that_the_examples_of_the_address_base_are_named_after():
    matcher = SchemaMatcher.of_register(SchemaRegister.open())
    folder = reference_dir("schemas", "etalab__schema-bal", "exemples")
    for path in folder.glob("validateur_1.[345]-valid.csv"):
        best = matcher.match(*table(path)).best

        assert best is not None
        assert path.name.removeprefix("validateur_").startswith(best.version[:3])
