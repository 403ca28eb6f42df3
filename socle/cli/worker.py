"""`socle worker`: do the jobs of one service."""

import asyncio
import signal
from enum import StrEnum
from typing import Annotated

import typer
import uvloop

from shared import logging
from shared.settings import load
from socle.cli.output import speaks_plainly
from socle.composition import SERVICES

app = typer.Typer()


class Workers(StrEnum):
    """Services by whose name a worker is started."""

    VALIDATOR = "validator"
    HARVESTER = "harvester"
    CATALOGUE = "catalogue"


@app.command()
@speaks_plainly
def worker(
    service: Annotated[Workers, typer.Argument(help="Service dont les tâches sont faites")],
) -> None:
    """Fait les tâches en attente d'un service, jusqu'à SIGTERM.

    Exemple : socle worker harvester
    """
    chosen = SERVICES[service.value]
    settings = load(chosen.settings)
    logging.configure(log_format=settings.log_format, level=settings.log_level)

    async def work() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await chosen.run_worker(settings, stop)

    uvloop.run(work())
