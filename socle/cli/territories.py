"""`socle territories`: where the territories of the map lie."""

import asyncio
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table

from services.catalogue.models.unattached import UnattachedDataset
from services.catalogue.operations.import_contours import ImportedContours, import_contours
from services.catalogue.operations.list_unattached import list_unattached
from shared.db import Database
from shared.errors import InvalidInputError
from socle.cli.connection import DataDir, database_url
from socle.cli.output import out, speaks_plainly, warn

_BYTES_LIMIT = 400_000_000
_UNMATCHED_SHOWN = 10
_PAGE = 200

app = typer.Typer(
    no_args_is_help=True,
    help="Territoires : importer leurs contours, lister ce qui n'en a pas.",
    epilog="Exemple : socle territories import-contours communes-94.geojson",
)


class LevelOption(StrEnum):
    """Levels that a file may draw."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"


_LEVEL_NAMES = {
    "commune": "communes",
    "epci": "EPCI",
    "departement": "départements",
    "region": "régions",
}


@app.callback()
def territories() -> None:
    """Options that stand before the command."""


@app.command("import-contours")
@speaks_plainly
def import_file(
    file: Annotated[Path, typer.Argument(help="Fichier GeoJSON, en degrés (WGS84)")],
    level: Annotated[
        LevelOption | None,
        typer.Option(help="Niveau des territoires, si le fichier ne le dit pas"),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Importe des contours de l'IGN, d'Etalab ou de l'API géo pour la carte.

    Exemple : socle territories import-contours communes-94.geojson
    """
    document = _read(file)
    done = asyncio.run(_import(data_dir, document, file.name, level.value if level else None))
    counts = ", ".join(f"{n} {_LEVEL_NAMES[one]}" for one, n in done.by_level.items())
    out.print(f"Contours importés : {counts}.")
    if done.merged:
        warn(
            f"{len(done.merged)} contours réunissent des communes fusionnées depuis : "
            f"{', '.join(done.merged[:_UNMATCHED_SHOWN])}{_more(len(done.merged))}."
        )
    if done.unmatched:
        warn(
            f"{len(done.unmatched)} codes ne désignent aucun territoire connu : "
            f"{', '.join(done.unmatched[:_UNMATCHED_SHOWN])}{_more(len(done.unmatched))}."
        )


def _more(n: int) -> str:
    return "…" if n > _UNMATCHED_SHOWN else ""


def _read(file: Path) -> Any:
    if (size := file.stat().st_size) > _BYTES_LIMIT:
        raise InvalidInputError(
            f"{file.name} pèse {size // 1_000_000} Mo ; la limite est de "
            f"{_BYTES_LIMIT // 1_000_000} Mo. Prenez les contours simplifiés (100 m ou 1000 m)."
        )
    try:
        return orjson.loads(file.read_bytes())
    except json.JSONDecodeError as error:
        raise InvalidInputError(
            f"{file.name} n'est pas du JSON (ligne {error.lineno}, colonne {error.colno})."
        ) from error


async def _import(
    data_dir: Path | None, document: Any, source: str, level: Any
) -> ImportedContours:
    database = Database(database_url(data_dir))
    try:
        return await import_contours(database, document, source=source, level=level)
    finally:
        await database.close()


@app.command()
@speaks_plainly
def unattached(data_dir: DataDir = None) -> None:
    """Liste les jeux de données qui n'ont pu être rattachés à aucun territoire.

    Exemple : socle territories unattached
    """
    found = asyncio.run(_unattached(data_dir))
    if not found:
        out.print("Tous les jeux de données sont rattachés à un territoire, ou en couvrent plus.")
        return
    table = Table("Jeu", "Organisation", "Producteur", "Que faire")
    for each in found:
        table.add_row(each.title, each.organization_name, each.publisher_name or "", each.advice())
    out.print(table)


async def _unattached(data_dir: Path | None) -> list[UnattachedDataset]:
    database = Database(database_url(data_dir))
    found: list[UnattachedDataset] = []
    try:
        while page := await list_unattached(
            database, after=found[-1].id if found else None, limit=_PAGE
        ):
            found += page
    finally:
        await database.close()
    return found
