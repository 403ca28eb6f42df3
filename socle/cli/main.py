"""Entry point of the `socle` command.

`validate` is what people wait for at a shell: it is parsed and run without the framework of the
other commands, whose loading alone would take longer than the check (ADR 0016).
"""

import sys
from importlib import import_module

LIGHT = {"validate": "socle.cli.validate"}
"""Command → module whose `run(arguments)` gives the exit code."""


def main() -> None:
    """Run the command line."""
    command, *arguments = sys.argv[1:] or [""]
    if command in LIGHT:
        sys.exit(import_module(LIGHT[command]).run(arguments))
    import_module("socle.cli.application").main(sys.argv[1:])
