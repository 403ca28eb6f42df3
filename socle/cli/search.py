"""`socle search`: look for datasets in a running platform."""

import asyncio
import json
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

import typer
from rich.text import Text

from shared.clients.catalogue import CatalogueClient
from shared.typography import counted
from socle.cli.connection import DataDir, Server, server_address
from socle.cli.output import out, speaks_plainly

app = typer.Typer()

VERDICTS = MappingProxyType(
    {
        "valid": ("conforme", "conformes"),
        "invalid": ("à corriger", "à corriger"),
        "unreadable": ("illisible", "illisibles"),
        "failed": ("non vérifié", "non vérifiés"),
        "unavailable": ("indisponible", "indisponibles"),
        "no-schema": ("sans schéma", "sans schéma"),
        "pending": ("en cours de vérification", "en cours de vérification"),
    }
)
"""How the verdicts of a dataset's files are said after their number: one, several."""


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"


@app.command()
@speaks_plainly
def search(
    query: Annotated[str, typer.Argument(help="Mots cherchés, avec ou sans accents")],
    territory: Annotated[str | None, typer.Option(help="Code INSEE ou SIREN")] = None,
    schema: Annotated[str | None, typer.Option(help="Nom d'un schéma")] = None,
    verdict: Annotated[str | None, typer.Option(help="valid, invalid, …")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Nombre de résultats")] = 10,
    format: Annotated[Format, typer.Option(help="Présentation")] = Format.TEXT,  # noqa: A002
    server: Server = None,
    data_dir: DataDir = None,
) -> None:
    """Cherche des jeux de données.

    Exemple : socle search "deliberation creteil"
    """
    asked = {"q": query, "territory": territory, "schema": schema, "verdict": verdict}
    params = {name: value for name, value in asked.items() if value is not None}
    page = asyncio.run(_search(server_address(server, data_dir), page_size=limit, **params))
    if format is Format.JSON:
        typer.echo(json.dumps(page, ensure_ascii=False, indent=2))
        return
    total = page["total"]
    out.print(
        "Aucun jeu de données trouvé."
        if not total
        else counted(total, "jeu de données", "jeux de données")
    )
    for hit in page["hits"]:
        verdicts = ", ".join(
            counted(count, *VERDICTS.get(name, (name, name)))
            for name, count in hit["verdicts"].items()
            if count
        )
        out.print()
        out.print(Text.assemble((hit["title"], "bold"), f" – {hit['organization']['name']}"))
        out.print(f"  {verdicts}\n  {hit['url']}")


async def _search(server: str, **params: Any) -> dict[str, Any]:
    async with CatalogueClient(server) as catalogue:
        return await catalogue.search(**params)
