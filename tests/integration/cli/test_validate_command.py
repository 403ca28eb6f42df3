"""`socle validate` as a town hall agent runs it: words, files, exit codes; no server."""

import csv
import json
from pathlib import Path

import pytest

from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.template import example_csv
from tests.support.platform import socle


@pytest.fixture
def valid(tmp_path: Path) -> Path:
    path = tmp_path / "subventions.csv"
    path.write_text(example_csv(SchemaRegister.open().get("scdl/subventions")), encoding="utf-8")
    return path


@pytest.fixture
def invalid(valid: Path, tmp_path: Path) -> Path:
    header, row, *_ = csv.reader(valid.read_text(encoding="utf-8-sig").splitlines())
    row[header.index("dateConvention")] = "31/12/2023"
    path = tmp_path / "à corriger.csv"
    path.write_text(";".join(header) + "\n" + ";".join(row) + "\n", encoding="cp1252")
    return path


def test_a_valid_file_is_said_to_be_so_and_its_schema_is_found(valid: Path) -> None:
    done = socle("validate", str(valid))

    assert done.returncode == 0, done.stderr
    assert "Fichier valide" in done.stdout
    assert "scdl/subventions" in done.stdout


def test_an_invalid_file_is_explained_with_its_place_and_its_mending(invalid: Path) -> None:
    text = socle("validate", str(invalid))
    data = socle("validate", str(invalid), "--format", "json")
    lines = socle("validate", str(invalid), "--format", "csv")
    page = socle("validate", str(invalid), "--format", "html", "--lang", "en")
    report = json.loads(data.stdout)

    assert {text.returncode, data.returncode, lines.returncode, page.returncode} == {1}
    assert "31/12/2023" in text.stdout
    assert "2023-12-31" in text.stdout
    assert report["verdict"] == "invalid"
    assert report["stats"]["errors"] == sum(report["errors_by_code"].values()) == 1
    error = report["errors"][0]
    assert (error["row"], error["line"], error["field"]) == (2, 2, "dateConvention")
    assert error["fix"] == "2023-12-31"
    assert report["file"]["delimiter"] == ";"
    assert "dateConvention" in lines.stdout
    assert page.stdout.lstrip().lower().startswith("<!doctype html>")
    assert 'lang="en"' in page.stdout


def test_fix_writes_a_valid_file_and_says_what_it_changed(invalid: Path, tmp_path: Path) -> None:
    target = tmp_path / "corrigé.csv"

    done = socle("validate", str(invalid), "--fix", str(target))
    again = socle("validate", str(target), "--fix", str(tmp_path / "encore.csv"))

    assert done.returncode == 1  # the file that was given is not valid
    assert "2023-12-31" in done.stderr
    assert again.returncode == 0, again.stdout
    assert (tmp_path / "encore.csv").read_bytes() == target.read_bytes()


@pytest.mark.parametrize(
    ("content", "said", "advice"),
    [
        (b"", "vide", "Vérifiez l'export"),
        (
            b"<!DOCTYPE html><html><body>404</body></html>",
            "page web",
            "lien de téléchargement direct",
        ),
        (b"a,b\n1,2\n", "Aucun schéma", "Indiquez le schéma"),
        (b"%PDF-1.7\n", "PDF", "Publiez le tableur"),
    ],
)
def test_what_cannot_be_checked_is_said_in_one_line_with_what_to_do(
    tmp_path: Path, content: bytes, said: str, advice: str
) -> None:
    path = tmp_path / "fichier.csv"
    path.write_bytes(content)

    done = socle("validate", str(path))

    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert advice in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("lang", "begins"), [("fr", "Non vérifié : "), ("en", "Not checked: ")])
def test_what_cannot_be_checked_is_told_in_the_reader_s_language(
    tmp_path: Path, lang: str, begins: str
) -> None:
    path = tmp_path / "fichier.csv"
    path.write_bytes(b"")

    assert socle("validate", str(path), "--lang", lang).stderr.startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nulle-part.csv",), "n'existe pas"),
        (("/tmp",), "dossier"),
        (("http://127.0.0.1:9/x.csv",), "port 9"),
        (("http://169.254.169.254/latest",), "privée|refus|interdit|pas autoris"),
    ],
)
def test_an_address_or_a_path_that_is_no_use_is_refused(
    arguments: tuple[str, ...], said: str
) -> None:
    done = socle("validate", *arguments)

    assert done.returncode == 2
    assert any(word in done.stderr for word in said.split("|")), done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_schema_is_named_with_the_nearest(valid: Path) -> None:
    done = socle("validate", str(valid), "--schema", "scdl/subvention")

    assert done.returncode == 2
    assert "scdl/subventions" in done.stderr


def test_a_schema_file_is_used_and_an_invalid_one_refused(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("code\n12\nx\n", encoding="utf-8")
    schema = tmp_path / "schema.json"
    schema.write_text('{"fields": [{"name": "code", "type": "integer"}]}', encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text('{"fields": [{"name": "code", "type": "entier"}]}', encoding="utf-8")

    used = socle("validate", str(table), "--schema", str(schema), "--format", "json")
    refused = socle("validate", str(table), "--schema", str(broken))

    assert json.loads(used.stdout)["errors_by_code"] == {"type-error": 1}
    assert refused.returncode == 2
    assert "entier" in refused.stderr


def test_the_register_is_listed_shown_and_matched(valid: Path) -> None:
    listed = json.loads(socle("schemas", "list", "--format", "json").stdout)
    shown = socle("schemas", "show", "scdl/deliberations@2.1.5")
    matched = socle("schemas", "match", str(valid))

    assert "scdl/deliberations" in {entry["name"] for entry in listed}
    assert "DELIB_DATE" in shown.stdout
    assert matched.returncode == 0
    assert "scdl/subventions" in matched.stdout


def test_a_package_on_disk_is_checked_with_the_files_that_it_names(tmp_path: Path) -> None:
    keys = [{"fields": "rue", "reference": {"resource": "rues", "fields": "code"}}]
    descriptor = {
        "name": "arbres",
        "resources": [
            {"name": "rues", "path": "rues.csv", "schema": "rues.json"},
            {
                "name": "arbres",
                "path": "arbres.csv",
                "schema": {"fields": [{"name": "nom"}, {"name": "rue"}], "foreignKeys": keys},
            },
        ],
    }
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor))
    (tmp_path / "rues.json").write_text('{"fields": [{"name": "code"}, {"name": "voie"}]}')
    (tmp_path / "rues.csv").write_text("code,voie\nR1,Rue du Port\n")
    (tmp_path / "arbres.csv").write_text("nom,rue\nchêne,R1\norme,R9\n")

    done = socle("validate", str(tmp_path / "datapackage.json"))

    assert done.returncode == 1, done.stderr
    assert "« R9 » (rue) n'existe pas dans code du fichier rues" in done.stdout.replace("\xa0", " ")
    assert "✓ rues.csv (rues) : 1 ligne, aucune erreur" in done.stdout
    assert "✗ arbres.csv (arbres) : 2 lignes, 1 erreur" in done.stdout


def test_a_document_is_checked_against_the_schema_that_its_objects_tell(tmp_path: Path) -> None:
    path = tmp_path / "marches.json"
    names = SchemaRegister.open().column_sets("139bercy/format-commande-publique", "2.0.2")[0].names
    path.write_text(json.dumps({"marches": {"marche": [dict.fromkeys(names, "x")]}}))

    done = socle("validate", str(path), "--format", "json")
    report = json.loads(done.stdout)

    assert done.returncode == 1, done.stderr
    assert report["detected"]
    assert report["schema"]["name"] == "139bercy/format-commande-publique"
    assert all(error["pointer"].startswith("/marches/marche/0") for error in report["errors"])
