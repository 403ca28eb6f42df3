"""`socle migrate`: bring the database up to date, once, before the services start."""

import asyncio
import os

import typer

from shared.db import Database
from shared.errors import InvalidInputError
from socle.bootstrap import migrate as migrate_all
from socle.bootstrap import prepare
from socle.cli.output import out, speaks_plainly

app = typer.Typer()


@app.command()
@speaks_plainly
def migrate() -> None:
    """Met la base à jour (DATABASE_URL) et prépare territoires et clés ; répétable.

    SOCLE_SERVICE_KEY est la clé par laquelle les services s'appellent entre eux.

    Exemple : DATABASE_URL=postgresql://… SOCLE_SERVICE_KEY=… socle migrate
    """
    url = os.environ.get("DATABASE_URL")
    service_key = os.environ.get("SOCLE_SERVICE_KEY")
    if not url or not service_key:
        raise InvalidInputError(
            "Indiquez la base avec DATABASE_URL et la clé des services avec SOCLE_SERVICE_KEY."
        )
    migrate_all(url)

    async def fill() -> str | None:
        database = Database(url)
        try:
            return await prepare(database, service_key=service_key)
        finally:
            await database.close()

    admin_key = asyncio.run(fill())
    out.print("Base à jour.")
    if admin_key:
        out.print("Clé d'administration, affichée cette seule fois :")
        out.print(admin_key, style="bold")
