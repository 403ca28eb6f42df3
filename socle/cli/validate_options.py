"""The options of `socle validate`: read without any framework, since a person waits."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from socle.cli.faults import COULD_NOT
from socle.cli.usage import usage_error, wants_english

_USAGE = "socle validate FICHIER_OU_ADRESSE [options]"
_DESCRIPTION = (
    "Vérifie un fichier ; code de sortie 0 s'il est valide, 1 sinon, 2 s'il n'a pu être vérifié."
)
_EPILOG = """Exemple : socle validate deliberations.csv --fix deliberations-corrige.csv
          socle validate datapackage.json
          socle validate marches.json --schema 139bercy/format-commande-publique"""


class _Parser(argparse.ArgumentParser):
    """Says in one French sentence what is wrong with a command."""

    english = False

    def error(self, message: str) -> NoReturn:
        """Exit code 2."""
        lead, where = ("Error: ", "Help") if self.english else ("Erreur : ", "Aide")
        sentence = usage_error(message, english=self.english)
        sys.stderr.write(f"{lead}{sentence} {where} : socle validate --help\n")
        sys.exit(COULD_NOT)

    def format_help(self) -> str:
        """With the first word in French."""
        page = super().format_help().replace("usage: ", "Usage : ", 1)
        return page.replace("Fichier:\n", "Fichier :\n").replace("Options:\n", "Options :\n")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, or the end of the process: help, a wrong usage."""
    parser = _Parser(
        usage=_USAGE,
        description=_DESCRIPTION,
        epilog=_EPILOG,
        add_help=False,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.english = wants_english(arguments)
    given = parser.add_argument_group("Fichier")
    given.add_argument(
        "file", metavar="FICHIER_OU_ADRESSE",
        help="tableau, document JSON, archive ou datapackage.json à vérifier",
    )  # fmt: skip
    options = parser.add_argument_group("Options")
    options.add_argument(
        "--schema", metavar="SCHEMA",
        help="nom (scdl/deliberations@2.1.5), fichier ou adresse ; sinon reconnu",
    )  # fmt: skip
    options.add_argument(
        "--format", choices=("text", "json", "csv", "html"), default="text",
        help="présentation : text, json, csv ou html (par défaut : text)", metavar="FORMAT",
    )  # fmt: skip
    options.add_argument(
        "--lang", choices=("fr", "en"), default="fr", metavar="LANGUE",
        help="langue du rapport : fr ou en (par défaut : fr)",
    )  # fmt: skip
    options.add_argument(
        "--sheet", metavar="FEUILLE",
        help="feuille d'un classeur, fichier d'une archive : nom, ou numéro à partir de 1",
    )  # fmt: skip
    options.add_argument("--fix", type=Path, metavar="CSV", help="fichier corrigé à écrire")
    options.add_argument(
        "--max-errors", type=_positive, default=1000, metavar="N",
        help="erreurs listées ; toutes sont comptées (par défaut : 1000)",
    )  # fmt: skip
    options.add_argument(
        "--allow-host", action="append", metavar="HOTE",
        help="hôte (ou hôte:port) qui peut avoir une adresse privée (répétable)",
    )  # fmt: skip
    options.add_argument(
        "--data-dir", type=Path, metavar="DOSSIER", help="dossier de données de la plateforme"
    )
    options.add_argument("--help", "-h", action="help", help="affiche cette aide")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
