"""`socle harvest`: see what an address would bring, or bring it in."""

import asyncio
import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import NewSource
from shared.errors import InvalidInputError
from shared.fetch import AllowedHosts
from socle.cli.access import find_organization
from socle.cli.connection import (
    AllowHost,
    DataDir,
    Key,
    Server,
    allowed_hosts,
    api_key,
    data_folder,
    server_address,
)
from socle.cli.output import number, out, speaks_plainly, warn
from socle.cli.portals import Options, PublisherThere, asked_source, portal_config
from socle.cli.preview import preview_without_server
from socle.watch import watch_runs

app = typer.Typer()


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"


@app.command()
@speaks_plainly
def harvest(
    url: Annotated[str, typer.Argument(help="Adresse du portail")],
    kind: Annotated[str | None, typer.Option(help="Type de portail ; sinon reconnu")] = None,
    preview: Annotated[  # noqa: FBT002 – an option of the command line
        bool, typer.Option("--preview", help="Montrer ce qui viendrait, sans rien écrire")
    ] = False,
    organization: PublisherThere = None,
    options: Options = None,
    member: Annotated[
        str | None, typer.Option(help="Membre à qui seront les données : SIREN, INSEE ou nom")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="Présentation")] = Format.TEXT,
    allow_host: AllowHost = None,
    server: Server = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Moissonne un portail pour un membre ; avec --preview, montre seulement ce qui viendrait.

    Exemple : socle harvest https://data.example.fr --preview
    """
    config = portal_config(organization, options)
    if preview:
        looking = preview_without_server(
            url,
            kind=kind,
            config=config,
            hosts=AllowedHosts.parse(allowed_hosts(allow_host)),
            schemas=data_folder(data_dir).path / "schemas",
        )
        _show(asyncio.run(looking), format_)
        return
    if member is None:
        raise InvalidInputError(
            "Indiquez le membre à qui seront les données (--member Créteil), ou --preview pour "
            "voir sans rien écrire."
        )
    owner = asyncio.run(find_organization(data_dir, member))
    asked = asked_source(owner, url, kind=kind, config=config)
    good = asyncio.run(_harvest(asked, server_address(server, data_dir), api_key(key, data_dir)))
    raise typer.Exit(0 if good else 1)


def _show(found: dict[str, Any], format_: Format) -> None:
    if format_ is Format.JSON:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    out.print(
        f"Portail de type {found['kind']} : "
        f"{number(found['datasets'], 'jeu de données', 'jeux de données')}, "
        f"{number(found['resources'], 'ressource')}."
    )
    for name, count in found["schemas"].items():
        declare = "le déclarent" if count > 1 else "le déclare"
        out.print(f"  {name} : {number(count, 'fichier')} {declare}.")
    if found["tables_without_schema"]:
        out.print(
            f"  {number(found['tables_without_schema'], 'table')} sans schéma déclaré, à chercher "
            "d'après leurs colonnes."
        )
    for name, count in found["recognised"].items():
        follow = "le suivent d'après leurs" if count > 1 else "le suit d'après ses"
        out.print(f"  {name} : {number(count, 'fichier')} {follow} colonnes.")
    for record in found["sample"]:
        parts = (record, *record["resources"])
        schemas = {part["schema_ref"]["name"] for part in parts if part["schema_ref"]}
        named = f" ({', '.join(sorted(filter(None, schemas)))})" if any(schemas) else ""
        resources = number(len(record["resources"]), "ressource")
        out.print(f"  • {record['title']} – {resources}{named}")
    for warning in found["warnings"]:
        warn(warning)


async def _harvest(asked: NewSource, server: str, key: str | None) -> bool:
    async with HarvesterClient(server, key=key) as harvester:
        source = await harvester.find_or_create_source(asked)
        run = await harvester.start_run(source.id)
        [ended] = await watch_runs(harvester, {run.id: source.name})
    return ended.state == "done"
