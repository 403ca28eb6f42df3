"""Entry point of the `socle` command: a table of commands, each loaded when it is called.

Loading a service takes most of a second; `socle validate` on a small file must not wait
for the database driver that `socle up` needs.
"""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from socle import __version__

COMMANDS = {
    "validate": "socle.cli.validate",
    "schemas": "socle.cli.schemas",
    "harvest": "socle.cli.harvest",
    "up": "socle.cli.up",
    "demo": "socle.cli.demo",
    "members": "socle.cli.members",
    "territories": "socle.cli.territories",
    "sources": "socle.cli.sources",
    "search": "socle.cli.search",
    "export": "socle.cli.export",
    "keys": "socle.cli.keys",
    "doctor": "socle.cli.doctor",
    "serve": "socle.cli.serve",
    "worker": "socle.cli.worker",
    "migrate": "socle.cli.migrate",
    "healthcheck": "socle.cli.healthcheck",
    "warm": "socle.cli.warm",
}
"""Command → module whose `app` (a Typer) is the command or the group of that name."""


class LazyGroup(TyperGroup):
    """A group whose commands are imported one at a time."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the help page."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, imported now; None when there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = get_command(import_module(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Socle : moissonner, valider et publier les données ouvertes d'un syndicat de communes.",
    epilog="Exemple : socle validate deliberations.csv --schema scdl/deliberations",
)


def _show_version(asked: bool) -> None:  # noqa: FBT001 – typer passes the option's value
    if asked:
        typer.echo(f"socle {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[  # noqa: FBT002 – an option of the command line
        bool,
        typer.Option("--version", help="Affiche la version", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Options that stand before the command."""
    del version


def main() -> None:
    """Run the command line."""
    app()
