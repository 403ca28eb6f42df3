"""`socle warm`: compile the engine's kernel now, rather than at the first start."""

import typer

from services.validator.adapters.acceleration import warm_kernel
from shared.errors import ServiceError
from socle.cli.output import out, speaks_plainly

app = typer.Typer()


@app.command()
@speaks_plainly
def warm() -> None:
    """Prépare l'accélérateur du validateur (une dizaine de secondes, une fois).

    Exemple : socle warm
    """
    try:
        ready = warm_kernel()
    except OSError as error:
        raise ServiceError(
            f"L'accélérateur n'a pas pu être gardé ({error}). Le validateur marche sans lui, "
            "moins vite ; indiquez un dossier où écrire avec SOCLE_KERNEL_DIR."
        ) from error
    out.print(
        "Accélérateur prêt."
        if ready
        else "Numba n'est pas installé : le validateur marche sans accélérateur, moins vite."
    )
