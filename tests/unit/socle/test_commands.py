"""Commands given what they cannot use: one French sentence, exit code 2, never a trace."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import typer
from rich.table import Table
from typer.main import get_command
from typer.testing import CliRunner

from shared.access.models import Organization, OrganizationKind
from shared.errors import InvalidInputError
from socle.cli import output
from socle.cli.application import COMMANDS, app
from socle.cli.main import LIGHT
from socle.cli.portals import asked_source, portal_config
from tests.support.platform import socle


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SOCLE_DEBUG", "SOCLE_SERVER", "SOCLE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOCLE_DATA_DIR", str(tmp_path / "data"))


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def every_command() -> list[tuple[str, ...]]:
    paths: list[tuple[str, ...]] = [()]
    for name, module in COMMANDS.items():
        if name in LIGHT:
            paths.append((name,))
            continue
        command = get_command(import_module(module).app)
        inner = getattr(command, "commands", None)
        paths += [(name,), *((name, sub) for sub in inner or {})]
    return paths


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_help_of_every_command_has_an_example(path: tuple[str, ...]) -> None:
    shown = run(*path, "--help")

    assert shown.exit_code == 0
    assert re.search(r"Exemple : .*socle " + " ".join(path[:1]), shown.output, re.DOTALL)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["validate", "absent.csv"], "n'existe pas"),
        (["validate", "."], "est un dossier"),
        (["validate", ""], "Indiquez le nom du fichier"),
        (["validate", "x" * 5000], "ce nom est trop long"),
        (["validate", __file__, "--schema", "x" * 5000], "ce nom est trop long"),
        (["schemas", "match", "."], "est un dossier"),
        (["schemas", "show", "[/x]"], "« [/x] »"),
        (["schemas", "list", "--data-dir", __file__], "un dossier est attendu"),
        (["keys", "list", "--data-dir", __file__], "un dossier est attendu"),
        (["keys", "list"], "Aucune plateforme"),
        (["keys", "create", "--label", " ", "--scope", "harvest"], "à qui ou à quoi sert"),
        (["members", "add", "Ville", "--siren", "123456789"], "n'est pas un SIREN"),
        (["members", "add", "Ville", "--siren", "219400280", "--insee", "X"], "code INSEE"),
        (["members", "add", " ", "--siren", "219400280"], "nom du membre est vide"),
        (["search", "x", "--server", "http://127.0.0.1:9"], "ne répond pas"),
        (["up", "--config", "absent.toml"], "fichier illisible"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(
    arguments: list[str], said: str
) -> None:
    done = run(*arguments)

    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "french", "english"),
    [
        (["harvest", "--nope"], "l'option --nope n'existe pas.", "No such option: --nope"),
        (["shemas"], "la commande « shemas » n'existe pas", "No such command 'shemas'."),
        (["schemas", "shwo"], "vouliez-vous écrire 'show' ?", "Did you mean 'show'?"),
        (["schemas", "show"], "il manque", "Missing argument"),
        (["schemas", "list", "--format", "xml"], "xml » n'est pas", "Invalid value"),
        (["schemas", "list", "--format"], "il manque une valeur après --format", "requires"),
        (["schemas", "list", "extra"], "en trop : extra", "unexpected extra"),
        (["validate"], "il manque FICHIER_OU_ADRESSE", "required"),
        (["validate", "a", "--formt", "csv"], "inconnu : --formt csv", "unrecognized"),
        (["validate", "a", "--format", "xml"], "« xml » n'est pas permis", "invalid choice"),
        (["validate", "a", "--max-errors", "0"], "« 0 » n'est pas permis", "invalid"),
        (["validate", "a", "--sheet"], "il manque une valeur après --sheet", "expected one"),
    ],
)
def test_a_wrong_usage_is_told_in_the_language_of_the_session(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], french: str, english: str
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    here = socle(*arguments)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    there = socle(*arguments)

    assert (here.returncode, there.returncode) == (2, 2)
    assert french in here.stderr, here.stderr
    assert english in there.stderr, there.stderr
    assert "--help" in here.stderr
    assert here.stdout == there.stdout == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [("n'importe quoi", "DATABASE_URL"), ("postgresql://a:b@127.0.0.1:9/x", "ne répond pas")],
)
def test_a_database_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    done = run("members", "list")

    assert done.exit_code == 2
    assert said in done.stderr


def test_the_faults_of_a_configuration_name_their_table(tmp_path: Path) -> None:
    config = tmp_path / "socle.toml"
    config.write_text('[syndicate]\nname = "S"\n\n[[members]]\nname = "[/a]"\nsirn = "1"\n')

    done = run("up", "--config", str(config))

    assert done.exit_code == 2
    assert "[[members]] n° 1" in done.stderr


def test_an_address_that_is_none_is_refused_before_anything_is_asked() -> None:
    town = Organization(id=uuid4(), name="Ville", kind=OrganizationKind.COMMUNE)

    with pytest.raises(InvalidInputError, match="n'est pas une adresse"):
        asked_source(town, "garbage", kind=None, config={})
    with pytest.raises(InvalidInputError, match="Valeur refusée"):
        asked_source(town, "http://a.fr/" + "x" * 9_000, kind=None, config={})


def test_options_of_a_kind_of_portal_are_texts_unless_they_are_json() -> None:
    given = ["siret=21940060300011", "where= a = b", 'refine={"theme": "Eau"}', "follow=false"]

    assert portal_config("94", given) == {
        "organization": "94",
        "siret": "21940060300011",
        "where": "a = b",
        "refine": {"theme": "Eau"},
        "follow": False,
    }
    assert portal_config(None, None) == {}


@pytest.mark.parametrize("option", ["publisher", "=x", "refine={theme", "list=[1"])
def test_what_is_no_option_is_refused(option: str) -> None:
    with pytest.raises(InvalidInputError, match=r"nom=valeur|JSON"):
        portal_config(None, [option])


def plain(error: Exception) -> typer.Exit:
    @output.speaks_plainly
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as raised:
        command()
    return raised.value


def test_a_defect_of_ours_is_a_sentence_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = plain(ZeroDivisionError("division by zero"))

    assert ended.exit_code == 2
    assert "ZeroDivisionError" in capsys.readouterr().err
    monkeypatch.setenv("SOCLE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        plain(ZeroDivisionError())


def test_brackets_in_what_others_wrote_are_only_text(capsys: pytest.CaptureFixture[str]) -> None:
    plain(InvalidInputError("« [/red] » et [bold]"))
    output.warn("[/x] du portail")
    table = Table("Nom")
    table.add_row("Ville [/y]")
    output.out.print(table)
    shown = capsys.readouterr()

    assert "« [/red] » et [bold]" in shown.err
    assert "[/x] du portail" in shown.out
    assert "Ville [/y]" in shown.out
