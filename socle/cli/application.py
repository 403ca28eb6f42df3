"""The commands of `socle`: a table, each loaded when it is called.

Loading a service takes most of a second; a command that needs none must not wait for it.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer import rich_utils
from typer.core import TyperGroup
from typer.main import get_command

from socle.cli.faults import COULD_NOT
from socle.cli.main import LIGHT
from socle.cli.output import err
from socle.cli.usage import usage_error, wants_english

COMMANDS = {
    **LIGHT,
    "schemas": "socle.cli.schemas",
    "harvest": "socle.cli.harvest",
    "up": "socle.cli.up",
    "demo": "socle.cli.demo",
    "members": "socle.cli.members",
    "territories": "socle.cli.territories",
    "sources": "socle.cli.sources_change",
    "duplicates": "socle.cli.duplicates",
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

_HELP = "Affiche cette aide."


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
        module = import_module(COMMANDS[cmd_name])
        command = get_command(_passed_on(module) if cmd_name in LIGHT else module.app)
        command.name = cmd_name
        return _helpful(command)


def _passed_on(module: Any) -> typer.Typer:
    """A command that parses its own arguments."""
    app = typer.Typer(add_completion=False)

    @app.command(
        help=module.PURPOSE,
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )
    def run(ctx: typer.Context) -> None:
        raise typer.Exit(module.run(ctx.args))

    return app


def _helpful(command: Any) -> Any:
    """The framework's own words in French, in the command and in those below it."""
    for below in getattr(command, "commands", {}).values():
        _helpful(below)
    own = command.get_help_option

    def get_help_option(ctx: Any) -> Any:
        option = own(ctx)
        if option is not None:
            option.help = _HELP
        return option

    command.get_help_option = get_help_option
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
        typer.echo(f"socle {version('socle')}")
        raise typer.Exit


@app.callback()
def root(
    show_version: Annotated[  # noqa: FBT002 – an option of the command line
        bool,
        typer.Option("--version", help="Affiche la version", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Options that stand before the command."""
    del show_version


def main(arguments: Sequence[str]) -> None:
    """Run one command; a wrong usage is told in a sentence, with where to find help."""
    english = wants_english(arguments)
    if not english:
        rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
        rich_utils.DEFAULT_STRING = "[par défaut : {}]"
        rich_utils.ENVVAR_STRING = "[variable : {}]"
        rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
    command = _helpful(get_command(app))
    try:
        code = command.main(list(arguments), prog_name="socle", standalone_mode=False)
    except typer.Abort:
        sys.exit(1)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        sys.exit(_told(error, english=english))
    sys.exit(code if isinstance(code, int) else 0)


def _told(error: Any, *, english: bool) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "socle"
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
    elif english:
        err.print(f"Error: {error.format_message()} Help: {path} --help")
    else:
        sentence = usage_error(error.format_message(), english=False)
        err.print(f"Erreur : {sentence} Aide : {path} --help")
    return int(getattr(error, "exit_code", COULD_NOT))
