"""`socle export`: whole lists of a running platform, as files."""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shared.clients.catalogue import CatalogueClient
from socle.cli.connection import DataDir, Server, server_address
from socle.cli.output import err, speaks_plainly

app = typer.Typer()


class Export(StrEnum):
    """What can be exported, and the document of the API that holds it."""

    DATASETS = "datasets"
    STATS = "stats"


@app.command()
@speaks_plainly
def export(
    what: Annotated[Export, typer.Argument(help="Liste à exporter")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Fichier à écrire ; sinon, l'écran")
    ] = None,
    query: Annotated[
        str | None, typer.Option(help="Seulement ce que cette recherche trouve")
    ] = None,
    territory: Annotated[str | None, typer.Option(help="Code INSEE ou SIREN")] = None,
    server: Server = None,
    data_dir: DataDir = None,
) -> None:
    """Exporte une liste entière en CSV.

    Exemple : socle export datasets --territory 94028 -o creteil.csv
    """
    params = {n: v for n, v in {"q": query, "territory": territory}.items() if v}
    size = asyncio.run(_export(server_address(server, data_dir), what, output, params))
    if output:
        err.print(f"{output} écrit ({size} octets).")


async def _export(server: str, what: Export, output: Path | None, params: dict[str, str]) -> int:
    size = 0
    sink = output.open("wb") if output else sys.stdout.buffer
    try:
        async with CatalogueClient(server) as catalogue:
            async for chunk in catalogue.export(f"{what.value}.csv", **params):
                size += sink.write(chunk)
    finally:
        if output:
            sink.close()
    return size
