"""`socle duplicates`: datasets that reach the platform by several ways."""

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from services.catalogue.models.dataset import DatasetCopy
from services.catalogue.operations.decide_identity import (
    Decision,
    decide_identity,
    list_duplicates,
)
from shared.access.models import Principal, Scope
from shared.db import Database
from shared.errors import InvalidInputError
from socle.cli.connection import DataDir, database_url
from socle.cli.output import out, speaks_plainly

app = typer.Typer(
    no_args_is_help=True,
    help="Doublons : lister, séparer, réunir des jeux de données.",
    epilog="Exemple : socle duplicates list",
)
One = Annotated[str, typer.Argument(help="Identifiant d'un jeu de données")]
Other = Annotated[str, typer.Argument(help="Identifiant de l'autre jeu")]
Note = Annotated[str | None, typer.Option(help="Pourquoi")]

_BY = {
    "operator": "décision",
    "identifier": "même identifiant",
    "chain": "repris de l'autre portail",
    "page": "même adresse",
    "files": "mêmes fichiers",
    "content": "même contenu",
    None: "affiché",
}
_PAGE = 200


@app.command("list")
@speaks_plainly
def list_all(data_dir: DataDir = None) -> None:
    """Liste les jeux qui parviennent par plusieurs voies ; le premier de chaque est affiché.

    Exemple : socle duplicates list
    """
    table = Table("Jeu", "Titre", "Portail", "Organisation", "Reconnu par")
    clusters = asyncio.run(_all(data_dir))
    for copies in clusters:
        for copy in copies:
            table.add_row(
                str(copy.id),
                copy.title if copy.shown else f"  {copy.title}",
                copy.portal_name or copy.portal_kind or "",
                copy.organization_name,
                _BY.get(copy.recognised_by, copy.recognised_by or ""),
            )
        table.add_section()
    out.print(table if clusters else "Aucun doublon.")


@app.command()
@speaks_plainly
def split(one: One, other: Other, note: Note = None, data_dir: DataDir = None) -> None:
    """Sépare deux jeux pris à tort pour un seul ; les moissonnages suivants n'y changent rien.

    Exemple : socle duplicates split 0e6c… 7d1f… --note "deux années"
    """
    asyncio.run(_decide(data_dir, one, other, "distinct", note))
    out.print("Ces deux jeux restent distincts.")


@app.command()
@speaks_plainly
def join(one: One, other: Other, note: Note = None, data_dir: DataDir = None) -> None:
    """Réunit deux jeux qui n'en sont qu'un.

    Exemple : socle duplicates join 0e6c… 7d1f…
    """
    asyncio.run(_decide(data_dir, one, other, "same", note))
    out.print("Ces deux jeux n'en font plus qu'un.")


@app.command()
@speaks_plainly
def forget(one: One, other: Other, data_dir: DataDir = None) -> None:
    """Oublie une décision : les indices décident de nouveau.

    Exemple : socle duplicates forget 0e6c… 7d1f…
    """
    asyncio.run(_decide(data_dir, one, other, "evidence", None))
    out.print("Décision oubliée.")


async def _all(data_dir: Path | None) -> list[tuple[DatasetCopy, ...]]:
    database = Database(database_url(data_dir))
    found: list[tuple[DatasetCopy, ...]] = []
    try:
        while page := await list_duplicates(
            database, after=found[-1][0].id if found else None, limit=_PAGE
        ):
            found += page
    finally:
        await database.close()
    return found


async def _decide(
    data_dir: Path | None, one: str, other: str, decision: Decision, note: str | None
) -> None:
    try:
        pair = UUID(one), UUID(other)
    except ValueError as error:
        raise InvalidInputError(
            "Un identifiant de jeu a 36 caractères : voir « socle duplicates list »."
        ) from error
    # Whoever reaches the database is the operator.
    operator = Principal(UUID(int=0), "socle duplicates", None, frozenset({Scope.ADMIN}))
    database = Database(database_url(data_dir))
    try:
        await decide_identity(database, *pair, decision, principal=operator, note=note)
    finally:
        await database.close()
