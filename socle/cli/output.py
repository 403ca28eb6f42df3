"""How commands speak: results on stdout, what goes wrong on stderr as one clear sentence."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console

from shared.errors import ServiceError

P = ParamSpec("P")
R = TypeVar("R")

# A file or a pipe has no width: names in tables must not be cut there.
out = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 240)
err = Console(stderr=True, soft_wrap=True)

COULD_NOT = 2
"""Exit code of a command that could not do what was asked."""


def fail(message: str) -> typer.Exit:
    """Say the sentence on stderr and give the exception to raise."""
    err.print(f"[bold red]Erreur[/] : {message}", highlight=False)
    return typer.Exit(COULD_NOT)


def speaks_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """A command whose expected errors become one sentence and exit code 2."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ServiceError as error:
            raise fail(error.message) from error
        except KeyboardInterrupt:
            sys.stderr.write("\nInterrompu.\n")
            raise typer.Exit(130) from None

    return wrapped
