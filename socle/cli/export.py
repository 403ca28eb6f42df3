"""`socle export`: whole lists and files of a running platform."""

import asyncio
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from shared.clients.catalogue import CatalogueClient
from shared.errors import NotReadyYet
from socle.cli.connection import DataDir, Server, server_address
from socle.cli.output import err, speaks_plainly

app = typer.Typer()

_PAUSE_SECONDS = 5.0
_TRIES = 120


class Export(StrEnum):
    """What can be exported."""

    DATASETS = "datasets"
    CATALOGUE = "catalogue"
    DCAT = "dcat"
    STATS = "stats"
    SERIES = "series"
    CONSOLIDATED = "consolidated"
    ROWS = "rows"


class FileFormat(StrEnum):
    """Syntaxes of DCAT, formats of tables."""

    CSV = "csv"
    PARQUET = "parquet"
    TURTLE = "ttl"
    JSON_LD = "jsonld"
    RDF_XML = "rdf"


_FORMATS: Mapping[Export, tuple[FileFormat, ...]] = {
    Export.DCAT: (FileFormat.TURTLE, FileFormat.JSON_LD, FileFormat.RDF_XML),
    Export.CONSOLIDATED: (FileFormat.CSV, FileFormat.PARQUET),
    Export.ROWS: (FileFormat.CSV, FileFormat.PARQUET),
}
"""The first one is the usual one; what is not here is a CSV."""

_NAMED = {Export.CONSOLIDATED: "un schéma", Export.ROWS: "une ressource"}


@app.command()
@speaks_plainly
def export(
    what: Annotated[Export, typer.Argument(help="Ce qu'il faut exporter")],
    name: Annotated[
        str | None,
        typer.Argument(help="Le schéma (consolidated) ou la ressource (rows)"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Fichier à écrire ; sinon, l'écran")
    ] = None,
    file_format: Annotated[
        FileFormat | None,
        typer.Option("--format", help="dcat : ttl, jsonld, rdf ; tables : csv, parquet"),
    ] = None,
    query: Annotated[
        str | None, typer.Option(help="Seulement ce que cette recherche trouve")
    ] = None,
    territory: Annotated[str | None, typer.Option(help="Code INSEE ou SIREN")] = None,
    licence: Annotated[
        str | None, typer.Option("--license", help="lov2, odc-odbl… (consolidated)")
    ] = None,
    metric: Annotated[
        str | None, typer.Option(help="datasets, resources, conformity, quality… (series)")
    ] = None,
    resolution: Annotated[str | None, typer.Option(help="day, month, year (series)")] = None,
    server: Server = None,
    data_dir: DataDir = None,
) -> None:
    """Exporte une liste entière, le catalogue (SCDL, DCAT) ou un fichier consolidé.

    Exemple : socle export datasets --territory 94028 -o creteil.csv ;
    socle export dcat --format ttl -o catalogue.ttl ;
    socle export consolidated scdl/deliberations --license lov2 -o deliberations.csv
    """
    document = _document(what, name, file_format)
    given = {
        "q": query,
        "territory": territory,
        "license": licence,
        "metric": metric,
        "resolution": resolution,
        "whole": "true" if what is Export.DCAT else None,
    }
    params = {key: value for key, value in given.items() if value}
    size = asyncio.run(_export(server_address(server, data_dir), document, output, params))
    if output:
        err.print(f"{output} écrit ({size} octets).")


def _document(what: Export, name: str | None, asked: FileFormat | None) -> str:
    """The document of the API. Raises `typer.BadParameter`."""
    formats = _FORMATS.get(what, (FileFormat.CSV,))
    if asked is not None and asked not in formats:
        raise typer.BadParameter(f"Formats possibles ici : {', '.join(formats)}.")
    chosen = asked or formats[0]
    if what in _NAMED and not name:
        raise typer.BadParameter(f"Indiquez {_NAMED[what]} : socle export {what} NOM.")
    if what is Export.CONSOLIDATED:
        return f"consolidated/{name}.{chosen}"
    if what is Export.ROWS:
        table = chosen is FileFormat.PARQUET
        return f"resources/{name}/table.parquet" if table else f"resources/{name}/rows.csv"
    return {
        Export.CATALOGUE: "catalog.csv",
        Export.DCAT: f"catalog.{chosen}",
        Export.SERIES: "stats/series.csv",
    }.get(what, f"{what}.csv")


async def _export(server: str, document: str, output: Path | None, params: dict[str, Any]) -> int:
    """Bytes written. A file that is being made is waited for, ten minutes at most."""
    async with CatalogueClient(server) as catalogue:
        for _ in range(_TRIES - 1):
            try:
                return await _write(catalogue, document, output, params)
            except NotReadyYet as waiting:
                err.print(waiting.message)
                await asyncio.sleep(_PAUSE_SECONDS)
        return await _write(catalogue, document, output, params)


async def _write(
    catalogue: CatalogueClient, document: str, output: Path | None, params: dict[str, Any]
) -> int:
    size = 0
    chunks = catalogue.export(document, **params)
    first = await anext(chunks, b"")
    sink = output.open("wb") if output else sys.stdout.buffer
    try:
        size += sink.write(first)
        async for chunk in chunks:
            size += sink.write(chunk)
    finally:
        if output:
            sink.close()
    return size
