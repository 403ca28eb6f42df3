"""What the operator says of a member: `socle members declare`, `note`, `obligations`."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from shared.clients.catalogue import CatalogueClient
from shared.errors import InvalidInputError
from socle.cli.access import find_organization
from socle.cli.connection import DataDir, Key, Server, api_key, server_address
from socle.cli.output import out, speaks_plainly

Member = Annotated[str, typer.Argument(help="Membre : SIREN, code INSEE ou nom")]
Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], show_default=False, help="Date")
]

_STATUS = {"obliged": "obligée", "not-obliged": "non obligée", "to-confirm": "à confirmer"}


@speaks_plainly
def declare(
    member: Member,
    staff: Annotated[
        int | None, typer.Option(min=0, help="Agents, en équivalent temps plein")
    ] = None,
    staff_on: Day = None,
    committed_on: Day = None,
    commitment_url: Annotated[str | None, typer.Option(help="Adresse de la délibération")] = None,
    contact: Annotated[str | None, typer.Option(help="Service ou personne à joindre")] = None,
    contact_email: Annotated[str | None, typer.Option(help="Son adresse")] = None,
    server: Server = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Note ce que l'on sait d'un membre ; ce qui n'est pas donné reste comme il est.

    Exemple : socle members declare Créteil --staff 2100 --staff-on 2026-01-01
    """
    given = {
        "staff_fte": staff,
        "staff_on": _iso(staff_on),
        "committed_on": _iso(committed_on),
        "commitment_url": commitment_url,
        "contact_name": contact,
        "contact_email": contact_email,
    }
    facts = {name: value for name, value in given.items() if value is not None}
    if not facts:
        raise InvalidInputError(
            "Rien à noter : donnez au moins une option, --staff 120 par exemple."
        )

    name = _tell(CatalogueClient.declare, facts, member, server, key, data_dir)
    out.print(f"C'est noté pour {name}.")


@speaks_plainly
def note(
    member: Member,
    phase: Annotated[int, typer.Option(min=1, max=6, help="Phase de la méthode, de 1 à 6")],
    title: Annotated[str, typer.Option(help="Ce qui a été fait")],
    on: Day = None,
    url: Annotated[str | None, typer.Option(help="Adresse où on le voit")] = None,
    server: Server = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Note une action d'un membre pour l'une des six phases.

    Exemple : socle members note Créteil --phase 6 --title "Café des données" --on 2026-03-02
    """
    day = on.date() if on else date.today()  # noqa: DTZ011 – the operator's own day
    facts = {"phase": phase, "title": title, "url": url, "on_day": day.isoformat()}

    name = _tell(CatalogueClient.note, facts, member, server, key, data_dir)
    out.print(f"Action notée pour {name} (phase {phase}).")


@speaks_plainly
def obligations(
    territory: Annotated[
        str | None, typer.Option(help="Toutes les communes d'un territoire : 94, par exemple")
    ] = None,
    format: Annotated[str, typer.Option(help="text ou json")] = "text",  # noqa: A002
    server: Server = None,
    data_dir: DataDir = None,
) -> None:
    """Montre qui doit ouvrir ses données, et où en est chacun.

    Exemple : socle members obligations --territory 94
    """
    if format not in {"text", "json"}:
        raise InvalidInputError("--format : text ou json.")

    async def read() -> list[dict[str, Any]]:
        async with _catalogue(server, None, data_dir) as catalogue:
            return await catalogue.obligations(territory)

    items = asyncio.run(read())
    if format == "json":
        out.print(json.dumps(items, ensure_ascii=False, indent=2))
        return
    table = Table("Nom", "Habitants", "Agents (ETP)", "Obligation", "Jeux", "Phase", "Ensuite")
    for item in items:
        named = item["territory"] or item["organization"]
        duty, step = item["obligation"], item["next_step"]
        table.add_row(
            named["name"],
            _shown(duty["population"]),
            _shown(duty["staff_fte"]),
            _STATUS[duty["status"]],
            str(item["datasets"]),
            f"{item['phase']} – {item['phase_title']}",
            step["step"] if step else "",
        )
    out.print(table)


def add_to(app: typer.Typer) -> None:
    """Make these commands of `socle members`."""
    for command in (declare, note, obligations):
        app.command()(command)


def _tell(
    how: Callable[[CatalogueClient, UUID, dict[str, Any]], Awaitable[Any]],
    facts: dict[str, Any],
    member: str,
    server: str | None,
    key: str | None,
    data_dir: Any,
) -> str:
    """The name of the member that the catalogue was told of."""

    async def tell() -> str:
        owner = await find_organization(data_dir, member)
        async with _catalogue(server, key, data_dir) as catalogue:
            await how(catalogue, owner.id, facts)
        return owner.name

    return asyncio.run(tell())


def _catalogue(server: str | None, key: str | None, data_dir: Any) -> CatalogueClient:
    return CatalogueClient(server_address(server, data_dir), key=api_key(key, data_dir))


def _iso(value: datetime | None) -> str | None:
    return value.date().isoformat() if value else None


def _shown(number: int | None) -> str:
    return "" if number is None else f"{number:,}".replace(",", "\u202f")
