"""How commands speak: results on stdout, what goes wrong on stderr as one clear sentence."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from shared.errors import ServiceError
from shared.zone import PARIS
from socle.cli.faults import COULD_NOT, INTERRUPTED, said

P = ParamSpec("P")
R = TypeVar("R")

# A file or a pipe has no width: names in tables must not be cut there. No markup: titles,
# labels and reasons come from portals and files, and « [/] » in one is only text.
out = Console(
    soft_wrap=True, markup=False, highlight=False, width=None if sys.stdout.isatty() else 240
)
err = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)


def fail(message: str, *, what: str = "Erreur") -> typer.Exit:
    """Say the sentence on stderr and give the exception to raise."""
    err.print(Text.assemble((what, "bold red"), f" : {message}"))
    return typer.Exit(COULD_NOT)


def number(count: int, one: str, many: str | None = None) -> str:
    """« 1 fichier », « 3 fichiers »; `many` where an s at the end is not enough."""
    return f"{count} {one if count < 2 else many or f'{one}s'}"


def moment(when: datetime) -> str:
    """« 29/11/2026 06:12 », as the clock of the town hall shows it."""
    return f"{when.astimezone(PARIS):%d/%m/%Y %H:%M}"


def warn(sentence: str) -> None:
    """A remark among the results."""
    out.print(Text.assemble(("!", "yellow"), f" {sentence}"))


def speaks_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """A command whose errors become one sentence and exit code 2.

    An error that nobody foresaw too: SOCLE_DEBUG=1 shows its trace.
    """

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ServiceError as error:
            raise fail(said(error)) from error
        except KeyboardInterrupt:
            sys.stderr.write("\nInterrompu.\n")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # Whoever read the output has enough; what is left in the buffer has no reader.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except OSError as error:
            raise fail(said(error)) from error
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            # The outermost border: a defect of ours must not show its trace to a town hall.
            if os.environ.get("SOCLE_DEBUG") or _is_usage(error):
                raise
            raise fail(said(error)) from error

    return wrapped


def _is_usage(error: Exception) -> bool:
    """Whether it is one that typer words itself (a wrong option or argument)."""
    return hasattr(error, "exit_code") and hasattr(error, "format_message")
