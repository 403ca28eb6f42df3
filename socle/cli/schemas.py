"""`socle schemas`: the register of schemas, and which one a file follows."""

import asyncio
import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from services.validator.adapters.run import match_file
from services.validator.engine.rendering.report import render_report
from services.validator.engine.result import Result
from services.validator.schemas.column_sets import column_sets
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.sync import NATIONAL_LIST, SyncReport, sync_register
from shared.errors import InvalidInputError, Transient
from shared.fetch import AllowedHosts, Fetcher
from socle.cli.connection import AllowHost, DataDir, allowed_hosts, data_folder
from socle.cli.files import readable_file
from socle.cli.output import out, speaks_plainly

app = typer.Typer(
    no_args_is_help=True,
    help="Schémas connus : lister, montrer, mettre à jour, reconnaître.",
    epilog="Exemple : socle schemas show scdl/deliberations",
)


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="Présentation")]


def register(data_dir: Path | None) -> SchemaRegister:
    """The built-in schemas and those of the last synchronisation."""
    return SchemaRegister.open(data_folder(data_dir).path / "schemas")


@app.command("list")
@speaks_plainly
def list_schemas(format_: FormatOption = Format.TEXT, data_dir: DataDir = None) -> None:
    """Liste les schémas, avec leur dernière version.

    Exemple : socle schemas list --format json
    """
    entries = register(data_dir).list()
    if format_ is Format.JSON:
        listed = [
            {
                "name": entry.name,
                "title": entry.title,
                "kind": entry.kind,
                "latest": entry.latest,
                "versions": [version.version for version in entry.versions],
                "withdrawn": entry.withdrawn,
            }
            for entry in entries
        ]
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    table = Table("Nom", "Titre", "Version", "Versions")
    for entry in entries:
        table.add_row(entry.name, entry.title, entry.latest, str(len(entry.versions)))
    out.print(table)


@app.command()
@speaks_plainly
def show(
    name: Annotated[str, typer.Argument(help="Nom, avec @version si besoin")],
    format_: FormatOption = Format.TEXT,
    data_dir: DataDir = None,
) -> None:
    """Montre les colonnes d'un schéma.

    Exemple : socle schemas show scdl/subventions@2.1.1
    """
    schema = register(data_dir).resolve(name)
    if format_ is Format.JSON:
        typer.echo(json.dumps(schema.descriptor, ensure_ascii=False, indent=2))
        return
    out.print(Text.assemble((schema.title, "bold"), f" – {schema.name} {schema.version}"))
    if schema.url:
        out.print(schema.url)
    if schema.kind != "tableschema":
        _show_objects(schema)
        return
    table = Table("Colonne", "Type", "Obligatoire", "Description")
    for field in schema.descriptor["fields"]:
        required = (field.get("constraints") or {}).get("required")
        table.add_row(
            field["name"],
            field.get("type", "string"),
            "oui" if required else "",
            field.get("description", ""),
        )
    out.print(table)


def _show_objects(schema: Schema) -> None:
    """Of a package its tables, of a JSON Schema the objects that it lists."""
    if schema.kind == "datapackage":
        table = Table("Tableau", "Colonnes")
        for resource in schema.descriptor["resources"]:
            columns = (resource.get("schema") or {}).get("fields", [])
            table.add_row(str(resource.get("name")), str(len(columns)))
        out.print(table)
        return
    for columns in column_sets(schema.descriptor):
        table = Table("Propriété", "Obligatoire")
        for name in columns.names:
            table.add_row(name, "oui" if name in columns.required else "")
        out.print(table)


@app.command()
@speaks_plainly
def sync(
    url: Annotated[str, typer.Option(help="Liste des schémas")] = NATIONAL_LIST,
    allow_host: AllowHost = None,
    data_dir: DataDir = None,
) -> None:
    """Met à jour les schémas depuis le registre national ; les versions connues restent.

    Exemple : socle schemas sync
    """
    folder = data_folder(data_dir)
    root = folder.path / "schemas"
    root.mkdir(parents=True, exist_ok=True)
    out.print("Lecture du registre national…")
    report = asyncio.run(_sync(url, root, AllowedHosts.parse(allowed_hosts(allow_host))))
    out.print(report.summary)
    for outcome in report.of("failed"):
        out.print(f"  {outcome.name} {outcome.version} : {outcome.reason}")


async def _sync(url: str, root: Path, allowed: AllowedHosts) -> SyncReport:
    async with Fetcher(allowed_hosts=allowed) as fetcher:

        async def fetch(address: str) -> bytes:
            answer = await fetcher.get(address)
            if answer.status != 200:
                raise Transient(f"{address} a répondu {answer.status}.")
            return answer.body

        return await sync_register(fetch=fetch, root=root, url=url)


@app.command()
@speaks_plainly
def match(
    file: Annotated[Path, typer.Argument(help="Fichier à reconnaître")],
    format_: FormatOption = Format.TEXT,
    data_dir: DataDir = None,
) -> None:
    """Dit quel schéma un fichier suit, d'après ses colonnes ; code de sortie 1 si aucun.

    Exemple : socle schemas match deliberations.csv
    """
    readable_file(str(file))
    found = match_file(file, candidates=register(data_dir))
    if isinstance(found, Result):
        raise InvalidInputError(render_report(found, "fr", file.name).summary)
    if format_ is Format.JSON:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        out.print(found.reason)
    raise typer.Exit(0 if found.best else 1)
