"""`socle members`: the organisations that the platform serves."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import PydanticCustomError
from rich.table import Table

from shared.access.models import Organization, OrganizationKind, Role
from shared.access.store import organization_id
from shared.errors import InvalidInputError
from socle.cli import declarations
from socle.cli.access import access
from socle.cli.connection import DataDir
from socle.cli.output import out, speaks_plainly
from socle.config import insee_code, siren_code

app = typer.Typer(
    no_args_is_help=True,
    help="Membres du syndicat : ajouter, lister, déclarer, suivre les obligations.",
    epilog="Exemple : socle members list",
)


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
    name, siren = name.strip(), "".join(siren.split())
    if not name:
        raise InvalidInputError("Le nom du membre est vide.")
    try:
        siren_code(siren)
        if insee is not None:
            insee_code(insee)
    except PydanticCustomError as error:
        raise InvalidInputError(f"{error.message()}.") from error
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
    async with access(data_dir) as store:
        await store.save_organization(member)


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
    async with access(data_dir) as store:
        return await store.organizations()


declarations.add_to(app)
