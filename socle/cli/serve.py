"""`socle serve`: the HTTP side of one service, or of the three behind one origin."""

import os
from enum import StrEnum
from typing import Annotated

import typer
import uvicorn
from starlette.types import ASGIApp

from shared.settings import load
from socle.cli.output import speaks_plainly
from socle.composition import SERVICES
from socle.gateway import create_gateway

app = typer.Typer()


class Served(StrEnum):
    """What one web process may serve."""

    ALL = "all"
    VALIDATOR = "validator"
    HARVESTER = "harvester"
    CATALOGUE = "catalogue"


@app.command()
@speaks_plainly
def serve(
    service: Annotated[Served, typer.Argument(help="Service à servir ; « all » pour les trois")],
    host: Annotated[str, typer.Option(help="Adresse d'écoute")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port d'écoute")] = 8000,
) -> None:
    """Sert l'API d'un service (ou des trois), réglée par l'environnement.

    Exemple : socle serve validator --host 0.0.0.0 --port 8000
    """
    uvicorn.run(
        application(service),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        # Behind our own proxy container; from elsewhere these headers are ignored.
        forwarded_allow_ips=os.environ.get("SOCLE_PROXY_ADDRESSES", "127.0.0.1"),
        timeout_graceful_shutdown=3,
    )


def application(service: Served) -> ASGIApp:
    """The ASGI application of one service, or of the three behind one origin."""
    names = list(SERVICES) if service is Served.ALL else [service.value]
    apps = {
        SERVICES[name].path: SERVICES[name].create_app(load(SERVICES[name].settings))
        for name in names
    }
    return create_gateway(apps) if service is Served.ALL else next(iter(apps.values()))
