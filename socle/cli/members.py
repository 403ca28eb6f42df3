"""`socle members`: the organisations that the platform serves."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from shared.access.models import Organization, OrganizationKind, Role
from shared.access.store import AccessStore, organization_id
from shared.db import Database
from shared.errors import InvalidInputError
from socle.cli.connection import DataDir, database_url
from socle.cli.output import out, speaks_plainly

app = typer.Typer(no_args_is_help=True, help="Membres du syndicat : ajouter, lister.")


@app.command()
@speaks_plainly
def add(
    name: Annotated[str, typer.Argument(help="Nom de la commune ou de l'organisme")],
    siren: Annotated[str, typer.Option(help="SIREN, 9 chiffres")],
    insee: Annotated[str | None, typer.Option(help="Code INSEE de la commune")] = None,
    kind: Annotated[OrganizationKind, typer.Option(help="Niveau")] = OrganizationKind.COMMUNE,
    role: Annotated[list[Role] | None, typer.Option(help="Rôle (répétable)")] = None,
    population: Annotated[int | None, typer.Option(min=0, help="Population légale")] = None,
    data_dir: DataDir = None,
) -> None:
    """Ajoute un membre, ou met à jour celui qui a ce SIREN.

    Exemple : socle members add Créteil --siren 219400280 --insee 94028 --role animator
    """
    siren = "".join(siren.split())
    if len(siren) != 9 or not siren.isascii() or not siren.isdigit():
        raise InvalidInputError(f"Le SIREN « {siren} » n'a pas 9 chiffres.")
    member = Organization(
        id=organization_id(siren=siren, name=name),
        name=name,
        kind=kind,
        siren=siren,
        insee_code=insee,
        population=population,
        roles=tuple(role or ()),
    )
    asyncio.run(_save(data_dir, member))
    out.print(f"{member.name} est membre de la plateforme.")


async def _save(data_dir: Path | None, member: Organization) -> None:
    database = Database(database_url(data_dir))
    try:
        async with database.begin() as session:
            await AccessStore(session).save_organization(member)
    finally:
        await database.close()


@app.command("list")
@speaks_plainly
def list_members(data_dir: DataDir = None) -> None:
    """Liste les membres.

    Exemple : socle members list
    """
    table = Table("Nom", "Niveau", "SIREN", "INSEE", "Rôles")
    for member in asyncio.run(_list(data_dir)):
        table.add_row(
            member.name,
            member.kind.value,
            member.siren or "",
            member.insee_code or "",
            ", ".join(role.value for role in member.roles),
        )
    out.print(table)


async def _list(data_dir: Path | None) -> list[Organization]:
    database = Database(database_url(data_dir))
    try:
        async with database.begin() as session:
            return await AccessStore(session).organizations()
    finally:
        await database.close()


async def find_member(data_dir: Path | None, text: str) -> Organization:
    """The member meant by a SIREN, an INSEE code or a name. Raises `InvalidInputError`."""
    database = Database(database_url(data_dir))
    try:
        async with database.begin() as session:
            found = await AccessStore(session).find_organization(text)
    finally:
        await database.close()
    if found is None:
        raise InvalidInputError(
            f"Aucun membre ne correspond à « {text} ». « socle members list » les montre tous, "
            "« socle members add » en ajoute un."
        )
    return found
