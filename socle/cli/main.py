"""Entry point of the `socle` command."""

import typer

app = typer.Typer(
    no_args_is_help=True, help="Socle, la plateforme de données ouvertes d'un syndicat de communes."
)


def main() -> None:
    """Run the command line."""
    app()
