"""`socle keys`: the API keys of the platform."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from shared.access.models import ApiKey, Scope
from shared.errors import InvalidInputError, NotFoundError
from socle.cli.access import access, find_organization
from socle.cli.connection import DataDir
from socle.cli.output import moment, out, speaks_plainly

app = typer.Typer(
    no_args_is_help=True,
    help="Clés d'API : créer, lister, révoquer.",
    epilog='Exemple : socle keys create --label "Créteil" --organization 94028 --scope harvest',
)


@app.command()
@speaks_plainly
def create(
    label: Annotated[str, typer.Option(help="À qui ou à quoi sert la clé")],
    scope: Annotated[list[Scope], typer.Option(help="Droit accordé (répétable)")],
    organization: Annotated[
        str | None,
        typer.Option(help="SIREN, code INSEE ou nom ; sans lui, tout le syndicat"),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="Durée de validité en jours")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Crée une clé et l'affiche une seule fois.

    Exemple : socle keys create --label "Portail de Créteil" --organization 94028 --scope harvest
    """
    if not label.strip():
        raise InvalidInputError("Indiquez à qui ou à quoi sert la clé (--label).")
    key, secret = asyncio.run(_create(data_dir, label.strip(), scope, organization, days))
    out.print(f"Clé « {key.label} » créée ({', '.join(sorted(key.scopes))}).")
    out.print("Notez-la maintenant, elle ne sera plus affichée :")
    out.print(secret, style="bold")


async def _create(
    data_dir: Path | None,
    label: str,
    scopes: list[Scope],
    organization: str | None,
    days: int | None,
) -> tuple[ApiKey, str]:
    owner = await find_organization(data_dir, organization) if organization else None
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    async with access(data_dir) as store:
        return await store.create_key(
            label=label,
            scopes=scopes,
            organization_id=owner.id if owner else None,
            expires_at=expires_at,
        )


@app.command("list")
@speaks_plainly
def list_keys(data_dir: DataDir = None) -> None:
    """Liste les clés, sans leur secret.

    Exemple : socle keys list
    """
    table = Table("Début", "Usage", "Droits", "Organisation", "Créée", "Dernier emploi", "État")
    for key, owner in asyncio.run(_list(data_dir)):
        table.add_row(
            key.prefix,
            key.label,
            ", ".join(sorted(key.scopes)),
            owner or "tout le syndicat",
            f"{key.created_at:%d/%m/%Y}",
            moment(key.last_used_at) if key.last_used_at else "jamais",
            _state(key),
        )
    out.print(table)


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return f"révoquée le {key.revoked_at:%d/%m/%Y}"
    if key.expires_at and key.expires_at < datetime.now(UTC):
        return f"expirée le {key.expires_at:%d/%m/%Y}"
    return "active"


async def _list(data_dir: Path | None) -> list[tuple[ApiKey, str | None]]:
    async with access(data_dir) as store:
        names = {o.id: o.name for o in await store.organizations()}
        return [
            (key, names.get(key.organization_id) if key.organization_id else None)
            for key in await store.keys()
        ]


@app.command()
@speaks_plainly
def revoke(
    key: Annotated[str, typer.Argument(help="Début de la clé (colonne « Début ») ou identifiant")],
    data_dir: DataDir = None,
) -> None:
    """Révoque une clé, avec effet immédiat.

    Exemple : socle keys revoke socle_Ab12Cd
    """
    revoked = asyncio.run(_revoke(data_dir, key))
    out.print(f"Clé « {revoked.label} » révoquée.")


async def _revoke(data_dir: Path | None, key: str) -> ApiKey:
    async with access(data_dir) as store:
        revoked = await store.revoke_key(key)
    if revoked is None:
        raise NotFoundError(f"Aucune clé ne commence par « {key} ».")
    return revoked
