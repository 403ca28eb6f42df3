"""`socle healthcheck`: what a container asks itself."""

from contextlib import suppress
from typing import Annotated

import httpx2
import typer

from socle.cli.output import err

app = typer.Typer()


@app.command()
def healthcheck(
    url: Annotated[str, typer.Argument(help="Adresse à interroger, par exemple …/ready")],
) -> None:
    """Interroge une adresse ; code de sortie 0 si elle répond 2xx, 1 sinon.

    Exemple : socle healthcheck http://127.0.0.1:8000/ready
    """
    answered = "ne répond pas"
    with suppress(httpx2.HTTPError, httpx2.InvalidURL):
        answer = httpx2.get(url, timeout=5, trust_env=False)
        if answer.is_success:
            return
        answered = f"répond {answer.status_code}"
    err.print(f"{url} {answered}.")
    raise typer.Exit(1)
