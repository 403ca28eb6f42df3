"""`socle up`: the platform, until Ctrl-C."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from shared import logging
from socle.cli.connection import DataDir
from socle.cli.output import out, speaks_plainly
from socle.config import load_config
from socle.embedded.platform import Platform
from socle.embedded.signals import StopSignals
from socle.membership import apply_config, redirections, settings_of
from socle.stack import Stack

app = typer.Typer()


@app.command()
@speaks_plainly
def up(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port du portail")] = 8000,
    host: Annotated[str, typer.Option(help="Adresse d'écoute")] = "127.0.0.1",
    config: Annotated[
        Path | None, typer.Option(help="Fichier TOML : syndicat, membres, sources")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Démarre la plateforme et la sert jusqu'à Ctrl-C.

    PostgreSQL et Valkey sont ceux de DATABASE_URL et REDIS_URL, sinon ceux que la plateforme
    démarre elle-même.

    Exemple : socle up --config examples/infocom94.toml
    """
    logging.configure(log_format="text", level="WARNING")
    asyncio.run(_up(port, host, config, data_dir))


async def _up(port: int, host: str, config: Path | None, data_dir: Path | None) -> None:
    wanted = load_config(config) if config else None
    redirect = redirections(os.environ.get("SOCLE_REDIRECT", ""))
    async with StopSignals() as signals:
        platform = Platform(data_dir=data_dir, tell=out.print, hurry=signals.hurry)
        out.print("Démarrage de la base de données et de la file d'attente…")
        async with platform:
            out.print("Démarrage des services…")
            stack = Stack(
                platform, host=host, port=port, settings=settings_of(wanted) if wanted else None
            )
            admin_key = await stack.start()
            if wanted:
                out.print(await apply_config(wanted, stack=stack, redirect=redirect))
            announce(stack, admin_key)
            await asyncio.Event().wait()
    out.print("Tout est arrêté.")


def announce(stack: Stack, admin_key: str | None) -> None:
    """Say where the portal is and, once, the administrator's key."""
    if admin_key:
        out.print("\nClé d'administration (notez-la, elle n'est affichée que cette fois) :")
        out.print(f"  {admin_key}\n", style="bold")
    out.print(Text.assemble("Portail : ", (stack.url, "bold")))
    out.print(f"API     : {stack.url}/docs")
    out.print(f"Données : {stack.folder}")
    out.print("Ctrl-C arrête la plateforme.")
